/** The digest says what a net is: it does not change with where and how the net was written, but with the net. */
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.js";
import { memoryHost } from "../../src/host.js";
import { planOf, root } from "../specs/library.js";

const spec = "specs/voc-fcn16s.fcn";
const backbone = "specs/backbones/vgg16.fcn";
const read = (path: string): string => readFileSync(root + path, "utf8");
const texts = { spec: read(spec), backbone: read(backbone), labels: read("specs/voc.labels") };

/** The digest of the net in another folder, with its two files edited. */
async function digestIn(
  folder: string,
  edit: { readonly spec?: (text: string) => string; readonly backbone?: (text: string) => string } = {},
): Promise<string | undefined> {
  const host = memoryHost({
    [`${folder}net.fcn`]: edit.spec?.(texts.spec) ?? texts.spec,
    [`${folder}backbones/vgg16.fcn`]: edit.backbone?.(texts.backbone) ?? texts.backbone,
    [`${folder}voc.labels`]: texts.labels,
  });
  const { plan, diagnostics } = await compile({ path: `${folder}net.fcn` }, host);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return plan?.digest;
}

describe("the digest", async () => {
  const plan = await planOf(spec);
  const { digest } = plan;

  it("is the SHA-256 of the plan's canonical JSON, without places", () => {
    const sorted = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(sorted);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => [key, sorted(item)]),
      );
    };
    const { digest: _digest, file: _file, ...body } = plan;
    const placeless = (items: readonly object[]): object[] =>
      items.map((item) => Object.fromEntries(Object.entries(item).filter(([key]) => key !== "file" && key !== "line")));
    const text = JSON.stringify(
      sorted({ ...body, layers: placeless(plan.layers), operations: placeless(plan.operations) }),
    );
    expect(digest).toBe(`sha256:${createHash("sha256").update(text).digest("hex")}`);
  });

  it.each(["", "elsewhere/", "/home/somebody/nets/", "../"])("does not depend on the folder: %s", async (folder) => {
    expect(await digestIn(folder)).toBe(digest);
  });

  it("does not depend on comments, blank lines, spaces, line ends and trailing commas", async () => {
    const comment = (text: string): string =>
      text.replaceAll("\n", "  // so it is\n").replace(/^(\s*\/\/\/.*)$/gm, "$1");
    const loose = (text: string): string =>
      text.replaceAll("\n", "\n\n").replaceAll(" = ", "   =\t").replaceAll(", ", " ,  ").replaceAll("->", "\n    -> ");
    const windows = (text: string): string => text.replaceAll("\n", "\r\n");
    expect(await digestIn("", { spec: comment, backbone: comment })).toBe(digest);
    expect(await digestIn("", { spec: loose, backbone: loose })).toBe(digest);
    expect(await digestIn("", { spec: windows, backbone: windows })).toBe(digest);
    expect(
      await digestIn("", { spec: (text) => text.replace("(classes, 1, init: zero)", "(classes, 1, init: zero,)") }),
    ).toBe(digest);
  });

  it("does not depend on what is written out or left to be derived", async () => {
    const expectations = (text: string): string => text.replaceAll(/^ {2}expect .*\n/gm, "");
    expect(await digestIn("", { spec: expectations })).toBe(digest);
  });

  it.each([
    ["padding", "conv1_1.pad: 100", "conv1_1.pad: 102", /expect (?!stride|rf).*\n/g],
    ["an initializer", "vgg.fc7 -> conv(classes, 1, init: zero)", "vgg.fc7 -> conv(classes, 1, init: he)", /$^/g],
    ["a recipe", "momentum: 0.99", "momentum: 0.9", /$^/g],
    ["a mean", "104.00699", "104.007", /$^/g],
    ["an ignore label", "ignore: 255", "ignore: 254", /$^/g],
    ["a name", "upscore2", "upscore_2", /$^/g],
  ])("depends on %s", async (_what, from, to, without) => {
    const edited = await digestIn("", { spec: (text) => text.replaceAll(from, to).replaceAll(without, "") });
    expect(edited).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(edited).not.toBe(digest);
  });
});
