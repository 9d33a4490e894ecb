import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isLoopback, startServer, type RunningServer } from "../serve/server.js";
import { reasonOf } from "../weights/errors.js";
import { Fault } from "./fail.js";
import { interruptible } from "./interrupt.js";
import { print, printJson, tell, tellNote, tellWarning, type FormatOption } from "./output.js";

interface ServeOptions extends FormatOption {
  readonly port?: number;
  readonly host: string;
  readonly open?: boolean;
}

/** Where none is asked for, the first free one of these, and any where none of them is. */
const PORTS = [...Array.from({ length: 20 }, (_, index) => 8080 + index), 0];

/** `fcnc serve` */
export async function run(bundle: string, options: ServeOptions): Promise<void> {
  await admitBundle(bundle);
  await interruptible(async (signal) => {
    const server = await start(bundle, options);
    try {
      announce(bundle, server, options);
      if (options.open) open(server.url);
      await ended(signal);
    } finally {
      await server.close();
    }
  });
}

/** @throws {Fault} where there is no page to be served */
async function admitBundle(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (!found)
    throw new Fault(`there is no folder \`${folder}\``, ["`fcnc compile SPEC --weights FILE --out FOLDER` writes one"]);
  if (!found.isDirectory()) throw new Fault(`\`${folder}\` is a file`, ["name the folder of the bundle"]);
  const has = async (name: string): Promise<boolean> =>
    (await stat(join(folder, name)).catch(() => null))?.isFile() ?? false;
  if (await has("index.html")) return;
  throw (await has("model.json"))
    ? new Fault(`\`${folder}\` is a bundle without a page`, ["compile it again: this fcnc writes one"])
    : new Fault(`\`${folder}\` holds no bundle for the web`, ["name a folder that `fcnc compile --target web` wrote"]);
}

async function start(bundle: string, { host, port }: ServeOptions): Promise<RunningServer> {
  try {
    return await startServer(bundle, { host, ports: port === undefined ? PORTS : [port] });
  } catch (error) {
    throw listenFault(error, host, port);
  }
}

function listenFault(error: unknown, host: string, port: number | undefined): unknown {
  const place = port === undefined ? host : `${host}:${port}`;
  const cause = { cause: error };
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new Fault(
        `port ${port} is taken: another program serves there`,
        ["leave `--port` out, which takes the next free one", "or name another: `--port 0` is any that is free"],
        cause,
      );
    case "EACCES":
      return new Fault(`${place} is not for you to serve on`, ["ports from 1024 on are for everybody"], cause);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new Fault(
        `\`${host}\` is no address of this machine`,
        ["leave `--host` out for this machine alone, or take `0.0.0.0` for all who reach it"],
        cause,
      );
    default:
      return new Fault(`nothing can be served on ${place}: ${reasonOf(error)}`, [], cause);
  }
}

function announce(bundle: string, { url, others, host, port }: RunningServer, { format }: ServeOptions): void {
  if (format === "json") printJson({ bundle, url, others, host, port });
  else print(`${bundle} is at ${url}`);
  if (!isLoopback(host)) {
    const places = others.length === 0 ? "" : `, at ${others.join(" or ")}`;
    tellNote(
      `other machines can read the bundle now${places}; over http and not from localhost, browsers give them neither the ` +
        "camera nor threads",
    );
  }
  if (format === "text") tell("Ctrl+C ends it.");
}

/** Shows an address in the browser that the person at this machine prefers. Where that fails, the address was printed. */
function open(url: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? (["open", url] as const)
      : process.platform === "win32"
        ? (["cmd", "/c", "start", "", url] as const)
        : (["xdg-open", url] as const);
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", (error) => tellWarning(`no browser was opened: ${reasonOf(error)}`, [`open ${url} yourself`]));
  child.unref();
}

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
