import { expect, test } from "vitest";
import { LARGE_ENOUGH, SMALL, TWO_NETS, workplace } from "./material.js";
import { run, runJson } from "./run.js";

const place = await workplace();
const cwd = place.folder;
await place.write("small.fcn", SMALL);
await place.write("floor.fcn", LARGE_ENOUGH);
await place.write("two.fcn", TWO_NETS);
await place.write("wrong.fcn", SMALL.replace("maxpool(2)", "maxpol(2)").replace("crop(to: image)", "crop(to: imag)"));
await place.write("careless.fcn", SMALL.replace("  output", "  spare    = upscore -> conv(2, 1)\n  output"));

test("a sound spec", async () => {
  expect(await run(["check", "small.fcn"], { cwd })).toEqual({ code: 0, out: "`small.fcn` is sound\n", err: "" });
});

test("what is only worth knowing is no fault", async () => {
  const { code, out } = await run(["check", "floor.fcn"], { cwd });
  expect(code).toBe(0);
  expect(out).toContain("note[valid-sizes]: `large_enough` works for every H, W >= 5");
  expect(out).toMatch(/\n`floor.fcn` is sound\n$/);
});

test("a warning leaves the exit code at 0", async () => {
  const { code, out } = await run(["check", "careless.fcn"], { cwd });
  expect(code).toBe(0);
  expect(out).toContain("warning[unused-layer]");
  expect(out).toMatch(/\n`careless.fcn` is sound, with 1 warning\n$/);
});

test("every fault of every file, on standard output, and exit code 1", async () => {
  const { code, out, err } = await run(["check", "small.fcn", "wrong.fcn", "two.fcn"], { cwd });
  expect(code).toBe(1);
  expect(err).toBe("");
  expect(out).toContain(" --> wrong.fcn:6:14\n");
  expect(out).toContain("did you mean `maxpool`?");
  expect(out).toContain("did you mean `image`?");
  expect(out).toMatch(/\n2 errors\n$/);
});

test("several sound files", async () => {
  const { out } = await run(["check", "small.fcn", "two.fcn"], { cwd });
  expect(out).toBe("2 specs are sound\n");
});

test("as JSON", async () => {
  const { code, json, err } = await runJson(["check", "small.fcn", "wrong.fcn", "two.fcn", "none.fcn"], { cwd });
  expect(code).toBe(1);
  expect(err).toBe("");
  const nowhere = { file: null, line: null, column: null, endLine: null, endColumn: null, offset: null, end: null };
  const offset = SMALL.indexOf("maxpool");
  const where = { file: "wrong.fcn", line: 6, column: 14, endLine: 6, endColumn: 20, offset, end: offset + 6 };
  expect(json).toEqual({
    specs: [
      { path: "small.fcn", nets: ["small"], diagnostics: [] },
      {
        path: "wrong.fcn",
        nets: ["small"],
        diagnostics: [
          {
            code: "unknown-layer",
            severity: "error",
            message: "there is no layer `maxpol`",
            label: "did you mean `maxpool`?",
            ...where,
            related: [],
            notes: [],
            help: [],
            fixes: [{ title: "write `maxpool`", replacement: "maxpool", safe: false, ...where }],
          },
          expect.objectContaining({ code: "unknown-name", severity: "error", file: "wrong.fcn", line: 9 }),
        ],
      },
      { path: "two.fcn", nets: ["first", "second"], diagnostics: [] },
      {
        path: "none.fcn",
        nets: [],
        diagnostics: [
          {
            code: "cannot-read",
            severity: "error",
            message: "there is no file `none.fcn`",
            ...nowhere,
            label: "",
            related: [],
            notes: [],
            help: ["give the path of a `.fcn` file"],
            fixes: [],
          },
        ],
      },
    ],
    errors: 3,
    warnings: 0,
  });
});
