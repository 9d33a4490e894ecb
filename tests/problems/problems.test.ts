import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { checked } from "../checks/expect-errors.js";
import { planOfText } from "../specs/library.js";
import { recipeLoadPlan } from "../weights/load/loading.js";
import { problems } from "./problems.js";

test("all 25 are there, each with an answer or the issue that has it", () => {
  expect(problems.map(({ rank }) => rank)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  for (const { says, loads, leftTo } of problems) expect(says ?? loads ?? leftTo).toBeDefined();
});

describe("what fcnc says", () => {
  const told = problems.flatMap((each) => (each.says ? [{ ...each, ...each.says }] : []));
  test.each(told)("$rank: $problem", async ({ spec, code, words }) => {
    const { diagnostics } = await checked(spec);
    const faults = diagnostics.filter(({ severity }) => severity !== "note");
    expect(faults.map((fault) => fault.code)).toEqual([code]);
    const text = faults.map(textOf).join("\n");
    for (const phrase of words) expect(text).toContain(phrase);
  });
});

describe("what the load plan says", () => {
  const told = problems.flatMap((each) => (each.loads ? [{ ...each, ...each.loads }] : []));
  test.each(told)("$rank: $problem", async ({ spec, file, words }) => {
    const load = await recipeLoadPlan(await planOfText(spec), { "old.safetensors": file });
    const text = [...load.faults, ...load.warnings].flatMap(({ message, help }) => [message, ...help]).join("\n");
    for (const phrase of words) expect(text).toContain(phrase);
  });
});

function textOf({ message, primary, related, notes, help }: Diagnostic): string {
  return [message, primary?.message, ...related.map((label) => label.message), ...notes, ...help].join("\n");
}
