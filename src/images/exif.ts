/** Which way up a picture is: the orientation of its EXIF data, and turning it. */

/** 1 is upright; 2..8 as EXIF numbers the ways a picture may be mirrored and turned. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/** Reads EXIF data (from its byte order mark on). Data that makes no sense is 1: it is no part of the picture. */
export function readOrientation(exif: Uint8Array): Orientation {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  if (exif.length < 14) return 1;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  if (view.getUint16(2, little) !== 42) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > exif.length) return 1;
  const count = view.getUint16(directory, little);
  for (let i = 0; i < count; i += 1) {
    const at = directory + 2 + 12 * i;
    if (at + 12 > exif.length) return 1;
    if (view.getUint16(at, little) !== ORIENTATION_TAG) continue;
    if (view.getUint16(at + 2, little) !== SHORT) return 1;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

interface Pixels<Data> {
  readonly width: number;
  readonly height: number;
  readonly data: Data;
}

/** Turns [height, width, channels] upright. A picture that is upright already is returned as it is. */
export function upright<Data extends Uint8Array | Uint16Array>(
  picture: Pixels<Data>,
  channels: number,
  orientation: Orientation,
): Pixels<Data> {
  if (orientation === 1) return picture;
  const { width, height, data } = picture;
  const turned = orientation >= 5;
  const outWidth = turned ? height : width;
  const outHeight = turned ? width : height;
  // For each orientation: does the stored picture's x (y) run backwards as the upright picture's x or y runs on?
  const backX = [2, 3, 7, 8].includes(orientation);
  const backY = [3, 4, 6, 7].includes(orientation);
  const out = data.slice();
  let to = 0;
  for (let y = 0; y < outHeight; y += 1)
    for (let x = 0; x < outWidth; x += 1) {
      const along = turned ? y : x;
      const across = turned ? x : y;
      const fromX = backX ? width - 1 - along : along;
      const fromY = backY ? height - 1 - across : across;
      const from = (fromY * width + fromX) * channels;
      for (let c = 0; c < channels; c += 1, to += 1) out[to] = data[from + c]!;
    }
  return { width: outWidth, height: outHeight, data: out as Data };
}
