import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { isAtLeast, missingFrom } from "../../src/cli/doctor-report.js";
import type { Trial } from "../../src/engines/trial-process.js";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { writePackage, writePrograms, WORKS } from "../engines/native-fixture.js";
import { workplace } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();

const positive = expect.any(Number);
const wasm = {
  name: "wasm",
  works: true,
  description: expect.stringMatching(/^WASM/),
  facts: {
    tensorflowJs: expect.stringMatching(/^4\./),
    wasm: { simd: expect.any(Boolean), threads: 1, whyOneThread: "TensorFlow.js switches WASM threads off in Node" },
  },
  milliseconds: positive,
};
const js = {
  name: "js",
  works: true,
  description: expect.stringMatching(/^plain JavaScript/),
  facts: { tensorflowJs: expect.stringMatching(/^4\./) },
  milliseconds: positive,
};

describe("fcnc doctor", () => {
  test("as JSON, without the native engine: nets can be run, and one command gets it", async () => {
    const env = { PATH: await writePrograms(place.path("none"), {}) };
    const { code, json } = await runJson(["doctor"], { cwd: place.folder, env });
    expect(code).toBe(0);
    expect(json).toEqual({
      fcnc: packageJson.version,
      node: { version: process.versions.node, wanted: packageJson.engines.node, supported: true },
      system: { platform: process.platform, arch: process.arch, release: expect.any(String) },
      processor: {
        model: expect.any(String),
        cores: process.platform === "linux" ? expect.toSatisfy((cores) => cores === null || cores > 0) : null,
        threads: positive,
        usableThreads: positive,
      },
      memory: { total: positive, available: positive },
      gpus: null,
      engines: [
        { name: "native", works: false, installed: false, reason: "@tensorflow/tfjs-node is not installed" },
        wasm,
        js,
      ],
      auto: "wasm",
      missing: [{ what: "the native engine", command: "fcnc engine install" }],
    });
  });

  test.skipIf(process.platform === "win32")("for people, with a GPU and an engine that works", async () => {
    const PATH = await writePrograms(place.path("programs"), {
      "nvidia-smi": `console.log("NVIDIA T4, 15360, 535.129.03")`,
    });
    await writePackage(place.path("native"), WORKS);
    const env = { PATH, FCNC_NATIVE: place.path("native") };
    const { code, out, err } = await run(["doctor"], { cwd: place.folder, env });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^fcnc +\d+\.\d+\.\d+\nNode +\d+\.\d+\.\d+, supported \(>=20\.19\)\nSystem /);
    expect(out).toMatch(/\nGPU +NVIDIA T4, 15\.0 GiB, driver 535\.129\.03\n/);
    expect(out).toMatch(
      /✓ native +TensorFlow 9\.8\.7, @tensorflow\/tfjs-node 4\.\d+\.\d+\n +from FCNC_NATIVE: .*\n +runs on the/,
    );
    expect(out).toContain("\nNets can be run: `--engine auto` takes native\n");
    expect(out).toMatch(
      /\nMissing: the native engine for GPUs\. To get it:\n {2}fcnc engine install --gpu\n {2}\(.*not tried/,
    );
    expect(out, "no colours in a pipe").not.toContain("\u001b");
  });

  test.each([
    ["throws", `throw new Error("no such library")`, "does not start: no such library"],
    ["crashes", "process.abort()", "its process ends with SIGABRT"],
    ["hangs", "for (;;);", "it does not answer within 3 s"],
  ])("survives a native engine that %s", async (kind, text, reason) => {
    await writePackage(place.path(kind), text);
    const env = { FCNC_NATIVE: place.path(kind) };
    const { code, json } = await runJson(["doctor", "--limit", "3"], { cwd: place.folder, env });
    expect(code).toBe(0);
    const { engines, auto, missing } = json as { engines: Trial[]; auto: string; missing: object[] };
    expect(engines[0]).toMatchObject({ works: false, installed: true, reason: expect.stringContaining(reason) });
    expect(auto).toBe("wasm");
    expect(missing).toEqual([{ what: "a native engine that starts", command: "fcnc engine install" }]);
  });

  test("a variable that names nothing is told, and the engine is not looked for in vain", async () => {
    const env = { FCNC_NATIVE: place.path("nowhere") };
    const { out } = await run(["doctor"], { cwd: place.folder, env });
    expect(out).toContain(`FCNC_NATIVE names \`${place.path("nowhere")}\`, and no tfjs-node is installed there`);
  });

  test("finds the engine of this machine", async ({ skip }) => {
    if (nativeFolder === null) return skip(WHY_NO_NATIVE);
    const { json } = await runJson(["doctor"], { cwd: place.folder, env: { FCNC_NATIVE: nativeFolder } });
    const { engines, auto } = json as { engines: Trial[]; auto: string };
    expect(auto).toBe("native");
    expect(engines[0]).toMatchObject({
      works: true,
      facts: { native: { tensorflow: expect.stringMatching(/^\d+\.\d+/), found: "from FCNC_NATIVE", broken: [] } },
    });
  });

  test("a limit that is none", async () => {
    const { code, err } = await run(["doctor", "--limit", "0"]);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining("a whole number of seconds from 1 to 3600"),
    });
  });
});

test("versions of Node", () => {
  expect(["20.18.3", "18.20.0", "20.19.0", "21.0.0", "24.1.0"].map((version) => isAtLeast(version, ">=20.19"))).toEqual(
    [false, false, true, true, true],
  );
});

test("what is missing has a command that mends it", () => {
  const old = { version: "18.0.0", wanted: ">=20.19", supported: false };
  const broken = (name: "native" | "wasm" | "js"): Trial => ({ name, works: false, installed: true, reason: "broken" });
  expect(missingFrom(old, null, [broken("native"), broken("wasm"), broken("js")])).toEqual([
    expect.objectContaining({ command: "nvm install 22" }),
    { what: "wasm and js, which come with fcnc", command: "npm ci" },
    { what: "a native engine that starts", command: "fcnc engine install" },
  ]);
  const gpu = { name: "T4", memory: null, driver: "535" };
  expect(missingFrom({ ...old, supported: true }, [gpu], [broken("native")])).toEqual([
    expect.objectContaining({ command: "fcnc engine install --gpu", note: expect.stringContaining("not tried") }),
  ]);
});
