/** Serves a folder over HTTP: see `fcnc serve`. */
import { realpath } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { isIP, type AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { answer, say } from "./answer.js";

export interface ServeOptions {
  /** A name or address of this machine; 127.0.0.1, which no other machine reaches, unless told. */
  readonly host?: string;
  /** 0 is any free one. Of several the first free one is taken. */
  readonly ports?: readonly number[];
}

export interface RunningServer {
  /** For this machine: `http://127.0.0.1:8080/` */
  readonly url: string;
  /** For other machines, where they are let in. */
  readonly others: readonly string[];
  readonly host: string;
  readonly port: number;
  /** Ends at once, also where something is being sent. */
  close(): Promise<void>;
}

/** Of all addresses at once, the one for this machine's browser, which takes pages from there for safe. */
const OWN: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

/**
 * Begins to serve a folder.
 * @throws as `node:net` does where it cannot listen: an error with `code` `EADDRINUSE` where all ports are taken.
 */
export async function startServer(folder: string, options: ServeOptions = {}): Promise<RunningServer> {
  const { host = "127.0.0.1", ports = [0] } = options;
  const root = await realpath(folder);
  const server = createServer((request, response) => {
    if (isLoopback(host) && !isLoopback(nameOf(request.headers.host ?? ""))) {
      // A site whose name is made to mean this machine would read the files as its own.
      say(response, 421, "This server answers to localhost alone.");
      return;
    }
    answer(root, request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else say(response, 500, "The file cannot be read.");
    });
  });
  const port = await listen(server, host, ports);
  const urlOf = (name: string) => `http://${isIP(name) === 6 ? `[${name}]` : name}:${port}/`;
  const own = OWN.get(host);
  const others = own !== undefined ? addressesHere().map(urlOf) : isLoopback(host) ? [] : [urlOf(host)];
  return { url: urlOf(own ?? host), others, host, port, close: () => close(server) };
}

/** Those of IPv4 by which other machines may know this one. */
const addressesHere = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);

/** The name or address in a `Host` header, without the port. */
const nameOf = (host: string): string => host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");

export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(\.\d+){3}$/.test(name);
}

async function listen(server: Server, host: string, ports: readonly number[]): Promise<number> {
  for (const [index, port] of ports.entries()) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host, port, exclusive: true }, () => {
          server.off("error", reject);
          resolve();
        });
      });
      break;
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || index === ports.length - 1) throw error;
    }
  }
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
