/** What the camera sees, segmented picture after picture, until a person or the camera ends it. */
import type { Net, NetInput, Segmentation } from "../runtime/types.js";
import { button, contextOf, element, make, makeCanvas } from "./elements.js";
import { sizeFor, type ReadyPicture } from "./picture.js";
import { announce } from "./status.js";

const row = element("live", HTMLParagraphElement);
const stop = button("live-stop");

export interface LiveRun {
  readonly net: Net;
  readonly input: NetInput;
  /** Of the longer side, as it is now. */
  readonly limit: () => number;
  readonly show: (picture: ReadyPicture, segmentation: Segmentation, frame: number) => void;
}

let running: AbortController | null = null;

/** Ends what is live, without a last picture. */
export function endLive(): void {
  running?.abort();
}

/**
 * Pauses while the page is not seen.
 * @returns the last picture, or null where other work of the page ended it
 * @throws {FcnError} where a picture cannot be segmented
 */
export async function runLive(stream: MediaStream, { net, input, limit, show }: LiveRun): Promise<Blob | null> {
  endLive();
  const mine = new AbortController();
  running = mine;
  const over = new AbortController();
  const end = (): void => over.abort();
  stop.addEventListener("click", end, mine);
  for (const track of stream.getTracks()) track.addEventListener("ended", end, mine);
  const video = Object.assign(make("video"), { muted: true, playsInline: true });
  video.srcObject = stream;
  let canvas = makeCanvas(1, 1);
  try {
    await video.play();
    row.hidden = false;
    stop.focus();
    announce("Segmenting live.");
    for (let frame = 1; !over.signal.aborted && !mine.signal.aborted; frame++) {
      const given = { name: "camera.png", blob: new Blob(), width: video.videoWidth, height: video.videoHeight };
      const { width, height } = sizeFor(given, input, limit());
      if (canvas.width !== width || canvas.height !== height) canvas = makeCanvas(width, height);
      contextOf(canvas).drawImage(video, 0, 0, width, height);
      const segmentation = await net.segment(canvas, { signal: mine.signal });
      show({ given, source: canvas, canvas }, segmentation, frame);
      await new Promise(requestAnimationFrame);
    }
    if (mine.signal.aborted) return null;
    announce("Stopped.");
    return await new Promise((resolve) => canvas.toBlob(resolve));
  } catch (error) {
    if (mine.signal.aborted) return null;
    throw error;
  } finally {
    mine.abort();
    video.srcObject = null;
    for (const track of stream.getTracks()) track.stop();
    if (running === mine) {
      running = null;
      row.hidden = true;
    }
  }
}
