import { FcnError } from "./errors.js";

/** A file of the bundle, as bundle.json lists it. */
export interface BundleFile {
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A JSON file with more than this is none of ours. */
const JSON_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Asks for a file. Servers of single-page applications answer every address with a page, and that is noticed.
 * @throws {FcnError} or the signal's reason
 */
export async function request(address: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new FcnError("network", `${address} cannot be reached. Is the server running, and does it allow this page?`, {
      cause: error,
    });
  }
  if (response.status === 404) throw new FcnError("not-found", `${address} is not there: the server answers 404.`);
  if (!response.ok) throw new FcnError("network", `${address}: the server answers ${response.status}.`);
  if (/^text\/html\b/i.test(response.headers.get("content-type") ?? ""))
    throw new FcnError(
      "not-a-bundle",
      `${address}: the server answers with a web page. Is the bundle's address right?`,
    );
  return response;
}

export async function requestJson(address: string, signal: AbortSignal): Promise<unknown> {
  const response = await request(address, signal);
  if (Number(response.headers.get("content-length") ?? 0) > JSON_LIMIT_BYTES)
    throw new FcnError("not-a-bundle", `${address} is too large for what it should be.`);
  const text = await response.text().catch((error: unknown) => {
    signal.throwIfAborted();
    throw new FcnError("network", `${address} ended early. Load it again.`, { cause: error });
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new FcnError("not-a-bundle", `${address} is not JSON. Copy the bundle again.`, { cause: error });
  }
}

/**
 * The bytes of several files, one after the other, in pieces as they come. The first file is asked for at once, the next
 * while one is read, and no more. Lengths are compared with bundle.json, and where `verify` the digests, for which a file is held
 * back until it is there whole.
 */
export function stream(
  base: string,
  files: readonly BundleFile[],
  verify: boolean,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const ask = (file: BundleFile | undefined): Promise<Response> | null => {
    if (!file) return null;
    const answer = request(new URL(file.path, base).href, signal);
    // Whoever awaits it hears of it; until then it is not unheard of.
    answer.catch(() => undefined);
    return answer;
  };
  return read(ask(files[0]));

  async function* read(next: Promise<Response> | null): AsyncGenerator<Uint8Array, void, undefined> {
    for (const [index, file] of files.entries()) {
      const response = await next;
      next = ask(files[index + 1]);
      if (!response) return;
      const kept: Uint8Array[] = [];
      for await (const piece of piecesOf(response, file, signal)) {
        onBytes(piece.length);
        if (verify) kept.push(piece);
        else yield piece;
      }
      if (!verify) continue;
      await compareDigest(kept, file);
      yield* kept;
    }
  }
}

async function* piecesOf(
  response: Response,
  { path, bytes }: BundleFile,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done || !value) break;
      read += value.length;
      if (read > bytes) break;
      yield value;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new FcnError("network", `${path} ended after ${read} of ${bytes} bytes. Load it again.`, { cause: error });
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
  if (read !== bytes)
    throw new FcnError(
      "damaged",
      `${path} has ${read < bytes ? `${read} bytes` : "more bytes"} where bundle.json says ${bytes}. Copy the bundle again.`,
    );
}

async function compareDigest(pieces: readonly Uint8Array[], { path, sha256 }: BundleFile): Promise<void> {
  const bytes = new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const text = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (text !== sha256)
    throw new FcnError(
      "damaged",
      `${path} is not the file that bundle.json lists: its SHA-256 differs. Copy the bundle again.`,
    );
}
