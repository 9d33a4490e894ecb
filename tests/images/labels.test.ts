import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MAX_CLASSES, numberedLabels, parseLabels, vocColor } from "../../src/model/labels.js";

const problemsOf = (text: string) =>
  parseLabels(text, "test").problems.map(({ line, message }) => `${line}: ${message}`);

describe("specs/voc.labels", () => {
  const text = readFileSync(new URL("../../specs/voc.labels", import.meta.url), "utf8");

  test("has VOC's 21 classes in the colours of its rule", () => {
    const { labels, problems } = parseLabels(text, "voc");
    expect(problems).toEqual([]);
    expect(labels?.classes).toHaveLength(21);
    expect(labels?.classes.map(({ color }) => color)).toEqual(Array.from({ length: 21 }, (_, i) => vocColor(i)));
    expect(labels?.classes[15]).toEqual({ name: "person", color: [192, 128, 128] });
    expect(labels?.classes[20]?.color).toEqual([0, 64, 128]);
    expect(labels?.ignore).toEqual({ name: "void", color: [224, 224, 192] });
    expect(vocColor(255)).toEqual([224, 224, 192]);
  });
});

describe("the .labels format", () => {
  test("takes names with spaces, quotes, comments, a BOM and CRLF", () => {
    const text =
      '\uFEFF// sky and sea\r\n\r\nsky  #87CEEB // blue\r\n open sea #000080\r\n"ignore" #010203\r\nignore "x # y" #ffffff';
    expect(parseLabels(text, "two")).toEqual({
      labels: {
        name: "two",
        classes: [
          { name: "sky", color: [0x87, 0xce, 0xeb] },
          { name: "open sea", color: [0, 0, 128] },
          { name: "ignore", color: [1, 2, 3] },
        ],
        ignore: { name: "x # y", color: [255, 255, 255] },
      },
      problems: [],
    });
  });

  test("reports every fault with its line", () => {
    const text =
      'a #000000\n# note\nb\nc #12345\na #000001\nd #000000\n#ffffff\n"e #111111\nignore v #222222\nignore w #333333\n\u0000';
    expect(problemsOf(text)).toEqual([
      "2: a comment starts with `//` here",
      "3: there is no colour after `b`",
      "4: `#12345` is not a colour",
      "5: `a` is named twice, first on line 1",
      "6: #000000 is the colour of line 1 too",
      "7: there is no name before the colour",
      "8: a quote is not closed, or something stands beside a quoted name",
      "10: the ignore label is described twice",
      "11: this line is not text",
    ]);
  });

  test("says where in the text a fault is", () => {
    const text = "a #000000\n  b  #00 // no\n";
    const [problem] = parseLabels(text, "t").problems;
    expect(text.slice(problem?.start, problem?.end)).toBe("b  #00");
  });

  test("refuses a file without classes and one with too many", () => {
    expect(problemsOf("// nothing\n")).toEqual(["1: there is no class in this file"]);
    const many = (count: number): string =>
      Array.from({ length: count }, (_, i) => `c${i} #${i.toString(16).padStart(6, "0")}`).join("\n");
    expect(problemsOf(many(MAX_CLASSES))).toEqual([]);
    expect(problemsOf(many(MAX_CLASSES + 1))).toEqual([`256: more than ${MAX_CLASSES} classes`]);
    expect(problemsOf("x\n".repeat(10_000))).toHaveLength(20);
  });

  test("numbers the classes of an output without labels", () => {
    const { classes } = numberedLabels(300);
    expect(classes[2]).toEqual({ name: "class 2", color: [0, 128, 0] });
    expect(new Set(classes.map(({ color }) => color.join())).size).toBe(300);
  });
});
