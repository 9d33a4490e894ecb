/** What a file is, by its first bytes. Names and extensions are not asked: they are often wrong. */
import { ImageError, unsupported } from "./error.js";
import { PNG_SIGNATURE } from "./png-chunks.js";

interface Kind {
  /** What it is, to follow "is". */
  readonly is: string;
  readonly help: string;
  readonly matches: (bytes: Uint8Array, text: string) => boolean;
}

const convert = "convert it to PNG or JPEG first";
const starts =
  (...prefixes: string[]) =>
  (_: Uint8Array, text: string): boolean =>
    prefixes.some((prefix) => text.startsWith(prefix));
/** ISO media files name their brand at byte 8. */
const brand =
  (...brands: string[]) =>
  (_: Uint8Array, text: string): boolean =>
    text.slice(4, 8) === "ftyp" && brands.includes(text.slice(8, 12));
const contains =
  (pattern: RegExp) =>
  (_: Uint8Array, text: string): boolean =>
    pattern.test(text);

const OTHERS: readonly Kind[] = [
  { is: "a GIF picture", help: `${convert}, one file for each of its frames`, matches: starts("GIF87a", "GIF89a") },
  { is: "a WebP picture", help: convert, matches: contains(/^RIFF[^]{4}WEBP/) },
  {
    is: "a BMP picture",
    help: convert,
    matches: (_, text) => /^BM[^]{4}/.test(text) && text.slice(6, 10) === "\0\0\0\0",
  },
  { is: "a TIFF picture", help: convert, matches: starts("II*\0", "MM\0*", "II+\0", "MM\0+") },
  { is: "an AVIF picture", help: convert, matches: brand("avif", "avis") },
  {
    is: "a HEIC picture, as iPhones take them,",
    help: `${convert}; iPhones take JPEG too, under Settings, Camera, Formats, Most Compatible`,
    matches: brand("heic", "heix", "hevc", "heim", "heis", "hevm", "hevs", "mif1", "msf1"),
  },
  { is: "a video", help: "take single frames from it, as PNG or JPEG", matches: contains(/^[^]{4}ftyp/) },
  { is: "a JPEG 2000 picture", help: convert, matches: starts("\0\0\0\x0cjP  ", "\xff\x4f\xff\x51") },
  { is: "a JPEG XL picture", help: convert, matches: starts("\0\0\0\x0cJXL ", "\xff\x0a") },
  { is: "a Photoshop document", help: "export it as PNG or JPEG", matches: starts("8BPS") },
  { is: "a netpbm picture", help: convert, matches: contains(/^P[1-7]\s/) },
  {
    is: "an SVG drawing",
    help: "render it to PNG first",
    matches: contains(/^\s*(<\?xml[^]*|<!--[^]*|<!DOCTYPE\s+)?<?svg[\s>]/i),
  },
  {
    is: "a web page",
    help: "the download may have saved an error page: open the address in a browser and save the picture itself",
    matches: contains(/^\s*(<!--[^]*)?<(!doctype html|html|head|body)/i),
  },
  { is: "a PDF document", help: "export its page as PNG or JPEG", matches: starts("%PDF") },
  { is: "a ZIP archive", help: "unpack it first", matches: starts("PK\x03\x04", "PK\x05\x06") },
  { is: "a gzip archive", help: "unpack it first", matches: starts("\x1f\x8b") },
  { is: "a NumPy array", help: "save it as PNG first", matches: starts("\x93NUMPY") },
  {
    is: "a pointer of Git LFS and not the picture",
    help: "run `git lfs pull`",
    matches: starts("version https://git-lfs"),
  },
];

/** `png` or `jpeg`; anything else throws an `ImageError` that says what it is and a way out. */
export function imageFormat(bytes: Uint8Array): "png" | "jpeg" {
  if (bytes.length === 0) throw new ImageError("empty", "is an empty file", "copy or download it again");
  if (PNG_SIGNATURE.every((byte, i) => bytes[i] === byte)) return "png";
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && (bytes[2] === 0xff || bytes.length < 3)) return "jpeg";
  const text = Array.from(bytes.subarray(0, 1024), (byte) => String.fromCharCode(byte)).join("");
  const visible = text.replace(/^\xef\xbb\xbf/, "");
  const other = OTHERS.find(({ matches }) => matches(bytes, visible));
  if (other) throw unsupported(`is ${other.is} and not a PNG or a JPEG`, other.help);
  if (bytes.length < 8 && PNG_SIGNATURE.subarray(0, bytes.length).every((byte, i) => bytes[i] === byte))
    throw new ImageError("truncated", `ends after ${bytes.length} bytes`, "copy or download the file again");
  if (text.startsWith("\x89PNG") || text.startsWith("PNG\r\n"))
    throw new ImageError(
      "damaged",
      "is a PNG that was sent as text, which changed its bytes",
      "copy or download it again in binary mode",
    );
  if (bytes.every((byte) => byte === 0))
    throw new ImageError("damaged", "holds nothing but zeros", "copy or download it again");
  throw unsupported("is neither a PNG nor a JPEG", convert);
}
