/** What is decided for all sizes, held against brute force over sizes 1 to 300 for random nets. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Report } from "../../src/diagnostics/diagnostic.js";
import { Sources } from "../../src/diagnostics/sources.js";
import { memoryHost } from "../../src/host.js";
import { contains, isFinite, isUndecided, type Verdict } from "../../src/model/size-set.js";
import { align, derivedOffset } from "../../src/passes/align.js";
import { infer } from "../../src/passes/infer.js";
import { instantiate } from "../../src/passes/instantiate.js";
import { prove, type Proof } from "../../src/passes/prove.js";
import { resolve } from "../../src/passes/resolve.js";
import { branches, chain, conditions, netText, works, type Condition, type Net } from "./random-nets.js";

/** The proof of a net, or null where its maps do not lie on one grid, so that there is nothing to decide. */
async function proofOf(text: string): Promise<Proof | null> {
  const report = new Report();
  const module = await resolve("n.fcn", memoryHost({ "n.fcn": text }), new Sources(), report);
  const named = module?.names.get("n");
  if (!named) throw new Error(text);
  const graph = instantiate(named, report);
  const geometry = infer(graph, report);
  expect(report.diagnostics.map(({ message }) => message)).toEqual([]);
  const meetings = align(graph, geometry);
  return meetings.some((meeting) => !derivedOffset(meeting)) ? null : prove(graph, geometry, meetings);
}

/** Null where it is undecided. */
function heights(proof: Proof): Exclude<Verdict, { undecided: string }> | null {
  const verdict = proof.validFor.get("H");
  return verdict === undefined || isUndecided(verdict) ? null : verdict;
}

async function agree(net: Net, admitted: readonly Condition[]): Promise<boolean> {
  const text = netText(net, admitted);
  const proof = await proofOf(text);
  const valid = proof && heights(proof);
  if (!valid) return false;
  for (let size = 1; size <= 300; size++) {
    const expected = admitted.every((condition) => condition.admits(size)) && works(net, size);
    if (contains(valid, size) !== expected) expect(`${text}H = ${size}: ${contains(valid, size)}`).toBe(`${expected}`);
  }
  return true;
}

test("chains of convolutions, poolings and deconvolutions", async () => {
  await fc.assert(
    fc.asyncProperty(chain, conditions, async (net, admitted) => fc.pre(await agree(net, admitted))),
    {
      numRuns: 150,
    },
  );
});

test("nets with skips and crops", async () => {
  await fc.assert(
    fc.asyncProperty(branches, conditions, async (net, admitted) => fc.pre(await agree(net, admitted))),
    {
      numRuns: 150,
      maxSkipsPerRun: 1000,
    },
  );
});

test("a net is refused where infinitely many sizes fail, and for nothing less", async () => {
  await fc.assert(
    fc.asyncProperty(branches, async (net) => {
      const proof = await proofOf(netText(net, []));
      fc.pre(proof !== null && heights(proof) !== null);
      const failing = Array.from({ length: 300 }, (_, index) => index + 1).filter((size) => !works(net, size));
      const far = failing.some((size) => size > 200);
      const endless = proof.failures.some(({ added }) => !isUndecided(added) && !isFinite(added));
      expect(endless).toBe(far);
    }),
    { numRuns: 100, maxSkipsPerRun: 1000 },
  );
});
