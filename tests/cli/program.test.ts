import { existsSync } from "node:fs";
import { CommanderError } from "commander";
import { describe, expect, test, vi } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { end } from "../../src/cli/end.js";
import { Fault, UsageError } from "../../src/cli/fail.js";
import { Stopped } from "../../src/cli/output.js";
import { ImageError } from "../../src/images/error.js";
import { SMALL, TWO_NETS, workplace } from "./material.js";
import { run, runJson, shell } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await place.write("small.fcn", SMALL);
await place.write("wrong.fcn", SMALL.replace("maxpool(2)", "maxpol(2)"));

const commands = ["check", "inspect", "explain", "compile", "predict", "fmt", "targets"];

describe("help", () => {
  test("of all: commands, examples, exit codes", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).toBe(0);
    for (const command of commands) expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
    expect(out).toContain("\nExamples:\n  fcnc check ");
    expect(out).toContain("Exit codes: 0 done, 1 ");
  });

  test.each(commands)("of %s", async (command) => {
    const { code, out } = await run([command, "--help"]);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: fcnc ${command} `);
    if (command !== "targets") expect(out).toMatch(new RegExp(`\nExamples:\n {2}fcnc ${command} `));
  });

  test("its examples name what there is", async () => {
    const { out } = await run(["--help"]);
    const specs = new Set(out.match(/specs\/[\w-]+\.fcn/g));
    expect(specs.size).toBeGreaterThan(0);
    for (const spec of specs) expect(existsSync(new URL(`../../${spec}`, import.meta.url)), spec).toBe(true);
  });
});

test("--version", async () => {
  expect(await run(["--version"])).toEqual({ code: 0, out: `${packageJson.version}\n`, err: "" });
});

test("targets", async () => {
  const { code, out } = await run(["targets"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^plan +the compiled net as plain JSON/m);
  expect(out).toMatch(/^web +a TensorFlow.js graph model/m);
  const { json } = await runJson(["targets"]);
  const { targets } = json as { targets: { name: string; summary: string }[] };
  expect(targets).toContainEqual({ name: "web", summary: expect.stringContaining("browser") });
});

test.each<[string[], string]>([
  [[], "Usage: fcnc"],
  [["chekc", "small.fcn"], "Did you mean check?"],
  [["check"], "missing required argument 'spec'"],
  [["check", "small.fcn", "--fromat", "json"], "Did you mean --format?"],
  [["check", "small.fcn", "--format", "xml"], "Allowed choices are text, json"],
  [["inspect", "small.fcn", "small.fcn"], "too many arguments"],
  [["compile", "small.fcn", "--seed", "-1"], "It is a whole number of at least 0."],
  [["compile", "small.fcn", "--seed", "0.5"], "It is a whole number of at least 0."],
  [["compile", "small.fcn", "--weights"], "argument missing"],
])("wrong usage, exit code 2: %j", async (args, message) => {
  const { code, out, err } = await run(args, { cwd });
  expect({ code, out, err }).toEqual({ code: 2, out: "", err: expect.stringContaining(message) });
});

describe("colours", () => {
  const escape = String.fromCharCode(27);
  const coloured = async (env: Record<string, string>): Promise<boolean> => {
    const { out } = await run(["check", "wrong.fcn"], { cwd, env });
    const { err } = await run(["compile", "none.fcn"], { cwd, env });
    expect(err.includes(escape)).toBe(out.includes(escape));
    return out.includes(escape);
  };

  test("on a terminal alone, unless told", async () => {
    expect(await coloured({})).toBe(false);
    expect(await coloured({ FORCE_COLOR: "1" })).toBe(true);
    expect(await coloured({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
    expect(await coloured({ FORCE_COLOR: "0" })).toBe(false);
  });

  test("on a terminal", async ({ skip }) => {
    if (!existsSync("/usr/bin/script")) return skip("no `script` to make a terminal with");
    const terminal = (env: Record<string, string>): Promise<{ out: string }> =>
      shell(`export -f fcnc; SHELL=/bin/bash script -qc 'fcnc check wrong.fcn' /dev/null`, { cwd, env });
    expect((await terminal({ TERM: "xterm" })).out).toContain(escape);
    expect((await terminal({ TERM: "xterm", NO_COLOR: "1" })).out).not.toContain(escape);
    expect((await terminal({ TERM: "dumb" })).out).not.toContain(escape);
  });

  test("JSON never has any", async () => {
    const { json } = await runJson(["check", "wrong.fcn"], { cwd, env: { FORCE_COLOR: "1" } });
    expect(json).toMatchObject({ errors: 1 });
  });
});

describe("where the output goes", () => {
  test("a pipe that is closed early is no fault, and hides none", async () => {
    const many = Array.from({ length: 400 }, () => "small.fcn").join(" ");
    const early = await shell(`fcnc inspect small.fcn | head -n 1; echo \${PIPESTATUS[0]}`, { cwd });
    expect(early).toMatchObject({ out: "small for every size, in formulas\n0\n", err: "" });
    const json = await shell(`fcnc check --format json wrong.fcn ${many} | true; echo \${PIPESTATUS[0]}`, { cwd });
    expect(json).toMatchObject({ out: "1\n", err: "" });
    const errors = await shell(`fcnc compile wrong.fcn 2>&1 | true; echo \${PIPESTATUS[0]}`, { cwd });
    expect(errors.out).toBe("1\n");
  });

  test("a full disk is told", async ({ skip }) => {
    if (!existsSync("/dev/full")) return skip("no /dev/full here");
    const { code, err } = await shell("fcnc inspect small.fcn >/dev/full", { cwd });
    expect({ code, err }).toEqual({ code: 1, err: "error: the output cannot be written: the disk is full\n" });
  });
});

describe("how a command ends", () => {
  const ended = (error: unknown): { code: number; err: string } => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const code = end(error);
    const err = write.mock.calls.map(([text]) => String(text)).join("");
    write.mockRestore();
    return { code, err };
  };
  test("a fault and its ways out: 1", () => {
    const { code, err } = ended(new Fault("it is blue", ["paint it", "look away"]));
    expect(code).toBe(1);
    expect(err).toMatch(/error.*: it is blue\n.*help.*: paint it\n.*help.*: look away\n$/);
  });

  test("a fault of another room, with its way out: 1", () => {
    const { code, err } = ended(new ImageError("truncated", "ends early", "copy it again", "cat.png"));
    expect(code).toBe(1);
    expect(err).toMatch(/error.*: cat.png ends early\n.*help.*: copy it again\n$/);
  });

  test("wrong usage: 2", () => {
    expect(ended(new UsageError("no")).code).toBe(2);
    expect(ended(new CommanderError(1, "x", "told already"))).toEqual({ code: 2, err: "" });
    expect(ended(new CommanderError(0, "x", "help was shown"))).toEqual({ code: 0, err: "" });
  });

  test("an interruption: 130", () => {
    expect(ended(new DOMException("aborted", "AbortError")).code).toBe(130);
  });

  test("what was shown already: 1, in silence", () => {
    expect(ended(new Stopped())).toEqual({ code: 1, err: "" });
  });

  test("a bug of ours: 70, with all that a report wants", () => {
    const { code, err } = ended(new TypeError("x is not a function"));
    expect(code).toBe(70);
    expect(err).toContain("this is a bug in fcnc, not in what you gave it");
    expect(err).toContain(`fcnc ${packageJson.version}, Node ${process.version}`);
    expect(err).toMatch(/TypeError: x is not a function\n +at /);
    expect(ended("a thrown text").code).toBe(70);
  });
});

test("the library is there from everywhere", async () => {
  await place.write("uses.fcn", TWO_NETS.replace("fcn 1\n", 'fcn 1\n\nimport vgg16 from "fcnc/backbones/vgg16.fcn"\n'));
  expect(await run(["check", "uses.fcn"], { cwd })).toEqual({ code: 0, out: "`uses.fcn` is sound\n", err: "" });
});
