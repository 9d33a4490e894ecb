/** Masks as PNG, which canvases cannot write: they have no palettes, and no more than 8 bits. */

export interface MaskPicture {
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly mask: Uint8Array | Uint16Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const PALETTED = 3;
const GRAY = 0;

/**
 * A mask whose values are the classes: with a palette where 8 bits suffice, as `fcnc predict` writes it, else 16-bit gray.
 *
 * @param palette [256, 3]
 */
export async function maskPng({ width, height, mask }: MaskPicture, palette: Uint8Array): Promise<Blob> {
  const isWide = mask instanceof Uint16Array;
  const bytes = isWide ? 2 : 1;
  const rows = new Uint8Array(height * (1 + bytes * width));
  const view = new DataView(rows.buffer);
  for (let y = 0; y < height; y++) {
    // Each row begins with 0: its values are stored as they are.
    const start = y * (1 + bytes * width) + 1;
    for (let x = 0; x < width; x++) {
      const value = mask[y * width + x] ?? 0;
      if (isWide) view.setUint16(start + 2 * x, value);
      else rows[start + x] = value;
    }
  }
  const header = new Uint8Array(13);
  const fields = new DataView(header.buffer);
  fields.setUint32(0, width);
  fields.setUint32(4, height);
  header.set([8 * bytes, isWide ? GRAY : PALETTED], 8);
  return new Blob(
    [
      Uint8Array.from(SIGNATURE),
      chunk("IHDR", header),
      ...(isWide ? [] : [chunk("PLTE", palette)]),
      chunk("IDAT", await deflated(rows)),
      chunk("IEND", new Uint8Array(0)),
    ],
    { type: "image/png" },
  );
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(data.length + 12);
  const view = new DataView(made.buffer);
  view.setUint32(0, data.length);
  made.set(new TextEncoder().encode(type), 4);
  made.set(data, 8);
  view.setUint32(data.length + 8, crc32(made.subarray(4, data.length + 8)));
  return made;
}

/** ISO 3309, as the PNG specification's annex D has it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
