import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { byteRange } from "./byte-range.js";
import { findFile, type Found } from "./find-file.js";
import { mediaType } from "./media-types.js";

/**
 * With these a page is cross-origin isolated, without which browsers have no threads of WebAssembly, and other sites
 * cannot read what is served.
 */
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  // No file's name tells what is in it, and a bundle may be compiled anew at any time: browsers keep files, and ask.
  "Cache-Control": "no-cache",
  Vary: "Range",
} as const;

/**
 * Answers a request with a file of a folder.
 *
 * @param root the folder, as `realpath` gives it
 */
export async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return say(response, 405, "Files are only read here.");
  }
  // Not by `URL`, which takes `..` away before it can be refused.
  const [pathname = "/"] = (request.url ?? "/").replace(/^https?:\/\/[^/?#]*/i, "").split(/[?#]/, 1);
  const found = await findFile(root, pathname === "" ? "/" : pathname);
  switch (found.kind) {
    case "malformed":
      return say(response, 400, "This is no address of a file.");
    case "missing":
      return say(response, 404, "There is no such file.");
    case "folder":
      response.setHeader("Location", `${pathname.replace(/^\/+/, "/")}/`);
      return say(response, 308, "This is a folder.");
    case "file":
      return send(found, request, response);
  }
}

async function send(
  { path, bytes, tag, modified }: Extract<Found, { kind: "file" }>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers, method } = request;
  response.setHeader("ETag", tag);
  response.setHeader("Last-Modified", modified.toUTCString());
  response.setHeader("Accept-Ranges", "bytes");
  if (isKept(headers, tag, modified)) {
    response.writeHead(304).end();
    return;
  }
  // A part of a file that changed meanwhile does not go with the part that is there: all of it is sent.
  const condition = headers["if-range"];
  const isSame = condition === undefined || condition === tag || condition === modified.toUTCString();
  const range = method === "GET" && isSame ? byteRange(headers.range, bytes) : "none";
  if (range === "outside") {
    response.setHeader("Content-Range", `bytes */${bytes}`);
    return say(response, 416, "The file is shorter.");
  }
  const { first, last } = range === "none" ? { first: 0, last: bytes - 1 } : range;
  if (range !== "none") response.setHeader("Content-Range", `bytes ${first}-${last}/${bytes}`);
  response.writeHead(range === "none" ? 200 : 206, {
    "Content-Type": mediaType(path),
    "Content-Length": last - first + 1,
  });
  if (method === "HEAD" || bytes === 0) {
    response.end();
    return;
  }
  // Whoever asked may go before all is sent; and a file that ends early must not look whole.
  await pipeline(createReadStream(path, { start: first, end: last }), response).catch(() => response.destroy());
}

/** Whether the browser has this very file: by its tag, or where it sends none by its time. */
function isKept(headers: IncomingMessage["headers"], tag: string, modified: Date): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined)
    return tags.trim() === "*" || tags.split(",").some((one) => one.trim().replace(/^W\//, "") === tag);
  const since = Date.parse(headers["if-modified-since"] ?? "");
  return Math.floor(modified.getTime() / 1000) * 1000 <= since;
}

export function say(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(sentence) + 1,
  });
  // Of an answer to HEAD, Node leaves the body out.
  response.end(`${sentence}\n`);
}
