/** First and last byte, both counted from 0 and within the file. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What a `Range` header asks of a file (RFC 9110, section 14): one range, `"none"` where the whole file is to be sent (no
 * header, another unit, several ranges, or one that makes no sense), `"outside"` where no byte of it is in the file.
 */
export function byteRange(header: string | undefined, bytes: number): ByteRange | "none" | "outside" {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? "");
  const [, from = "", to = ""] = match ?? [];
  if (from === "" && to === "") return "none";
  if (from === "") {
    const length = Math.min(Number(to), bytes);
    return length === 0 ? "outside" : { first: bytes - length, last: bytes - 1 };
  }
  const first = Number(from);
  const last = to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== "" && Number(to) < first) return "none";
  return first >= bytes ? "outside" : { first, last };
}
