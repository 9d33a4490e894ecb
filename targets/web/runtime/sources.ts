import { FcnError } from "./errors.js";
import { AS_STORED, crossOrigin } from "./pixels.js";
import type { Picture } from "./protocol.js";
import type { ImageSource, NetInput, Samples } from "./types.js";

/**
 * What a page has, as something that can go to a worker. A file is decoded there; of what is on the page a copy is made,
 * and what was given stays as it is.
 *
 * @throws {FcnError}
 */
export async function picturesOf(
  given: ImageSource | Readonly<Record<string, ImageSource>>,
  inputs: readonly NetInput[],
): Promise<Record<string, Picture>> {
  const named = bySource(given, inputs);
  const pictures: Record<string, Picture> = {};
  try {
    for (const { name } of inputs) {
      const source = named[name];
      if (source === undefined)
        throw new FcnError("inputs", `The net takes ${list(inputs)}, and \`${name}\` was not given.`);
      pictures[name] = await pictureOf(source, name);
    }
  } catch (error) {
    release(pictures);
    throw error;
  }
  return pictures;
}

/** Bitmaps that were made and are not sent. */
export function release(pictures: Readonly<Record<string, Picture>>): void {
  for (const picture of Object.values(pictures)) if (picture.kind === "bitmap") picture.bitmap.close();
}

function bySource(
  given: ImageSource | Readonly<Record<string, ImageSource>>,
  inputs: readonly NetInput[],
): Readonly<Record<string, ImageSource>> {
  const isObject = typeof given === "object" && given !== null;
  if (isObject && Object.getPrototypeOf(given) === Object.prototype && !isSamples(given)) {
    const record = given as Readonly<Record<string, ImageSource>>;
    const unknown = Object.keys(record).find((key) => !inputs.some(({ name }) => name === key));
    if (unknown === undefined) return record;
    throw new FcnError("inputs", `The net has no input \`${unknown}\`: it takes ${list(inputs)}.`);
  }
  const [only, ...others] = inputs;
  if (only && others.length === 0) return { [only.name]: given as ImageSource };
  throw new FcnError("inputs", `The net takes ${list(inputs)}: give one picture for each, by name.`);
}

const list = (inputs: readonly NetInput[]): string => inputs.map(({ name }) => `\`${name}\``).join(" and ");

async function pictureOf(source: ImageSource, name: string): Promise<Picture> {
  if (isA(source, "Blob")) return { kind: "blob", blob: source };
  if (isA(source, "ImageData"))
    return { kind: "samples", samples: { width: source.width, height: source.height, channels: 4, data: source.data } };
  if (isSamples(source)) return { kind: "samples", samples: checkSamples(source, name) };
  if (isA(source, "HTMLImageElement")) await admitImage(source, name);
  else if (isA(source, "HTMLVideoElement")) admitVideo(source, name);
  else if (
    !isA(source, "HTMLCanvasElement") &&
    !isA(source, "OffscreenCanvas") &&
    !isA(source, "ImageBitmap") &&
    !isA(source, "VideoFrame")
  )
    throw new FcnError(
      "image",
      `What was given for \`${name}\` is no picture: give an image, a video, a canvas, or a file.`,
    );
  try {
    return { kind: "bitmap", bitmap: await createImageBitmap(source, AS_STORED) };
  } catch (error) {
    if (error instanceof DOMException && error.name === "SecurityError") throw crossOrigin(error);
    throw new FcnError("image", `The picture for \`${name}\` has no pixels that can be read.`, { cause: error });
  }
}

/** By name, as not every thread and browser has every kind, and frames have kinds of their own. */
function isA<Name extends keyof Kinds>(value: unknown, name: Name): value is Kinds[Name] {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return kind === name || (kind === "File" && name === "Blob");
}

interface Kinds {
  readonly Blob: Blob;
  readonly ImageData: ImageData;
  readonly ImageBitmap: ImageBitmap;
  readonly HTMLImageElement: HTMLImageElement;
  readonly HTMLVideoElement: HTMLVideoElement;
  readonly HTMLCanvasElement: HTMLCanvasElement;
  readonly OffscreenCanvas: OffscreenCanvas;
  readonly VideoFrame: VideoFrame;
}

function isSamples(value: unknown): value is Samples {
  if (typeof value !== "object" || value === null) return false;
  return "data" in value && ArrayBuffer.isView(value.data) && "width" in value && "height" in value;
}

function checkSamples({ width, height, channels, data }: Samples, name: string): Samples {
  const isWhole = [width, height, channels].every((size) => Number.isSafeInteger(size) && size > 0);
  if (isWhole && data.length === width * height * channels) return { width, height, channels, data };
  throw new FcnError(
    "inputs",
    `The values for \`${name}\` are ${data.length}, and ${height} x ${width} x ${channels} were announced.`,
  );
}

async function admitImage(image: HTMLImageElement, name: string): Promise<void> {
  try {
    await image.decode();
  } catch (error) {
    throw new FcnError(
      "image",
      `The image for \`${name}\` cannot be read, or was not found: ${image.src.slice(0, 200)}`,
      {
        cause: error,
      },
    );
  }
}

function admitVideo(video: HTMLVideoElement, name: string): void {
  if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0) return;
  throw new FcnError(
    "video",
    `The video for \`${name}\` has no frame yet: play it, and wait for its \`loadeddata\` event.`,
  );
}
