/** `fcnc engine`, with programs that stand for npm, pip and the compiler: what stays when something fails. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { COMPUTES_WRONGLY, npmWith, PYTHON, TOOLS, writePackage, writePrograms } from "../engines/native-fixture.js";
import { workplace } from "./material.js";
import { run, runJson, type Ran } from "./run.js";

const place = await workplace();
let count = 0;

interface Site {
  readonly root: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  fcnc(...args: string[]): Promise<Ran>;
  /** What is in the folder above the engine's. */
  left(): Promise<string[]>;
}

async function site(programs: Readonly<Record<string, string>>): Promise<Site> {
  const root = place.path(String(++count));
  await mkdir(root);
  const env = { PATH: await writePrograms(place.path(`programs-${count}`), programs), XDG_DATA_HOME: root };
  return {
    root,
    env,
    folder: join(root, "fcnc", "native"),
    fcnc: (...args) => run(["engine", ...args], { cwd: root, env }),
    left: async () => (await readdir(join(root, "fcnc")).catch(() => [])).sort(),
  };
}

describe.skipIf(process.platform === "win32")("installing", () => {
  test("falls back from npm's download to a wheel; then every fcnc finds it; then it is removed", async () => {
    const { folder, root, env, fcnc, left } = await site(TOOLS);
    const { code, out, err } = await fcnc("install");
    expect(err).toContain(
      "note: npm's own download does not serve: `npm rebuild` ended with code 1 (getaddrinfo ENOTFOUND tensorflow.invalid)\n",
    );
    expect({ code, out }).toEqual({
      code: 0,
      out:
        `installed: TensorFlow 9.8.7, @tensorflow/tfjs-node 4.22.0, built against a wheel, in ${folder}\n` +
        "every fcnc finds it: `fcnc doctor` shows it\n",
    });
    expect(await left(), "neither draft nor log").toEqual(["native"]);

    const doctor = await runJson(["doctor"], { cwd: root, env });
    expect(doctor.json).toMatchObject({ auto: "native", missing: [] });
    expect((await fcnc("install")).out).toMatch(/^already here and working: TensorFlow 9\.8\.7/);
    const list = await runJson(["engine", "list"], { cwd: root, env });
    expect(list.json).toEqual({
      engines: [
        {
          folder,
          package: "@tensorflow/tfjs-node",
          version: "4.22.0",
          how: "wheel",
          from: null,
          tensorflow: "9.8.7",
          node: process.versions.node,
        },
      ],
    });
    expect((await fcnc("remove")).out).toMatch(/^removed TensorFlow 9\.8\.7/);
    expect(await left()).toEqual([]);
    expect((await fcnc("list")).out).toContain("none in ");
    expect(await fcnc("remove")).toMatchObject({ code: 1, err: expect.stringContaining("made nothing in") });
  });

  test("somewhere else, as JSON, says which variable to set", async () => {
    const { root, env } = await site(TOOLS);
    const dir = join(root, "mine");
    const { code, json } = await runJson(["engine", "install", "--build", "--dir", dir], { cwd: root, env });
    expect(code).toBe(0);
    expect(json).toMatchObject({ folder: dir, already: false, how: "wheel", usesGpu: false, setFcncNative: dir });
    const doctor = await runJson(["doctor"], { cwd: root, env: { ...env, FCNC_NATIVE: dir } });
    expect(doctor.json).toMatchObject({ auto: "native" });
  });

  test("for GPUs it puts CUDA's libraries beside TensorFlow's, and says that nobody tried", async () => {
    const { folder, fcnc } = await site(TOOLS);
    const { code, out, err } = await fcnc("install", "--gpu");
    expect(err).toContain("note: This was not tried on a GPU.\n");
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining("tfjs-node-gpu 4.22.0, built against a wheel"),
    });
    expect(out).toContain("it sees no GPU through CUDA: it runs on the processor\n");
    const libraries = join(folder, "node_modules/@tensorflow/tfjs-node-gpu/deps/lib");
    expect(await readFile(join(libraries, "libcudart.so.12"), "utf8"), "a link that holds after the move").toBe(
      "cudart",
    );
    expect(await readFile(join(libraries, "libtensorflow.so"), "utf8")).toBe("cc");
  });

  const pipFails = `console.error("ERROR: No matching distribution found for tensorflow-cpu"); process.exit(1);`;
  test.each<[string, Readonly<Record<string, string>>, string[]]>([
    [
      "no Python",
      { npm: npmWith(), make: "", "g++": "", "apt-get": "" },
      [
        "building takes python3, which is not on this machine",
        "help: get it by: sudo apt-get install -y python3 python3-pip",
      ],
    ],
    [
      "no compiler",
      { npm: npmWith(), python3: PYTHON, dnf: "" },
      ["building takes make, g++, which are not", "help: get them by: sudo dnf install -y make gcc-c++"],
    ],
    ["no npm", { python3: PYTHON, make: "", "g++": "" }, ["there is no npm on this machine"]],
    [
      "npm fails",
      { ...TOOLS, npm: `console.error("npm error: 404 Not Found"); process.exit(1);` },
      ["`npm install` ended with code 1 (404 Not Found)", "  | npm error: 404 Not Found", "the whole log: "],
    ],
    [
      "pip fails",
      { ...TOOLS, python3: pipFails },
      ["`python3 -m pip download` ended with code 1 (No matching distribution found", "the whole log: "],
    ],
    [
      "the compiler fails",
      { ...TOOLS, npm: npmWith("", `console.error("tfjs_backend.cc:1: error: nope"); process.exit(2);`) },
      ["ended with code 2", "  | tfjs_backend.cc:1: error: nope", "the whole log: "],
    ],
    [
      "what was built does not start",
      { ...TOOLS, npm: npmWith("process.abort()") },
      ["the engine was built and does not run: its process ends with SIGABRT", "the whole log: "],
    ],
    [
      "what was built computes wrongly",
      { ...TOOLS, npm: npmWith(COMPUTES_WRONGLY) },
      ["the engine was built and does not run: it computes wrongly"],
    ],
  ])("%s: told, and nothing is left but the log", async (_, programs, messages) => {
    const { folder, fcnc, left } = await site(programs);
    const { code, out, err } = await fcnc("install");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    for (const message of messages) expect(err).toContain(message);
    expect((await left()).filter((name) => name !== "native.log")).toEqual([]);
    if (err.includes("the whole log")) {
      expect(err).toContain(`the whole log: ${folder}.log`);
      expect(await readFile(`${folder}.log`, "utf8")).toMatch(/\n\$ .*npm install --prefix/);
    }
  });

  test("a failure leaves the engine that is there", async () => {
    const { root, env, folder, fcnc, left } = await site(TOOLS);
    await fcnc("install");
    const broken = { ...env, PATH: await writePrograms(join(root, "broken"), { ...TOOLS, python3: pipFails }) };
    await writePackage(folder, "process.abort()");
    const args = ["engine", "install", "--build"];
    expect((await run(args, { cwd: root, env: broken })).code, "it does not work, and is built anew").toBe(1);
    expect(await left()).toEqual(["native", "native.log"]);
    expect((await fcnc("list")).out).toContain("TensorFlow 9.8.7");
    expect((await run(args, { cwd: root, env })).code, "mended").toBe(0);
    expect(await left()).toEqual(["native"]);
    expect((await runJson(["doctor"], { cwd: root, env })).json).toMatchObject({ auto: "native" });
  });

  test("a folder with other things in it is not touched", async () => {
    const { root, fcnc } = await site(TOOLS);
    await mkdir(join(root, "project/src"), { recursive: true });
    for (const command of [["install"], ["remove"]]) {
      const { code, err } = await fcnc(...command, "--dir", "project");
      expect(code).toBe(1);
      expect(err).toMatch(/did not make|made nothing/);
    }
    expect(await readdir(join(root, "project"))).toEqual(["src"]);
  });

  test("interrupted, it ends what it started and leaves nothing", async () => {
    const waits = `require("node:fs").writeFileSync("../../../../started", String(process.pid)); setInterval(() => {}, 1000);`;
    const { root, env, folder, left } = await site({ ...TOOLS, npm: npmWith("", waits) });
    let id = 0;
    const { code, err } = await run(["engine", "install", "--build"], {
      cwd: root,
      env,
      started: (child) => void interruptOnceBuilding(child),
    });
    async function interruptOnceBuilding(child: { kill(signal: "SIGINT"): boolean }): Promise<void> {
      for (let tries = 0; tries < 300; tries++) {
        await setTimeout(50);
        const started = join(root, "fcnc/started");
        if (!existsSync(started)) continue;
        id = Number(await readFile(started, "utf8"));
        if (id > 0) break;
      }
      child.kill("SIGINT");
    }
    expect({ code, err }).toEqual({
      code: 130,
      err: expect.stringContaining("interrupted; what was there before is unchanged"),
    });
    expect(existsSync(folder)).toBe(false);
    expect((await left()).filter((name) => !["native.log", "started"].includes(name))).toEqual([]);
    expect(id).toBeGreaterThan(0);
    expect(() => process.kill(id, 0), "the compiler is gone").toThrow("ESRCH");
  });

  test("what does not go together", async () => {
    const { fcnc } = await site(TOOLS);
    expect(await fcnc("install", "--from", "x", "--build")).toMatchObject({ code: 2 });
    expect(await fcnc("install", "--from", "nowhere")).toMatchObject({
      code: 1,
      err: expect.stringContaining("is no TensorFlow to build against: there is no such folder or wheel"),
    });
  });

  test("a dry run does nothing", async () => {
    const { fcnc, left } = await site(TOOLS);
    const { code, out } = await fcnc("install", "--dry-run");
    expect(code).toBe(0);
    expect(out).toContain(" 1. npm package @tensorflow/tfjs-node@4.22.0");
    expect(await left()).toEqual([]);
  });
});
