/** `inspect --format json` is a contract: real reports against the schema that documents it. */
import { describe, expect, it } from "vitest";
import schema from "../../docs/inspect.schema.json" with { type: "json" };
import type { InputSize } from "../../src/inspect/input-size.js";
import { inspect } from "../../src/inspect/report.js";
import type { Plan } from "../../src/model/plan.js";
import { libraryNets, planOf, planOfText } from "../specs/library.js";
import { schemaProblems } from "./json-schema.js";
import { classifier, floorPooling, lateFusion, rectangles, smallUnet } from "./nets.js";

const nets = await libraryNets();

function reportJson(plan: Plan, size: InputSize | null): Record<string, unknown> {
  const report = inspect(plan, size);
  if ("fault" in report) throw new Error(report.fault);
  return JSON.parse(JSON.stringify(report)) as Record<string, unknown>;
}

describe("the schema", () => {
  it.each(nets)("describes the report of $path", async ({ path, net }) => {
    const plan = await planOf(path, net);
    expect(schemaProblems(schema, reportJson(plan, null))).toEqual([]);
    expect(schemaProblems(schema, reportJson(plan, { height: 500, width: 500 }))).toEqual([]);
  });

  it.each([
    ["rectangles", rectangles],
    ["small_unet", smallUnet],
    ["late_fusion", lateFusion],
    ["floor_pooling", floorPooling],
    ["classifier", classifier],
  ])("describes the report of %s", async (_name, text) => {
    expect(schemaProblems(schema, reportJson(await planOfText(text), null))).toEqual([]);
  });

  it("has a description for everything", () => {
    const bare: string[] = [];
    const look = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        if (key === "properties")
          for (const [name, property] of Object.entries(inner as Record<string, Record<string, unknown>>))
            if (!("description" in property) && !("$ref" in property)) bare.push(`${path}.${name}`);
        look(inner, `${path}.${key}`);
      }
    };
    look(schema, "$");
    expect(bare).toEqual([]);
  });

  it.each([
    ["a missing key", { net: undefined }, "lacks net"],
    ["a key that nobody knows", { extra: 1 }, "$.extra: not allowed"],
    ["a count that is none", { multiplyAccumulates: -1 }, "minimum 0"],
    ["a wrong digest", { digest: "sha256:0" }, "pattern"],
    ["an offset of one axis", { crops: [{ layer: "c", offset: [1], derived: [1, 1], stated: null }] }, "minItems 2"],
    ["a size without a width", { size: { height: 1 } }, "anyOf"],
  ])("refuses %s", async (_what, edits, problem) => {
    const report = reportJson(await planOfText(smallUnet), null);
    const edited = JSON.parse(JSON.stringify({ ...report, ...edits })) as unknown;
    expect(schemaProblems(schema, edited).join("\n")).toContain(problem);
  });
});
