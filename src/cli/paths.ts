import { basename, extname, sep } from "node:path";

/** A path as specs name it: with forward slashes on every platform. */
export function specPath(path: string): string {
  return sep === "\\" ? path.replaceAll("\\", "/") : path;
}

/** `specs/voc-fcn16s.fcn` -> `voc-fcn16s` */
export function stem(path: string): string {
  return basename(path, extname(path));
}
