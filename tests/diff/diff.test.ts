/** What differs between two nets: found, told, and nothing else. */
import { expect, test } from "vitest";
import { diffNets, type NetDiff } from "../../src/diff/diff.js";
import { renderDiff } from "../../src/diff/render.js";
import type { InputSize } from "../../src/inspect/input-size.js";
import { planOfSpec, planOfText } from "../draw/nets.js";

function net(body: string, name = "a"): string {
  return `fcn 1\nnet ${name} {\n  input image: rgb[H, W, 3]\n${body}\n  output score\n}`;
}

async function diffOf(before: string, after: string, size: InputSize | null = null): Promise<NetDiff> {
  const diff = diffNets(await planOfText(before), await planOfText(after), size);
  if ("fault" in diff) throw new Error(diff.fault);
  return diff;
}

const plain = net(`  c1 = conv(8, 3, pad: 1) -> relu\n  p = maxpool(2)\n  score = conv(2, 1)`);

test("a net is equal to itself, under another name and with defaults written out", async () => {
  const same = net(
    `  c1 = image -> conv(8, kernel: 3, pad: 1, stride: 1) -> relu\n  p = maxpool(2x2)\n  score = conv(2, 1)`,
    "b",
  );
  const diff = await diffOf(plain, same);
  expect(diff.same).toBe(true);
  expect(renderDiff(diff, { color: false })).toContain("no differences");
});

test("a setting is told once, and what comes of it apart", async () => {
  const { layers, totals, same } = await diffOf(plain, plain.replace("pad: 1", "pad: 2"));
  expect(same).toBe(false);
  expect(layers.filter(({ written }) => written.length > 0)).toEqual([
    expect.objectContaining({ what: "changed", before: "c1", written: [{ what: "pad", before: "1", after: "2" }] }),
  ]);
  expect(layers.find(({ after }) => after === "p")?.derived.map(({ what }) => what)).toEqual([
    "height",
    "width",
    "origin",
  ]);
  expect(totals.map(({ what }) => what)).toEqual(["multiply-accumulates", "activation bytes"]);
});

test("layers that were renamed are matched by what they do, and one between them is new", async () => {
  const renamed = net(
    `  conv1 = conv(8, 3, pad: 1) -> relu\n  pool = maxpool(2)\n  extra = conv(8, 5, pad: 2)\n  score = conv(2, 1)`,
  );
  const { layers } = await diffOf(plain, renamed);
  expect(layers.map(({ what, before, after }) => [what, before, after])).toEqual([
    ["changed", "c1", "conv1"],
    ["changed", "c1/relu", "conv1/relu"],
    ["changed", "p", "pool"],
    ["added", null, "extra"],
    ["changed", "score", "score"],
  ]);
});

test("what one adds the other removes", async () => {
  const [a, b] = [await planOfSpec("voc-fcn16s.fcn"), await planOfSpec("voc-fcn8s.fcn")];
  const [there, back] = [diffNets(a, b, null), diffNets(b, a, null)];
  if ("fault" in there || "fault" in back) throw new Error("they compile");
  const names = (diff: NetDiff, what: string): (string | null)[] =>
    diff.layers.filter((layer) => layer.what === what).map(({ before, after }) => after ?? before);
  expect(new Set(names(there, "added"))).toEqual(new Set(names(back, "removed")));
  expect(there.crops).toContainEqual({ what: "score", before: "27", after: "31" });
  expect(there.equalLayers).toBe(back.equalLayers);
});

test("at a size there are numbers, and a size at which one does not work is a fault", async () => {
  const { layers, size } = await diffOf(plain, plain.replace("maxpool(2)", "maxpool(4)"), { height: 32, width: 48 });
  expect(size).toEqual({ height: 32, width: 48 });
  expect(layers.find(({ after }) => after === "p")?.derived).toContainEqual({
    what: "size",
    before: "16x24",
    after: "8x12",
  });
  const deep = net(`  c1 = conv(8, 9)\n  score = conv(2, 1)`, "deep");
  expect(diffNets(await planOfText(plain), await planOfText(deep), { height: 4, width: 4 })).toHaveProperty("fault");
});

test("the text of two nets of the library, line by line", async () => {
  const diff = diffNets(await planOfSpec("voc-fcn16s.fcn"), await planOfSpec("voc-fcn8s.fcn"), null);
  if ("fault" in diff) throw new Error(diff.fault);
  const text = renderDiff(diff, { color: false });
  expect(text).toContain("  +  score_pool3                 conv      21 channels\n");
  expect(text).toContain("  ~  score         27 -> 31\n");
  expect(text).toContain("  ~  train.optimizer.rate  1e-12 -> 1e-14\n");
  expect(text).toMatch(/parameters +134,815,994 {2}-> +134,489,759 +-326,235\n/);
});
