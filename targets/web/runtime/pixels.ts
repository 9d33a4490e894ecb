import { FcnError } from "./errors.js";
import { makeCanvas } from "./graphics.js";
import type { Picture } from "./protocol.js";
import type { Samples } from "./types.js";

/** Part of a picture. */
export interface Region {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** A picture that is read in parts, so that a large one need not be in memory twice. */
export interface PixelReader {
  readonly width: number;
  readonly height: number;
  /** Values of a part that lies in the picture: RGBA of a bitmap, with alpha not multiplied in. */
  read(region: Region): Promise<Pick<Samples, "channels" | "data">>;
  /** Whether transparency cost colours their exactness. */
  readonly isRounded: boolean;
  close(): void;
}

/** Alpha is to be dropped and not multiplied in, and colours are to be those of the file, as `fcnc predict` reads them. */
export const AS_STORED: ImageBitmapOptions = { premultiplyAlpha: "none", colorSpaceConversion: "none" };

/** @throws {FcnError} where a file is no picture. */
export async function openPicture(picture: Picture, name: string): Promise<PixelReader> {
  if (picture.kind === "samples") return new SampleReader(picture.samples);
  if (picture.kind === "bitmap") return new BitmapReader(picture.bitmap);
  try {
    return new BitmapReader(await createImageBitmap(picture.blob, AS_STORED));
  } catch (error) {
    const type = picture.blob.type === "" ? "" : ` (${picture.blob.type})`;
    throw new FcnError("image", `The file for \`${name}\`${type} is no picture that this browser can read.`, {
      cause: error,
    });
  }
}

class SampleReader implements PixelReader {
  readonly isRounded = false;

  constructor(readonly samples: Samples) {}

  get width(): number {
    return this.samples.width;
  }

  get height(): number {
    return this.samples.height;
  }

  read({ top, left, height, width }: Region): Promise<Pick<Samples, "channels" | "data">> {
    const { channels, data } = this.samples;
    if (height === this.height && width === this.width) return Promise.resolve({ channels, data });
    const part = new Float32Array(height * width * channels);
    for (let row = 0; row < height; row++) {
      const start = ((top + row) * this.width + left) * channels;
      part.set(data.subarray(start, start + width * channels), row * width * channels);
    }
    return Promise.resolve({ channels, data: part });
  }

  close(): void {}
}

class BitmapReader implements PixelReader {
  isRounded = false;

  constructor(readonly bitmap: ImageBitmap) {}

  get width(): number {
    return this.bitmap.width;
  }

  get height(): number {
    return this.bitmap.height;
  }

  async read(region: Region): Promise<Pick<Samples, "channels" | "data">> {
    const drawn = this.#draw(region);
    if (isOpaque(drawn)) return { channels: 4, data: drawn };
    const exact = await unpremultiplied(this.bitmap, region);
    if (exact === null) this.isRounded = true;
    return { channels: 4, data: exact ?? drawn };
  }

  #draw({ top, left, height, width }: Region): Uint8ClampedArray {
    const context = makeCanvas(width, height).getContext("2d", {
      willReadFrequently: true,
    }) as OffscreenCanvasRenderingContext2D | null;
    if (!context) throw new FcnError("out-of-memory", `There is no memory for ${width} x ${height} pixels.`);
    context.drawImage(this.bitmap, -left, -top);
    try {
      return context.getImageData(0, 0, width, height).data;
    } catch (error) {
      throw crossOrigin(error);
    }
  }

  close(): void {
    this.bitmap.close();
  }
}

function isOpaque(rgba: Uint8ClampedArray): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false;
  return true;
}

/**
 * A 2D canvas multiplies alpha in, and cannot give back what that rounds away. A texture is told not to, so pixels are
 * read from one. Null where there is no WebGL.
 */
async function unpremultiplied(bitmap: ImageBitmap, region: Region): Promise<Uint8Array | null> {
  const { top, left, height, width } = region;
  const gl = makeCanvas(1, 1).getContext("webgl2") as WebGL2RenderingContext | null;
  if (!gl || gl.isContextLost()) return null;
  const isWhole = width === bitmap.width && height === bitmap.height;
  const part = isWhole ? bitmap : await createImageBitmap(bitmap, left, top, width, height, AS_STORED);
  try {
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, part);
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    const texture: unknown = gl.getParameter(gl.TEXTURE_BINDING_2D);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture as WebGLTexture, 0);
    const rgba = new Uint8Array(4 * width * height);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, rgba);
    return gl.getError() === gl.NO_ERROR ? rgba : null;
  } finally {
    if (!isWhole) part.close();
    gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

/** What browsers throw where a page may not look at a picture. */
export function crossOrigin(error: unknown): FcnError {
  return new FcnError(
    "cross-origin",
    "The picture comes from another site that does not share its pixels: load it with `crossorigin`, from a site that allows it.",
    { cause: error },
  );
}
