/** Serves folders on the loopback address, with the types that a browser insists on. */
import { createReadStream, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".fcn": "text/plain; charset=utf-8",
};

export interface StaticServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Addresses in the order in which they were asked for. */
  readonly asked: readonly string[];
  /** Addresses of answers that were no longer wanted before they were said. */
  readonly forsaken: readonly string[];
  close(): Promise<void>;
}

export interface Served {
  /** Folders by the first segment of their address: `{ bundle: "/tmp/bundle" }` serves `/bundle/model.json`. */
  readonly folders: Readonly<Record<string, string>>;
  /** Texts by their whole address: `{ "/": "<!doctype html>..." }`. They are HTML. */
  readonly pages?: Readonly<Record<string, string>>;
  /** What is answered instead of a file, by its whole address. It may change while the server runs. */
  readonly answers?: Readonly<Record<string, Answer | undefined>>;
  /** Headers that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes pages cross-origin isolated, without which a browser has no WASM threads. */
  readonly isolated?: boolean;
}

export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: string | Uint8Array;
  /** Milliseconds before anything is said. */
  readonly delay?: number;
}

export async function serve(served: Served): Promise<StaticServer> {
  const asked: string[] = [];
  const forsaken: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    asked.push(pathname);
    response.on("close", () => {
      if (!response.writableFinished) forsaken.push(pathname);
    });
    if (served.isolated) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    for (const [name, value] of Object.entries(served.headers ?? {})) response.setHeader(name, value);
    const answer = served.answers?.[pathname];
    if (answer !== undefined) {
      const { status = 200, type = "application/octet-stream", body, delay = 0 } = answer;
      setTimeout(() => response.writeHead(status, { "Content-Type": type }).end(body), delay);
      return;
    }
    const page = served.pages?.[pathname];
    if (page !== undefined) {
      response.writeHead(200, { "Content-Type": types[".html"] }).end(page);
      return;
    }
    const path = filePath(served.folders, decodeURIComponent(pathname));
    const size = path === null ? undefined : statSync(path, { throwIfNoEntry: false });
    if (path === null || !size?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const type = types[extname(path)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, "Content-Length": size.size });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, asked, forsaken, close: async () => close(server) };
}

function filePath(folders: Readonly<Record<string, string>>, pathname: string): string | null {
  const [, first = "", ...rest] = pathname.split("/");
  const folder = folders[first];
  // Normalized from the root, so that `..` cannot leave the folder.
  return folder === undefined ? null : join(folder, normalize(`/${rest.join("/")}`));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
}
