/** `fcnc verify`: what it finds, and what it says that it cannot see. */
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Check } from "../../src/certify/check.js";
import type { BundleJson } from "../../targets/certificate.js";
import { png, SMALL, workplace, writeTensors } from "./material.js";
import { run, runJson } from "./run.js";

const NEAR = `fcn 1

net near {
  input image: rgb[H, W, 3]
  score = conv(2, 1)
  output score
}
`;

const place = await workplace();
const cwd = place.folder;
const PICTURE = Array.from({ length: 24 * 17 * 3 }, (_, at) => (at * 37) % 251);
await place.write("small.fcn", SMALL);
await place.write("noise.png", png(24, 17, PICTURE));
await place.write("other.png", png(24, 17, [...PICTURE].reverse()));

beforeAll(async () => {
  const make = (out: string, ...more: string[]) =>
    run(["compile", "small.fcn", "--weights", "init", "--engine", "wasm", "--out", out, ...more], { cwd });
  expect((await make("exact")).code).toBe(0);
  expect((await make("uint8", "--quantize", "uint8")).code).toBe(0);
  expect((await make("pictured", "--quantize", "uint8", "--certify-with", "noise.png")).code).toBe(0);
  expect((await make("bare", "--no-certify")).code).toBe(0);
});
beforeEach(() => rm(place.path("web"), { recursive: true, force: true }));

interface Verified {
  readonly agrees: boolean;
  readonly checks: readonly Check[];
  readonly engine: string | null;
}

const verify = async (bundle: string, ...more: string[]) => {
  const { code, json } = await runJson(["verify", bundle, "--engine", "wasm", ...more], { cwd });
  const { agrees, checks, engine } = json as Verified;
  if (checks.some(({ about, agrees }) => about === "scores" && agrees !== null)) expect(engine).toBe("wasm");
  expect(code).toBe(agrees ? 0 : 1);
  return { agrees, checks, of: (about: string) => checks.filter((check) => check.about === about) };
};

/** A copy whose file is changed by hand. */
async function changed(bundle: string, file: string, change: (text: Buffer) => string | Uint8Array): Promise<string> {
  await cp(place.path(bundle), place.path("web"), { recursive: true });
  await writeFile(place.path("web", file), change(await readFile(place.path("web", file))));
  return "web";
}

describe("a bundle as it was written", () => {
  test.each(["exact", "uint8"])("%s agrees with its certificate", async (bundle) => {
    const { agrees, checks } = await verify(bundle);
    expect(agrees).toBe(true);
    expect(checks.map(({ about, agrees }) => [about, agrees])).toEqual([
      ["files", true],
      ["plan", true],
      ["picture", true],
      ["scores", true],
      ["classes", true],
      ["weights", null],
    ]);
    expect(checks.at(-1)?.says).toContain("without --weights it is not seen");
    expect(checks[3]?.says).toContain("to the last bit");
  });

  test("is compared with its weights where they are at hand", async () => {
    const { agrees, of } = await verify("uint8", "--weights", "init");
    expect(agrees).toBe(true);
    expect(of("weights")).toEqual([
      expect.objectContaining({ agrees: true, says: expect.stringContaining("holds the numbers") }),
    ]);
    expect(of("reference")).toEqual([expect.objectContaining({ agrees: true })]);
  });

  test("whose picture is not at hand still shows which weights it was made from", async () => {
    const right = await verify("pictured", "--weights", "init");
    expect(right.checks.map(({ about, agrees }) => [about, agrees])).toEqual([
      ["files", true],
      ["plan", true],
      ["picture", null],
      ["weights", true],
    ]);
    const wrong = await verify("pictured", "--weights", "init", "--seed", "9");
    expect(wrong.agrees).toBe(false);
    expect(wrong.of("weights")[0]?.says).toBe(
      "init holds other numbers than those that the bundle was made from (init)",
    );
    expect((await verify("pictured")).of("weights")).toEqual([expect.objectContaining({ agrees: null })]);
  });

  test("agrees on another engine", async () => {
    const { code, out } = await run(["verify", "exact", "--engine", "js"], { cwd });
    expect(code).toBe(0);
    expect(out).toContain("exact: all that was looked at agrees; one thing was not looked at\n");
  });
});

describe("what is found", () => {
  test("a shard that was changed, and the net is not run", async () => {
    const web = await changed("uint8", "group1-shard1of1.bin", (bytes) =>
      bytes.map((byte, at) => (at === 5 ? byte ^ 1 : byte)),
    );
    const { agrees, of } = await verify(web);
    expect(agrees).toBe(false);
    expect(of("files")).toEqual([{ about: "files", agrees: false, says: "`group1-shard1of1.bin` was changed" }]);
    expect(of("scores")).toEqual([expect.objectContaining({ agrees: null })]);
  });

  test("a shard that is shorter, and one that is missing", async () => {
    const web = await changed("uint8", "group1-shard1of1.bin", (bytes) => bytes.subarray(1));
    expect((await verify(web)).of("files")[0]?.says).toMatch(/^`group1-shard1of1.bin` has \d+ bytes, and had \d+$/);
    await rm(place.path("web", "group1-shard1of1.bin"));
    expect((await verify(web)).of("files")[0]?.says).toBe("`group1-shard1of1.bin` is missing");
  });

  test("a file that is not of the bundle", async () => {
    const web = await changed("uint8", "plan.json", (text) => text);
    await writeFile(place.path("web", "more.js"), "");
    const { agrees, of } = await verify(web);
    expect(agrees).toBe(true);
    expect(of("files")[1]?.says).toBe("more.js: not of the bundle, and not looked at");
  });

  test("a plan that was changed", async () => {
    const web = await changed("uint8", "plan.json", (text) => text.toString().replace(/sha256:../, "sha256:zz"));
    const { of } = await verify(web);
    expect(of("files")).toEqual([{ about: "files", agrees: false, says: "`plan.json` was changed" }]);
    expect(of("plan")[0]).toMatchObject({
      agrees: false,
      says: expect.stringContaining("plan.json is of another net"),
    });
  });

  test("other weights", async () => {
    const { agrees, of } = await verify("uint8", "--weights", "init", "--seed", "9");
    expect(agrees).toBe(false);
    expect(of("weights")).toEqual([
      expect.objectContaining({ agrees: false, says: expect.stringContaining("other numbers") }),
    ]);
  });

  /** Somebody who keeps the hashes in step: what is left is that the scores differ. */
  test("a certificate that flatters", async () => {
    const web = await changed("uint8", "bundle.json", (text) => {
      const bundle = JSON.parse(text.toString()) as BundleJson;
      const runs = bundle.certificate?.runs.map((one) => ({
        ...one,
        outputs: one.outputs.map((output) => ({ ...output, largestOfRange: 1e-6 })),
      }));
      return JSON.stringify({ ...bundle, certificate: { ...bundle.certificate, runs } });
    });
    const { agrees, of } = await verify(web);
    expect(agrees).toBe(false);
    expect(of("scores")).toEqual([expect.objectContaining({ agrees: false })]);
  });
});

describe("the picture", () => {
  test("of --certify-with is wanted again", async () => {
    const bundle = JSON.parse(await readFile(place.path("pictured", "bundle.json"), "utf8")) as BundleJson;
    expect(bundle.certificate?.inputs).toMatchObject([{ name: "image", height: 17, width: 24, picture: "noise.png" }]);
    const without = await verify("pictured");
    expect(without.of("picture")).toEqual([
      expect.objectContaining({
        agrees: null,
        says: expect.stringContaining("made on noise.png, which is not in the bundle"),
      }),
    ]);
    expect((await verify("pictured", "--image", "noise.png")).checks.map(({ agrees }) => agrees)).toEqual([
      true,
      true,
      true,
      true,
      true,
      null,
    ]);
  });

  test("may be another one beside the weights: then the difference is told", async () => {
    const { agrees, of } = await verify("pictured", "--image", "other.png", "--weights", "init");
    expect(agrees).toBe(true);
    expect(of("picture")[0]).toMatchObject({
      agrees: null,
      says: expect.stringContaining("another picture: noise.png, 17x24"),
    });
    expect(of("reference")[0]?.says).toMatch(/differs by [\d.e-]+ of its range at most/);
  });
});

describe("a bundle without a certificate", () => {
  test("says why", async () => {
    const { agrees, of } = await verify("bare");
    expect(agrees).toBe(true);
    expect(of("scores")[0]?.says).toBe("the bundle has no certificate: --no-certify was given");
    expect((await verify("bare", "--weights", "init")).of("reference")).toEqual([
      expect.objectContaining({ agrees: true }),
    ]);
  });

  test("of an older fcnc is refused", async () => {
    await changed("bare", "bundle.json", (text) => text);
    await rm(join(place.path("web"), "bundle.json"));
    const { code, err } = await run(["verify", "web"], { cwd });
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("web: it has no bundle.json.") });
  });

  test.each([
    ["{", "it is not JSON"],
    ["[]", "describes no bundle"],
    ['{"format":"fcnc-bundle","version":2}', "it is of version 2, and this fcnc reads version 1"],
    [
      '{"format":"fcnc-bundle","version":1,"net":"a","weights":[],"files":[{"path":"../x","bytes":1,"sha256":""}]}',
      "a part of it is missing",
    ],
    [
      '{"format":"fcnc-bundle","version":1,"net":"a","weights":[],"files":[],"certificate":{}}',
      "its certificate cannot be read",
    ],
    [
      `{"format":"fcnc-bundle","version":1,"net":"a","weights":[],"files":[],"certificate":{"reference":{"engine":"","weights":"","sha256":""},"inputs":[{"name":"","picture":"generated","sha256":"","height":1e9,"width":1e9,"channels":3}],"runs":[]}}`,
      "its certificate cannot be read",
    ],
  ])("that says %s is refused", async (text, message) => {
    await changed("bare", "bundle.json", () => text);
    const { code, err } = await run(["verify", "web"], { cwd });
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(message) });
  });

  test("that is no folder is refused", async () => {
    expect(await run(["verify", "nothing"], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringContaining("there is no bundle `nothing`"),
    });
  });
});

describe("what compile holds", () => {
  const compile = (...more: string[]) =>
    run(["compile", "small.fcn", "--weights", "init", "--engine", "wasm", "--out", "held", ...more], { cwd });

  /** Two classes that are a thousandth apart, and the same in 256 steps: every pixel changes. */
  test("--max-changed leaves what was there", async () => {
    await place.write("near.fcn", NEAR);
    await writeTensors(place, "near.safetensors", {
      "score.weight": { shape: [2, 3, 1, 1], values: [1, 0, 0, 1.001, 0, 0] },
      "score.bias": { shape: [2], values: [0, 0] },
    });
    const near = (...more: string[]) =>
      run(["compile", "near.fcn", "--weights", "near.safetensors", "--engine", "wasm", "--out", "near", ...more], {
        cwd,
      });
    expect((await near("--max-changed", "0")).code).toBe(0);
    const before = await readFile(place.path("near", "bundle.json"));
    const { code, err } = await near("--quantize", "uint8", "--max-changed", "99.9");
    expect(code).toBe(1);
    expect(err).toContain("error: too much is lost: on wasm, `score` differs by");
    expect(err).toContain("320 of 320 pixels (100 %) change class; --max-changed allows 99.9 %");
    expect(await readFile(place.path("near", "bundle.json"))).toEqual(before);
    const warned = await near("--quantize", "uint8");
    expect(warned.code).toBe(0);
    expect(warned.err).toContain("note: Storing weights in fewer bits has its price: `score` differs by");
    expect((await verify("near")).agrees).toBe(true);
  });

  test("a missing engine leaves a bundle that says why it has no certificate", async () => {
    const env = { FCNC_NATIVE: place.path("nowhere") };
    const args = ["compile", "small.fcn", "--weights", "init", "--engine", "native", "--out", "blind"];
    const { code, err } = await run(args, { cwd, env });
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining("note: No certificate was made: the engine `native`"),
    });
    const bundle = JSON.parse(await readFile(place.path("blind", "bundle.json"), "utf8")) as BundleJson;
    expect(bundle).toMatchObject({ certificate: null, uncertified: expect.stringContaining("the engine `native`") });
  });

  test.each([
    [["--no-certify", "--max-changed", "1"], 2, "`--no-certify` leaves out"],
    [["--certify-with", "none.png"], 1, "there is no file `none.png`"],
    [["--max-changed", "200"], 2, "It is a number of percent"],
  ])("%j is refused", async (more, expected, message) => {
    const { code, err } = await compile(...more);
    expect({ code, err }).toEqual({ code: expected, err: expect.stringContaining(message) });
  });
});
