/** What `fcnc serve` answers, asked by a client that sends addresses as they are. */
import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { request, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startServer } from "../../src/serve/server.js";
import { scratch } from "../weights/scratch.js";

const folder = await scratch();
const root = join(folder, "bundle");
await mkdir(join(root, "runtime", "empty"), { recursive: true });
await writeFile(join(folder, "secret.txt"), "secret");
await mkdir(join(folder, "bundle-beside"));
await writeFile(join(folder, "bundle-beside", "secret.txt"), "secret");
const files: Readonly<Record<string, string>> = {
  "index.html": "<!doctype html>",
  "model.json": "{}",
  "shard.bin": "0123456789",
  "empty.bin": "",
  "fcn.js": "export {};",
  "module.mjs": "export {};",
  "runtime/engine.wasm": "wasm",
  "runtime/NOTICE": "notice",
  "a name.json": "[]",
  ".hidden": "hidden",
};
for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);

const server = await startServer(root);
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** `fetch` would tidy the address up. */
function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: server.host, port: server.port, path, headers, method }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces).toString(),
        }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}

test.each([
  ["/", "text/html; charset=utf-8", "<!doctype html>"],
  ["/index.html", "text/html; charset=utf-8", "<!doctype html>"],
  ["/model.json", "application/json; charset=utf-8", "{}"],
  ["/model.json?again=1#part", "application/json; charset=utf-8", "{}"],
  ["/shard.bin", "application/octet-stream", "0123456789"],
  ["/empty.bin", "application/octet-stream", ""],
  ["/fcn.js", "text/javascript; charset=utf-8", "export {};"],
  ["/module.mjs", "text/javascript; charset=utf-8", "export {};"],
  ["/runtime/engine.wasm", "application/wasm", "wasm"],
  ["/runtime/NOTICE", "text/plain; charset=utf-8", "notice"],
  ["/a%20name.json", "application/json; charset=utf-8", "[]"],
])("%s is %s", async (path, type, body) => {
  const { status, headers, body: sent } = await ask(path);
  expect({ status, type: headers["content-type"], body: sent }).toEqual({ status: 200, type, body });
  expect(headers).toMatchObject({
    "content-length": String(body.length),
    "cache-control": "no-cache",
    "accept-ranges": "bytes",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
  const head = await ask(path, {}, "HEAD");
  expect(head).toMatchObject({ status: 200, body: "" });
  expect(head.headers["content-length"]).toBe(String(body.length));
});

describe("nothing outside the folder is read", () => {
  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/runtime/../../secret.txt",
    "/runtime/%2E%2E/%2e%2e/secret.txt",
    "/../bundle-beside/secret.txt",
    "//../secret.txt",
    "/./.././secret.txt",
    "/.hidden",
    "/runtime/empty/",
    "/no-such-file",
    "/model.json/",
    "/model.json/more",
  ])("%s is missing", async (path) => {
    const { status, body } = await ask(path);
    expect({ status, body }).toEqual({ status: 404, body: "There is no such file.\n" });
  });

  test.each(["/..%2fsecret.txt", "/..%5csecret.txt", "/%00", "/model.json%00.html", "/%zz", "/%"])(
    "%s is no address",
    async (path) => {
      const { status, body } = await ask(path);
      expect(status).toBe(400);
      expect(body).not.toContain("secret");
    },
  );

  test.skipIf(process.platform === "win32")("links are followed within it, and not out of it", async () => {
    await symlink(join(root, "model.json"), join(root, "inside.json"));
    await symlink(join(folder, "secret.txt"), join(root, "outside.txt"));
    await symlink(folder, join(root, "above"));
    await symlink(join(root, "circle"), join(root, "circle"));
    expect(await ask("/inside.json")).toMatchObject({ status: 200, body: "{}" });
    for (const path of ["/outside.txt", "/above/secret.txt", "/circle"])
      expect(await ask(path)).toMatchObject({ status: 404 });
  });
});

test("a folder is sent to its own address", async () => {
  const { status, headers } = await ask("/runtime?x=1");
  expect({ status, location: headers.location }).toEqual({ status: 308, location: "/runtime/" });
  // What starts with two slashes would be another site's address.
  expect((await ask("//runtime")).headers.location).toBe("/runtime/");
});

test.each(["POST", "PUT", "DELETE", "OPTIONS"])("%s is refused", async (method) => {
  const { status, headers } = await ask("/model.json", {}, method);
  expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: "GET, HEAD" });
});

describe("what a browser keeps", () => {
  test("is not sent again until it changes", async () => {
    const path = join(root, "changing.json");
    await writeFile(path, "[1]");
    const first = await ask("/changing.json");
    const tag = first.headers.etag ?? "";
    expect(tag).toMatch(/^"[^"]+"$/);
    for (const sent of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const again = await ask("/changing.json", { "If-None-Match": sent });
      expect(again).toMatchObject({ status: 304, body: "" });
      expect(again.headers).toMatchObject({ etag: tag, "cache-control": "no-cache" });
    }
    const modified = first.headers["last-modified"] ?? "";
    expect(await ask("/changing.json", { "If-Modified-Since": modified })).toMatchObject({ status: 304 });
    expect(await ask("/changing.json", { "If-None-Match": `"other"`, "If-Modified-Since": modified })).toMatchObject({
      status: 200,
    });
    await writeFile(path, "[2]");
    await utimes(path, new Date(), new Date(Date.now() + 5000));
    expect(await ask("/changing.json", { "If-None-Match": tag })).toMatchObject({ status: 200, body: "[2]" });
  });
});

describe("ranges", () => {
  test.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=4-", "456789", "bytes 4-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
    ["bytes=8-99", "89", "bytes 8-9/10"],
    ["BYTES=9-9", "9", "bytes 9-9/10"],
  ])("%s", async (range, body, said) => {
    const answer = await ask("/shard.bin", { Range: range });
    expect(answer).toMatchObject({ status: 206, body });
    expect(answer.headers).toMatchObject({ "content-range": said, "content-length": String(body.length) });
  });

  test.each(["bytes=10-", "bytes=99-100", "bytes=-0"])("%s is outside", async (range) => {
    const { status, headers } = await ask("/shard.bin", { Range: range });
    expect({ status, said: headers["content-range"] }).toEqual({ status: 416, said: "bytes */10" });
  });

  test.each(["bytes=", "bytes=-", "bytes=5-2", "lines=0-3", "bytes=0-1,4-5", "bytes=a-b"])(
    "`%s` asks for nothing in particular",
    async (range) => {
      expect(await ask("/shard.bin", { Range: range })).toMatchObject({ status: 200, body: "0123456789" });
    },
  );

  test("a part of another state of the file is not sent", async () => {
    const { etag = "" } = (await ask("/shard.bin")).headers;
    const range = { Range: "bytes=0-3" };
    expect(await ask("/shard.bin", { ...range, "If-Range": etag })).toMatchObject({ status: 206 });
    expect(await ask("/shard.bin", { ...range, "If-Range": `"other"` })).toMatchObject({ status: 200 });
    expect(await ask("/shard.bin", range, "HEAD")).toMatchObject({ status: 200 });
  });
});

test("another site's name for this machine is refused", async () => {
  for (const host of ["localhost:1", "127.0.0.1", "[::1]:8080", `${server.host}:${server.port}`])
    expect(await ask("/model.json", { Host: host })).toMatchObject({ status: 200 });
  expect(await ask("/model.json", { Host: "rebound.example:8080" })).toMatchObject({
    status: 421,
    body: "This server answers to localhost alone.\n",
  });
});

test("of several ports the first free one is taken", async () => {
  const next = await startServer(root, { ports: [server.port, 0] });
  expect(next.port).not.toBe(server.port);
  expect(next.url).toBe(`http://127.0.0.1:${next.port}/`);
  await next.close();
  await expect(startServer(root, { ports: [server.port] })).rejects.toMatchObject({ code: "EADDRINUSE" });
});
