/** A photo from the device's camera, or what it goes on to see. */
import { button, contextOf, element, makeCanvas } from "./elements.js";
import { PictureError } from "./picture.js";

const dialog = element("camera", HTMLDialogElement);
const video = element("camera-video", HTMLVideoElement);
const take = button("camera-take");
const live = button("camera-live");
const cancel = button("camera-cancel");

/**
 * Shows what the camera sees until a picture is taken, or is to be taken again and again.
 * @param offersLive whether a stream may be chosen, whose tracks the caller then stops
 * @returns null where the person cancels
 * @throws {PictureError} where there is no camera, or the page may not have it
 */
export async function takePhoto(offersLive: boolean): Promise<Blob | MediaStream | null> {
  // Browsers keep cameras from pages that others could have changed on their way.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new PictureError("Browsers give the camera only to pages from localhost, or over https.");
  take.disabled = live.disabled = true;
  live.hidden = !offersLive;
  let isKept = false;
  dialog.showModal();
  const ended = decided();
  const asked = devices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  try {
    const stream = await Promise.race([asked, ended.then(() => null)]);
    if (!stream) return null;
    video.srcObject = stream;
    await video.play();
    take.disabled = live.disabled = false;
    const wish = await ended;
    isKept = wish === "live";
    if (wish === "live") return stream;
    return wish === "still" ? await still() : null;
  } catch (error) {
    throw cameraError(error);
  } finally {
    dialog.close();
    video.srcObject = null;
    // Also one that is allowed only after the person went on.
    asked.then(
      (late) => isKept || late.getTracks().forEach((track) => track.stop()),
      () => undefined,
    );
  }
}

/** What is wanted of the camera; null on Cancel and Escape. The dialog is closed at once. */
function decided(): Promise<"still" | "live" | null> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = (wish: "still" | "live" | null) => {
      over.abort();
      dialog.close();
      resolve(wish);
    };
    take.addEventListener("click", () => end("still"), over);
    live.addEventListener("click", () => end("live"), over);
    cancel.addEventListener("click", () => end(null), over);
    dialog.addEventListener("close", () => end(null), over);
  });
}

async function still(): Promise<Blob> {
  const canvas = makeCanvas(video.videoWidth, video.videoHeight);
  contextOf(canvas).drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new PictureError("The camera gave no picture."))));
  });
}

const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError: "The page may not use the camera. Allow it beside the address of the page, and try again.",
  NotFoundError: "There is no camera on this device.",
  NotReadableError: "The camera is in use by another program.",
  OverconstrainedError: "There is no camera on this device that fits.",
};

function cameraError(error: unknown): unknown {
  const reason = error instanceof DOMException ? REASONS[error.name] : undefined;
  return reason === undefined ? error : new PictureError(reason);
}
