/**
 * The directory of a zip archive (PKWARE's APPNOTE.TXT 6.3, sections 4.3 and 4.4), also of more than 4 GiB. Sizes are
 * taken from the directory, never from the members' own headers, which may leave them out.
 */
import { WeightsError } from "../errors.js";
import type { RandomAccessFile } from "./file.js";
import { beyond, type ReadLimits } from "./limits.js";
import { shorten } from "./names.js";
import { MARK } from "./zip-marks.js";

export interface ZipMember {
  readonly name: string;
  readonly deflated: boolean;
  readonly crc: number;
  /** Bytes in the archive, and once they are inflated. */
  readonly compressed: number;
  readonly size: number;
  /** Where its bytes begin. */
  readonly start: number;
}

const END_BYTES = 22;
const COMMENT_BYTES = 65535;
const LOCATOR_BYTES = 20;
const ENTRY_BYTES = 46;
const MEMBER_BYTES = 30;
const ENCRYPTED = 1;

export const isZip = (start: Uint8Array): boolean =>
  start.length >= 4 && [MARK.member, MARK.end].includes(view(start).getUint32(0, true) as never);

/**
 * The members of an archive, folders left out, in the order of the directory.
 * @throws {WeightsError} when the directory lies, members share bytes, or one inflates beyond the limit.
 */
export async function readZipDirectory(file: RandomAccessFile, limits: ReadLimits): Promise<ZipMember[]> {
  const fail = (what: string) => new WeightsError(`${file.path}: ${what}. The archive is damaged; get it anew.`);
  const { entries, start, bytes } = await findDirectory(file, fail);
  if (entries > limits.tensors)
    throw beyond(file.path, `it has ${entries} members, and at most ${limits.tensors} are read`, "tensors");
  if (bytes > limits.headerBytes || start + bytes > file.size || bytes < entries * ENTRY_BYTES)
    throw fail(`its directory of ${entries} members and ${bytes} bytes cannot be`);
  const directory = new Uint8Array(bytes);
  await file.read(start, directory, "its directory");

  const members: ZipMember[] = [];
  const names = new Set<string>();
  const taken: { readonly name: string; readonly begin: number; readonly end: number }[] = [];
  let at = 0;
  for (let index = 0; index < entries; index++) {
    const entry = parseEntry(directory, at, fail);
    at = entry.end;
    const { name, method, flags, crc, compressed, size, offset } = entry;
    const member = `member \`${shorten(name)}\``;
    if (name.endsWith("/")) continue;
    if (names.has(name)) throw fail(`${member} is there twice`);
    names.add(name);
    if ((flags & ENCRYPTED) !== 0) throw new WeightsError(`${file.path}: ${member} is encrypted, and is not read`);
    if (method !== 0 && method !== 8)
      throw new WeightsError(
        `${file.path}: ${member} is packed by method ${method}; only stored and deflated are read`,
      );
    if (method === 0 && size !== compressed) throw fail(`${member} is stored as it is, in another number of bytes`);
    if (size > compressed * limits.expansion)
      throw beyond(
        file.path,
        `${member} has ${compressed} bytes and says that they become ${size}, more than ${limits.expansion} each`,
        "expansion",
      );
    const header = new Uint8Array(MEMBER_BYTES);
    if (offset + MEMBER_BYTES > start) throw fail(`${member} lies outside of the archive`);
    await file.read(offset, header, member);
    const own = view(header);
    if (own.getUint32(0, true) !== MARK.member) throw fail(`${member} is not where the directory says`);
    const data = offset + MEMBER_BYTES + own.getUint16(26, true) + own.getUint16(28, true);
    if (data + compressed > start) throw fail(`${member} lies outside of the archive`);
    taken.push({ name, begin: offset, end: data + compressed });
    members.push({ name, deflated: method === 8, crc, compressed, size, start: data });
  }
  taken.sort((a, b) => a.begin - b.begin);
  for (const [index, { name, begin }] of taken.entries()) {
    const before = taken[index - 1];
    if (before !== undefined && begin < before.end)
      throw fail(`members \`${shorten(before.name)}\` and \`${shorten(name)}\` share bytes`);
  }
  return members;
}

type Fail = (what: string) => WeightsError;

async function findDirectory(
  file: RandomAccessFile,
  fail: Fail,
): Promise<{ entries: number; start: number; bytes: number }> {
  const tail = new Uint8Array(Math.min(file.size, END_BYTES + COMMENT_BYTES));
  const tailStart = file.size - tail.length;
  await file.read(tailStart, tail, "its directory");
  const bytes = view(tail);
  let end = tail.length - END_BYTES;
  // A comment may hold the mark: the true one is followed by as many bytes as it says.
  while (
    end >= 0 &&
    !(bytes.getUint32(end, true) === MARK.end && end + END_BYTES + bytes.getUint16(end + 20, true) === tail.length)
  )
    end--;
  if (end < 0) throw fail("it has no directory: its end is missing");
  const locator = end - LOCATOR_BYTES;
  if (locator >= 0 && bytes.getUint32(locator, true) === MARK.locator) {
    const position = wide(bytes, locator + 8);
    const large = new Uint8Array(56);
    if (position + large.length > tailStart + locator) throw fail("its directory lies outside of it");
    await file.read(position, large, "its directory");
    const found = view(large);
    if (found.getUint32(0, true) !== MARK.end64) throw fail("its directory is not where it says");
    return { entries: wide(found, 32), bytes: wide(found, 40), start: wide(found, 48) };
  }
  if (bytes.getUint16(end + 4, true) !== 0 || bytes.getUint16(end + 6, true) !== 0)
    throw fail("it is a part of an archive in several files");
  return {
    entries: bytes.getUint16(end + 10, true),
    bytes: bytes.getUint32(end + 12, true),
    start: bytes.getUint32(end + 16, true),
  };
}

function parseEntry(directory: Uint8Array, at: number, fail: Fail) {
  const bytes = view(directory);
  if (at + ENTRY_BYTES > directory.length || bytes.getUint32(at, true) !== MARK.entry)
    throw fail("its directory breaks off");
  const nameEnd = at + ENTRY_BYTES + bytes.getUint16(at + 28, true);
  const extraEnd = nameEnd + bytes.getUint16(at + 30, true);
  const end = extraEnd + bytes.getUint16(at + 32, true);
  if (end > directory.length) throw fail("its directory breaks off");
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true }).decode(directory.subarray(at + ENTRY_BYTES, nameEnd));
  } catch {
    throw fail("the name of a member is not UTF-8");
  }
  const large = largeField(bytes, nameEnd, extraEnd);
  // What does not fit in 32 bits stands in the large field, in this order.
  const number = (offset: number): number => {
    const value = bytes.getUint32(at + offset, true);
    if (value !== 0xffffffff || large === null) return value;
    if (large.at + 8 > large.end) throw fail(`member \`${shorten(name)}\` lacks its size`);
    large.at += 8;
    return wide(bytes, large.at - 8);
  };
  const size = number(24);
  const compressed = number(20);
  const offset = number(42);
  return {
    name,
    end,
    flags: bytes.getUint16(at + 8, true),
    method: bytes.getUint16(at + 10, true),
    crc: bytes.getUint32(at + 16, true),
    size,
    compressed,
    offset,
  };
}

/** The extra field with sizes of 64 bits. */
function largeField(bytes: DataView, from: number, to: number): { at: number; end: number } | null {
  for (let at = from; at + 4 <= to;) {
    const end = at + 4 + bytes.getUint16(at + 2, true);
    if (bytes.getUint16(at, true) === 1 && end <= to) return { at: at + 4, end };
    at = end;
  }
  return null;
}

/** 64 bits; beyond 2^53 it is no size of a file, and stays beyond. */
const wide = (bytes: DataView, at: number): number => Number(bytes.getBigUint64(at, true));

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
