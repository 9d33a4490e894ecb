import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer } from "../../src/serve/server.js";
import { writePrograms } from "../engines/native-fixture.js";
import { SMALL, workplace } from "./material.js";
import { run, type Ran, type Run } from "./run.js";

const place = await workplace();
const cwd = place.folder;

beforeAll(async () => {
  await place.write("small.fcn", SMALL);
  await run(["compile", "small.fcn", "--weights", "init", "--no-certify", "--out", "web"], { cwd });
});

/** Serves until it says where, looks at what is there, and interrupts it as Ctrl+C does. */
async function served<Seen>(
  args: readonly string[],
  look: (url: string) => Promise<Seen>,
  options: Run & { readonly signal?: NodeJS.Signals } = {},
): Promise<Ran & { readonly seen: Seen | undefined }> {
  let seen: Promise<Seen> | undefined;
  const ran = await run(["serve", ...args], {
    cwd,
    ...options,
    started: (child) =>
      child.stdout.on("data", (data: Buffer) => {
        const [url] = /http:\/\/[^\s"]+/.exec(data.toString()) ?? [];
        if (url === undefined || seen) return;
        seen = look(url);
        void seen.catch(() => undefined).then(() => child.kill(options.signal ?? "SIGINT"));
      }),
  });
  return { ...ran, seen: await seen };
}

describe("fcnc serve", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("serves a bundle and its page until %s", async (signal) => {
    const look = async (url: string) => {
      const page = await fetch(url);
      const bundle = (await (await fetch(`${url}bundle.json`)).json()) as { net: string };
      return { url, page: await page.text(), policy: page.headers.get("cross-origin-embedder-policy"), ...bundle };
    };
    const { code, out, err, seen } = await served(["web"], look, { signal });
    expect({ code, err }).toEqual({ code: 0, err: "Ctrl+C ends it.\n" });
    expect(out).toBe(`web is at ${seen?.url}\n`);
    expect(seen?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(seen).toMatchObject({
      net: "small",
      policy: "require-corp",
      page: expect.stringContaining("<!doctype html>"),
    });
  });

  test("says where as JSON", async () => {
    const { code, out, err, seen } = await served(["web", "--port", "0", "--format", "json"], (url) =>
      Promise.resolve(url),
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const port = Number(new URL(seen ?? "").port);
    expect(JSON.parse(out)).toEqual({ bundle: "web", url: seen, others: [], host: "127.0.0.1", port });
  });

  test("ends while something is still being sent", async () => {
    const { code } = await served(["web"], async (url) => {
      // Asked for and never read.
      await fetch(`${url}runtime/tfjs-backend-wasm.js`);
    });
    expect(code).toBe(0);
  });

  test("a port that is taken is told where it was asked for", async () => {
    const other = await startServer(place.path("web"));
    afterAll(() => other.close());
    const { code, out, err } = await run(["serve", "web", "--port", String(other.port)], { cwd });
    expect({ code, out, err }).toEqual({
      code: 1,
      out: "",
      err:
        `error: port ${other.port} is taken: another program serves there\n` +
        "  help: leave `--port` out, which takes the next free one\n" +
        "  help: or name another: `--port 0` is any that is free\n",
    });
  });

  test("else the next free one is taken", async () => {
    // Where the port is taken already, that will do as well.
    const blocker = createServer().listen(8080, "127.0.0.1");
    await new Promise<void>((resolve) => blocker.once("listening", resolve).once("error", () => resolve()));
    const { code, seen } = await served(["web"], (url) => Promise.resolve(Number(new URL(url).port)));
    blocker.close();
    expect(code).toBe(0);
    expect(seen).toBeGreaterThan(8080);
  });

  test("other machines are let in only where it is asked for, and that is told", async () => {
    const look = async (url: string) => (await fetch(url)).status;
    const { code, out, err, seen } = await served(["web", "--host", "0.0.0.0", "--port", "0"], look);
    expect({ code, seen }).toEqual({ code: 0, seen: 200 });
    // Browsers take pages from this address for safe, and give them threads; those of 0.0.0.0 they do not.
    expect(out).toMatch(/^web is at http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(err).toMatch(
      /^note: other machines can read the bundle now(, at http:\/\/\S+( or http:\/\/\S+)*)?; over http/,
    );
  });

  test.skipIf(process.platform === "win32")("--open shows it in the browser", async () => {
    const opened = place.path("opened.txt");
    const PATH = await writePrograms(place.path("programs"), {
      [process.platform === "darwin" ? "open" : "xdg-open"]:
        `require("node:fs").writeFileSync(${JSON.stringify(opened)}, process.argv[2])`,
    });
    const { readFile } = await import("node:fs/promises");
    const read = () => expect.poll(() => readFile(opened, "utf8").catch(() => ""), { timeout: 20_000 });
    const { code, err, seen } = await served(
      ["web", "--open"],
      async (url) => {
        await read().toBe(url);
        return url;
      },
      { env: { PATH } },
    );
    expect({ code, err }).toEqual({ code: 0, err: "Ctrl+C ends it.\n" });
    expect(seen).toMatch(/^http/);
  });

  test.skipIf(process.platform === "win32")("goes on where no browser can be opened", async () => {
    const env = { PATH: await writePrograms(place.path("none"), {}) };
    const wait = (url: string) => new Promise<string>((resolve) => setTimeout(() => resolve(url), 500));
    const { code, err, seen } = await served(["web", "--open"], wait, { env });
    expect(code).toBe(0);
    expect(err).toContain("warning: no browser was opened: ");
    expect(err).toContain(`help: open ${seen} yourself`);
  });
});

describe("what cannot be served is told", () => {
  test.each([
    [["nowhere"], 1, "there is no folder `nowhere`"],
    [["small.fcn"], 1, "`small.fcn` is a file"],
    [["empty"], 1, "`empty` holds no bundle for the web"],
    [["old"], 1, "`old` is a bundle without a page"],
    [["web", "--host", "192.0.2.1"], 1, "`192.0.2.1` is no address of this machine"],
    [["web", "--host", "no-such-name.invalid"], 1, "`no-such-name.invalid` is no address of this machine"],
    [["web", "--port", "65536"], 2, "It is a whole number from 0 to 65535."],
    [["web", "--port", "-1"], 2, "It is a whole number from 0 to 65535."],
    [["web", "--port", "http"], 2, "It is a whole number from 0 to 65535."],
    [[], 2, "missing required argument 'bundle'"],
  ])("%j", async (args, code, message) => {
    await mkdir(place.path("empty"), { recursive: true });
    await place.write("old/model.json", "{}");
    const ran = await run(["serve", ...args], { cwd });
    expect({ code: ran.code, out: ran.out }).toEqual({ code, out: "" });
    expect(ran.err).toContain(message);
  });
});
