/** The package as somebody gets it who installs it in an empty folder. */
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { FOUR_PIXELS, indicesOf, png, SMALL } from "../cli/material.js";
import { root } from "../cli/run.js";

const folder = mkdtempSync(join(tmpdir(), "fcnc-pack-"));
afterAll(() => rmSync(folder, { recursive: true }));

const env = {
  ...process.env,
  npm_config_fund: "false",
  npm_config_audit: "false",
  NO_COLOR: "1",
  FORCE_COLOR: undefined,
};
function command(name: string, args: readonly string[], cwd = folder): SpawnSyncReturns<string> {
  return spawnSync(name, args, { cwd, encoding: "utf8", env, shell: process.platform === "win32" });
}
const write = (name: string, text: string | Uint8Array): void => writeFileSync(join(folder, name), text);
const fcnc = (...args: string[]): SpawnSyncReturns<string> => command("npx", ["--no-install", "fcnc", ...args]);

const LIBRARY_NET = `fcn 1

import vgg16 from "fcnc/backbones/vgg16.fcn"

net mine {
  input image: bgr[H, W, 3]
  vgg = image -> vgg16(width: 8) {
    conv1_1.pad: 100
    convolutionize: [fc6, fc7]
    without: [fc8]
  }
  score_fr = vgg.fc7 -> conv(21, 1)
  upscore  = upsample(32x)
  score    = crop(to: image)
  output score { labels: "voc.labels" }
}
`;

let packed: string[] = [];
let missing: string | null = null;

beforeAll(() => {
  // The build is there, and others are using it.
  const pack = command("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], root);
  expect(pack.status, pack.stderr).toBe(0);
  const [tarball] = JSON.parse(pack.stdout) as [{ filename: string; files: { path: string }[] }];
  packed = tarball.files.map(({ path }) => path);
  write("package.json", '{ "name": "mine", "private": true, "type": "module" }\n');
  const install = command("npm", ["install", "--prefer-offline", `./${tarball.filename}`]);
  const noNetwork = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|network/;
  if (install.status !== 0 && noNetwork.test(install.stderr)) missing = "the registry cannot be reached";
  else expect(install.status, install.stderr).toBe(0);
  write("net.fcn", LIBRARY_NET);
  write("small.fcn", SMALL);
}, 300_000);

test("what is packed: the program, the library of specs, and nothing of the workshop", () => {
  for (const path of ["bin/fcnc.js", "dist/cli.js", "dist/index.d.ts", "specs/voc-fcn8s.fcn", "LICENSE", "NOTICE"])
    expect(packed).toContain(path);
  expect(
    packed.filter(
      (path) => !/^(bin|dist|specs|docs)\/|^(LICENSE|NOTICE|README\.md|SECURITY\.md|package\.json)$/.test(path),
    ),
  ).toEqual([]);
});

describe("the program's file", () => {
  test("stays where it is and may be run", () => {
    expect(packageJson.bin).toEqual({ fcnc: "bin/fcnc.js" });
    expect(readFileSync(join(root, "bin/fcnc.js"), "utf8")).toContain('import("../dist/cli.js")');
    if (process.platform !== "win32") expect(statSync(join(root, "bin/fcnc.js")).mode & 0o111).toBe(0o111);
  });

  test("is tracked as such", ({ skip }) => {
    const { status, stdout } = command("git", ["ls-files", "--stage", "bin"], root);
    if (status !== 0) return skip("no git here");
    expect(stdout).toMatch(/^100755 [0-9a-f]+ 0\tbin\/fcnc\.js\n$/);
  });
});

describe("installed in an empty folder", () => {
  beforeEach((context) => {
    if (missing) context.skip(missing);
  });

  test("checks, and compiles a net with a backbone of the library", () => {
    const checked = fcnc("check", "net.fcn");
    expect({ status: checked.status, out: checked.stdout }).toEqual({ status: 0, out: "`net.fcn` is sound\n" });
    const compiled = fcnc("compile", "net.fcn", "--weights", "init", "--out", "web");
    expect(compiled.status, compiled.stderr).toBe(0);
    expect(readdirSync(join(folder, "web"))).toContain("model.json");
  });

  test("predicts on WASM", () => {
    write("four.png", png(2, 2, FOUR_PIXELS));
    const args = ["small.fcn", "--weights", "init", "--image", "four.png", "--mask", "mask.png"];
    const { status, stdout, stderr } = fcnc("predict", ...args);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain("engine: WASM");
    expect(stdout).toContain("wrote mask.png");
    expect(indicesOf(readFileSync(join(folder, "mask.png")))).toMatchObject({ width: 2, height: 2 });
  });

  test("is a library: fcnc, fcnc/node", () => {
    write(
      "library.js",
      `import { check, compile, format, HostError } from "fcnc";
import { nodeHost, targets, initWeights, selectEngine } from "fcnc/node";
const { plan, diagnostics } = await compile("net.fcn", nodeHost);
const { nets } = await check({ path: "net.fcn" }, nodeHost);
const missing = await nodeHost.read("none.fcn").catch((error) => error instanceof HostError);
const formatted = format("fcn 1\\nnet  n { input image: bgr[H, W, 3] }");
const { engine } = await selectEngine("js");
const written = await targets.find(({ name }) => name === "web").write(plan, initWeights(plan), "by-library");
console.log(JSON.stringify([plan.net, diagnostics.length, nets, missing, "text" in formatted, engine.name, written.hasWeights]));
`,
    );
    const { stdout, stderr } = command(process.execPath, ["library.js"]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(["mine", 0, ["mine"], true, true, "js", true]);
  });

  test("has types", () => {
    write(
      "consumer.ts",
      `import { compile, memoryHost, type CompileResult, type Diagnostic, type Host, type Plan } from "fcnc";
import { nodeHost, openWeightFile, targets, type Target, type Written } from "fcnc/node";
import * as plugin from "fcnc/prettier";
const host: Host = memoryHost({ "net.fcn": "fcn 1" });
const result: CompileResult = await compile("net.fcn", host, { net: "n" });
const plan: Plan | null = result.plan;
const diagnostics: readonly Diagnostic[] = result.diagnostics;
const target: Target | undefined = targets[0];
const written: Written | undefined = plan ? await target?.write(plan, null, "out") : undefined;
export const all: unknown[] = [diagnostics, written?.bytes, nodeHost.read, openWeightFile, plugin.languages];
// @ts-expect-error a spec is no number
void compile(7, host);
`,
    );
    const options = {
      module: "nodenext",
      target: "es2023",
      lib: ["es2023", "dom"],
      strict: true,
      noEmit: true,
      types: [],
    };
    write("tsconfig.json", JSON.stringify({ compilerOptions: options, include: ["consumer.ts"] }));
    const { status, stdout } = command(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  test("formats through Prettier", () => {
    write("ugly.fcn", SMALL.replaceAll(/ +=/g, "="));
    const { stdout, stderr } = command("npx", ["--no-install", "prettier", "--plugin=fcnc/prettier", "ugly.fcn"]);
    expect(stderr.replaceAll(/^npm warn.*\n/gm, "")).toBe("");
    expect(stdout).toBe(SMALL);
  });

  test("its specs can be read by their names", () => {
    const line =
      'console.log(import.meta.resolve("fcnc/specs/backbones/vgg16.fcn"), import.meta.resolve("fcnc/package.json"))';
    const { status, stdout } = command(process.execPath, ["--input-type=module", "-e", line]);
    expect(status).toBe(0);
    expect(stdout).toContain("/node_modules/fcnc/specs/backbones/vgg16.fcn");
  });
});
