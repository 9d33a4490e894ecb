import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";

/** What an address means in a folder. */
export type Found =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly bytes: number;
      /** Changes whenever the file does: of its size and of when it was written, to the nanosecond. */
      readonly tag: string;
      readonly modified: Date;
    }
  | { readonly kind: "folder" }
  | { readonly kind: "malformed" }
  | { readonly kind: "missing" };

const MISSING: Found = { kind: "missing" };

/**
 * The file that an address means. Whatever lies outside the folder is missing: by `..`, however it is written, and by
 * links that lead out.
 *
 * @param root the folder, as `realpath` gives it
 * @param pathname of the address, as it was sent
 */
export async function findFile(root: string, pathname: string): Promise<Found> {
  const segments = decoded(pathname);
  if (segments === null) return { kind: "malformed" };
  if (segments.some((segment) => segment === ".." || segment.startsWith("."))) return MISSING;
  const isFolder = pathname.endsWith("/");
  const path = await realpath(join(root, ...segments, isFolder ? "index.html" : "")).catch(() => null);
  if (path === null || !isWithin(root, path)) return MISSING;
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (found?.isDirectory() && !isFolder) return { kind: "folder" };
  if (!found?.isFile()) return MISSING;
  const tag = `"${found.size.toString(36)}-${found.mtimeNs.toString(36)}"`;
  return { kind: "file", path, bytes: Number(found.size), tag, modified: found.mtime };
}

/** Names of folders and of the file; null where no file can bear them. Empty ones mean nothing, as in paths. */
function decoded(pathname: string): string[] | null {
  let segments: string[];
  try {
    segments = pathname.split("/").map(decodeURIComponent);
  } catch {
    return null;
  }
  // Decoded, a segment may hold what parts names, or names a drive or a stream on Windows.
  if (segments.some((segment) => /[/\\\0]/.test(segment) || (sep === "\\" && segment.includes(":")))) return null;
  return segments.filter((segment) => segment !== "");
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
