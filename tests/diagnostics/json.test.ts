import { expect, test } from "vitest";
import { diagnose } from "../../src/diagnostics/diagnostic.js";
import { diagnosticsJson } from "../../src/diagnostics/json.js";
import { Sources } from "../../src/diagnostics/sources.js";
import { checked, net } from "../checks/expect-errors.js";

test("places as lines, columns and offsets, with labels, notes, help and fixes", async () => {
  const { diagnostics, sources } = await checked(net("a = image -> conv(8, 3, padd: 1)", "output a"));
  const place = { file: "spec.fcn", line: 4, column: 27, endLine: 4, endColumn: 31 };
  const [fault, ...others] = diagnosticsJson(diagnostics, sources);
  expect(others).toEqual([]);
  expect(fault).toEqual({
    code: "unknown-argument",
    severity: "error",
    message: "`conv` has no setting `padd`",
    ...place,
    offset: 68,
    end: 72,
    label: "did you mean `pad`?",
    related: [],
    notes: ["it has `channels`, `kernel`, `stride`, `pad`, `dilation`, `groups`, `bias`, `init`"],
    help: [],
    fixes: [expect.objectContaining({ title: "write `pad`", replacement: "pad", ...place, offset: 68, end: 72 })],
  });
});

test("other places, over several lines", () => {
  const sources = new Sources();
  sources.add("a.fcn", "fcn 1\nnet n {\n}\n");
  const code = { code: "some-fault", severity: "warning", summary: "", explanation: "", example: null } as const;
  const at = { file: "a.fcn", start: 6, end: 15 };
  const [fault] = diagnosticsJson(
    [diagnose(code, "it is wrong", { at, related: [{ span: { file: "a.fcn", start: 0, end: 3 }, message: "see" }] })],
    sources,
  );
  expect(fault).toMatchObject({ severity: "warning", line: 2, column: 1, endLine: 3, endColumn: 2, label: "" });
  expect(fault?.related).toEqual([
    { message: "see", file: "a.fcn", line: 1, column: 1, endLine: 1, endColumn: 4, offset: 0, end: 3 },
  ]);
});

test("a fault without a place", () => {
  const code = { code: "no-net", severity: "error", summary: "", explanation: "", example: null } as const;
  const [fault] = diagnosticsJson([diagnose(code, "there is no net")], new Sources());
  expect(fault).toMatchObject({ file: null, line: null, column: null, endLine: null, offset: null, end: null });
});
