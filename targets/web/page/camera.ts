/** A photo from the device's camera. */
import { button, contextOf, element, makeCanvas } from "./elements.js";
import { PictureError } from "./picture.js";

const dialog = element("camera", HTMLDialogElement);
const video = element("camera-video", HTMLVideoElement);
const take = button("camera-take");
const cancel = button("camera-cancel");

/**
 * Shows what the camera sees until a picture is taken.
 * @returns null where the person cancels
 * @throws {PictureError} where there is no camera, or the page may not have it
 */
export async function takePhoto(): Promise<Blob | null> {
  // Browsers keep cameras from pages that others could have changed on their way.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new PictureError("Browsers give the camera only to pages from localhost, or over https.");
  take.disabled = true;
  dialog.showModal();
  let stream: MediaStream | null = null;
  try {
    const ended = closed();
    stream = await Promise.race([openStream(devices), ended.then(() => null)]);
    if (!stream) return null;
    video.srcObject = stream;
    await video.play();
    take.disabled = false;
    return (await ended) ? await still() : null;
  } catch (error) {
    throw cameraError(error);
  } finally {
    stream?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    dialog.close();
  }
}

function openStream(devices: MediaDevices): Promise<MediaStream> {
  const stream = devices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  // Allowed after the dialog was closed, the camera is let go of again.
  void stream.then((late) => {
    if (!dialog.open) late.getTracks().forEach((track) => track.stop());
  }, ignore);
  return stream;
}

const ignore = (): void => undefined;

/** Whether a picture is to be taken; false on Cancel and Escape. */
function closed(): Promise<boolean> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = (taken: boolean) => {
      over.abort();
      resolve(taken);
    };
    take.addEventListener("click", () => end(true), over);
    cancel.addEventListener("click", () => end(false), over);
    dialog.addEventListener("close", () => end(false), over);
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
