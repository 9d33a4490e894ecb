import { isAbsolute, normalize, sep } from "node:path";
import { visible } from "../../diagnostics/columns.js";

/** Names of strangers in messages: on one line, and none too long. */
export const shorten = (text: string): string => visible(text.length > 120 ? `${text.slice(0, 117)}...` : text);

/** A path may go down from a folder and never out of it, on any system. */
export function staysInside(path: string): boolean {
  const normal = normalize(path);
  if (path === "" || path.includes("\0") || path.includes("\\") || /^[a-z]:/i.test(path)) return false;
  return !isAbsolute(normal) && normal !== ".." && !normal.startsWith(`..${sep}`);
}
