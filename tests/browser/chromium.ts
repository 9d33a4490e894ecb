/**
 * Headless Chromium for tests. It is Debian's, or whichever FCNC_CHROMIUM names: playwright-core brings no browser. A
 * test asks `chromiumMissing()` first and skips with its answer.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(command: string): string[] {
  if (isAbsolute(command)) return [command];
  return (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, command));
}

function chromiumPath(): string | null {
  const named = process.env["FCNC_CHROMIUM"];
  const candidates = named ? onPath(named) : [...commands.flatMap(onPath), ...elsewhere];
  return candidates.find(executable) ?? null;
}

/** Why no browser can be started here, or null when one can. */
export function chromiumMissing(): string | null {
  if (chromiumPath() !== null) return null;
  return "no Chromium: run .ci/install-chromium, or name one in FCNC_CHROMIUM";
}

export async function launchChromium(args: readonly string[] = []): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error("no Chromium");
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      // A test machine is often a container, as root and without the kernel's user namespaces.
      "--no-sandbox",
      "--disable-gpu",
      // Nothing but the test's own server is to be asked: where there is no network, each try costs time.
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
    ],
  });
}
