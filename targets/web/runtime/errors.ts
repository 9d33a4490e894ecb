/**
 * What can go wrong, by what a page would do about it:
 *
 *     not-found        a file of the bundle is not where it should be
 *     network          a request failed, or ended early
 *     not-a-bundle     a file is there and is not what it should be: a web page, broken JSON, a damaged graph
 *     newer-version    the bundle was made by a newer fcnc
 *     damaged          a file's length or digest is not what bundle.json says
 *     no-backend       none of the backends that were asked for works here
 *     context-lost     the graphics processor was taken away; the next call starts anew
 *     out-of-memory    also in tiles the net does not fit
 *     image            the picture cannot be read
 *     video            the video has no frame yet
 *     cross-origin     the browser keeps the pixels of a picture from another site from the page
 *     inputs           the net takes other inputs than were given
 *     size             the net does not take pictures of this size
 *     disposed         the net was disposed of
 *     crashed          the worker ended
 */
export type FcnErrorCode =
  | "not-found"
  | "network"
  | "not-a-bundle"
  | "newer-version"
  | "damaged"
  | "no-backend"
  | "context-lost"
  | "out-of-memory"
  | "image"
  | "video"
  | "cross-origin"
  | "inputs"
  | "size"
  | "disposed"
  | "crashed";

/** The message is for people: it says what is wrong and what would help. Programs look at `code`. */
export class FcnError extends Error {
  override readonly name = "FcnError";

  constructor(
    readonly code: FcnErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What is thrown in one thread as it is said to another. */
export interface SaidError {
  readonly code: FcnErrorCode | "aborted" | "unknown";
  readonly message: string;
}

/** By name: each file of the module has a class of its own. */
export const isFcnError = (error: unknown): error is FcnError => error instanceof Error && error.name === "FcnError";

export function say(error: unknown): SaidError {
  if (isFcnError(error)) return { code: error.code, message: error.message };
  if (error instanceof DOMException && error.name === "AbortError") return { code: "aborted", message: error.message };
  return { code: "unknown", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function heard({ code, message }: SaidError): Error {
  if (code === "aborted") return new DOMException(message, "AbortError");
  return code === "unknown" ? new Error(message) : new FcnError(code, message);
}

/** Whether what a runtime says of a failure is that memory does not suffice. */
export const isMemory = (said: string): boolean =>
  /memory|alloc|OOM|Array buffer|buffer size|texture size|too large/i.test(said);
