/** Specs that nobody would write, and some that somebody will: each gets a clear message and no stack trace. */
import { mkdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { SMALL, workplace } from "./material.js";
import { run, type Ran } from "./run.js";

const place = await workplace();
const cwd = place.folder;

async function check(text: string | Uint8Array, name = "spec.fcn"): Promise<Ran> {
  await place.write(name, text);
  return run(["check", name], { cwd });
}

/** What follows from a fault stays silent, so the faults that are told are these and no others. */
function expectFaults(ran: Ran, ...parts: (string | RegExp)[]): void {
  expect({ code: ran.code, err: ran.err }).toEqual({ code: 1, err: "" });
  for (const part of parts)
    expect(ran.out).toEqual(typeof part === "string" ? expect.stringContaining(part) : expect.stringMatching(part));
}
const count = ({ out }: Ran): number => (out.match(/^error\[/gm) ?? []).length;

describe("files", () => {
  test("no such file", async () => {
    const ran = await run(["check", "none.fcn"], { cwd });
    expectFaults(ran, "error[cannot-read]: there is no file `none.fcn`", "give the path of a `.fcn` file");
  });

  test("a folder in place of a file", async () => {
    await mkdir(place.path("folder.fcn"));
    expectFaults(await run(["check", "folder.fcn"], { cwd }), "`folder.fcn` is a folder", "name a file inside it");
    const imported = await check('fcn 1\nimport vgg from "./folder.fcn"\n');
    expectFaults(imported, "`folder.fcn` is a folder", "spec.fcn:2:");
  });

  test("an import that is not there", async () => {
    const ran = await check(SMALL.replace("fcn 1\n", 'fcn 1\nimport vgg16 from "fcnc/backbones/vgg61.fcn"\n'));
    expectFaults(ran, "there is no file `fcnc/backbones/vgg61.fcn`", "imported here", "spec.fcn:2:");
    expect(count(ran)).toBe(1);
  });

  test("imports in a circle", async () => {
    const backbone = (name: string) =>
      `backbone ${name} {\n  input image: bgr[8, 8, 3]\n  c = conv(1, 1)\n  tap c\n}\n`;
    await place.write("b.fcn", `fcn 1\nimport a from "./a.fcn"\n${backbone("b")}`);
    const ran = await check(`fcn 1\nimport b from "./b.fcn"\n${backbone("a")}`, "a.fcn");
    expectFaults(ran, "error[import-cycle]", "`a.fcn` imports `b.fcn` imports `a.fcn`", "into a third file");
    expect(count(ran)).toBe(1);
    expectFaults(await check('fcn 1\nimport x from "./self.fcn"\n', "self.fcn"), "error[import-cycle]");
  });

  test("50 MB", async () => {
    const ran = await check(new Uint8Array(50_000_000).fill(0x0a), "huge.fcn");
    expectFaults(ran, "`huge.fcn` has 50000000 bytes; specs have at most 8388608");
  });

  test("what is no text in UTF-8", async () => {
    for (const bytes of [
      Uint8Array.of(0xff, 0xd8, 0xff, 0xe0),
      new Uint8Array(Buffer.from(SMALL, "utf16le").fill(0xff, 0, 1)),
    ])
      expectFaults(await check(bytes), "`spec.fcn` is not a text in UTF-8");
  });

  test("nothing at all", async () => {
    const ran = await check("");
    expectFaults(ran, "error[edition]", "the file is empty", "write `fcn 1` in the first line");
    expect(count(ran)).toBe(1);
  });
});

describe("editions", () => {
  test("unknown", async () => {
    expectFaults(await check(SMALL.replace("fcn 1", "fcn 7")), "edition `7` is not known", "knows edition 1");
  });

  test("left out", async () => {
    const ran = await check(SMALL.replace("fcn 1\n", ""));
    expectFaults(ran, "does not begin with its edition");
    expect(count(ran)).toBe(1);
  });
});

describe("characters", () => {
  test.each([
    ["a byte order mark", `\uFEFF${SMALL}`],
    ["CRLF", SMALL.replaceAll("\n", "\r\n")],
    ["old Macintosh's line ends", SMALL.replaceAll("\n", "\r")],
    ["tabs", SMALL.replaceAll("  ", "\t")],
    ["no line end at the end", SMALL.trimEnd()],
    ["emoji in a comment", SMALL.replace("  pool1", "  // 👩‍👩‍👧 🧠\n  pool1")],
  ])("%s: nothing is wrong", async (_, text) => {
    expect(await check(text)).toMatchObject({ code: 0, out: "`spec.fcn` is sound\n" });
  });

  test("places are right behind all of these", async () => {
    const faulty = SMALL.replace("maxpool(2)", "maxpol(2)").replace("  pool1", "\tpool1");
    expectFaults(
      await check(`\uFEFF${faulty.replaceAll("\n", "\r\n")}`),
      "--> spec.fcn:6:13",
      "did you mean `maxpool`?",
    );
    const emoji = SMALL.replace("maxpool(2)", "maxpool(2) 😀");
    expectFaults(
      await check(emoji),
      "unexpected `😀` (U+1F600)",
      "--> spec.fcn:6:25",
      /\n {2}\| {25}\^\^ this has no meaning/,
    );
  });

  test("NUL bytes are shown as what they are", async () => {
    const ran = await check(SMALL.replace("pool1 ", "po\0ol1 "));
    expectFaults(ran, "unexpected `U+0000`", "po␀ol1");
    expect(ran.out).not.toContain("\0");
    expect(count(ran)).toBe(1);
    const all = await check(new Uint8Array(5000));
    expectFaults(all, "unexpected `U+0000`");
    expect(count(all)).toBeLessThan(3);
  });

  test("what would move a terminal's cursor is not printed", async () => {
    const escape = String.fromCharCode(27);
    const ran = await check(SMALL.replace("pool1 ", `${escape}[2Jpool1 `));
    expectFaults(ran, "U+001B");
    expect(ran.out).not.toContain(escape);
  });
});

describe("names", () => {
  test("a layer twice", async () => {
    const ran = await check(SMALL.replace("pool1 ", "conv1 "));
    expectFaults(ran, "error[name-twice]: `conv1` is defined twice", "first here", "here again");
    expect(count(ran)).toBe(1);
  });

  test("a net twice", async () => {
    const ran = await check(SMALL + SMALL.replace("fcn 1\n", ""));
    expectFaults(ran, "error[name-twice]: `small` stands for two things", "first here", "here again");
    expect(count(ran)).toBe(1);
  });

  test("a block that uses itself, straight or by another", async () => {
    const block = (name: string, uses: string) => `block ${name}(x: node) {\n  y = ${uses}(x)\n  return y\n}\n`;
    const net = "net n {\n  input image: bgr[H, W, 3]\n  z = b(image)\n  output z\n}\n";
    const straight = await check(`fcn 1\n${block("b", "b")}${net}`);
    expectFaults(straight, "error[recursion]: `b` uses itself", "--> spec.fcn:3:7");
    expect(count(straight)).toBe(1);
    expectFaults(await check(`fcn 1\n${block("b", "c")}${block("c", "b")}${net}`), "error[recursion]");
  });

  test("blocks that double one another forty times over", async () => {
    const blocks = Array.from(
      { length: 40 },
      (_, i) => `block b${i + 1}(x: node) {\n  y = b${i}(x)\n  z = b${i}(y)\n  return z\n}\n`,
    );
    const net = "net n {\n  input image: bgr[H, W, 3]\n  z = b40(image)\n  output z\n}\n";
    const ran = await check(`fcn 1\nblock b0(x: node) {\n  y = x -> relu\n  return y\n}\n${blocks.join("")}${net}`);
    expectFaults(ran, "error[too-large]", "blocks within blocks multiply");
  });
});

describe("numbers beyond reason", () => {
  test.each([
    ["pad: 4", "pad: 99999999999999999999", "it is too large to be exact"],
    ["pad: 4", "pad: 65537", "wants a whole number of "],
    ["pad: 4", "pad: -1", "wants a whole number of "],
    ["conv(4, 3", "conv(1e308, 3", "wants a whole number of "],
    ["conv(4, 3", "conv(1e999, 3", "out of range"],
    ["conv(4, 3", "conv(0, 3", "wants a whole number of "],
    ["conv(4, 3", "conv(2.5, 3", "wants a whole number of "],
    ["maxpool(2)", "maxpool(0)", "wants a whole number of "],
    ["maxpool(2)", "maxpool(2, stride: 0)", "wants a whole number of "],
    ["upsample(2x)", "upsample(1000000x)", "spec.fcn:8:"],
    ["bgr[H, W, 3]", "bgr[H, W, 1000000000000]", "spec.fcn:4:"],
    ["bgr[H, W, 3]", "bgr[0, 0, 3]", "spec.fcn:4:"],
    ["classes: int = 3", "classes: int = 1e300", "spec.fcn:"],
    ["mean: [104, 117, 123]", "mean: [1e400, 117, 123]", "out of range"],
  ])("%s -> %s", async (from, to, message) => {
    const ran = await check(SMALL.replace(from, to));
    expectFaults(ran, message);
  });

  test("strides whose periods multiply are decided, or said to be undecided", async () => {
    const pools = [65521, 65519, 65497, 65479].map((stride, i) => `  p${i} = maxpool(3, stride: ${stride})\n`);
    const text = `fcn 1\nnet n {\n  input image: bgr[H, W, 3]\n${pools.join("")}  score = conv(2, 1)\n  output score\n}\n`;
    const ran = await check(text);
    expect([0, 1]).toContain(ran.code);
    expect((await run(["inspect", "spec.fcn", "--size", "9x9"], { cwd })).code).toBe(ran.code);
  });
});

describe("brackets", () => {
  test.each([
    ["[", "]", "[104, 117, 123]"],
    ["(", ")", "(2)"],
    ["{", "}", "{ mean: [104, 117, 123] }"],
  ])("a thousand nested %s", async (open, close, place) => {
    const ran = await check(SMALL.replace(place, open.repeat(1000) + close.repeat(1000)));
    expectFaults(ran, "error[nesting]: brackets are nested more than 100 deep");
    expect(ran.out.length).toBeLessThan(4000);
  });

  test("a hundred thousand that are never closed", async () => {
    const ran = await check(`fcn 1\nnet x ${"{".repeat(100_000)}`);
    expectFaults(ran, "error[unclosed]");
    expect(ran.out.length).toBeLessThan(4000);
  });
});

test("a thousand faults are counted, and fifty shown", async () => {
  const lines = Array.from({ length: 1000 }, (_, i) => `  x${i} = image -> cnv(1, 1)\n`);
  const ran = await check(`fcn 1\nnet n {\n  input image: bgr[H, W, 3]\n${lines.join("")}  output x0\n}\n`);
  expect(count(ran)).toBe(50);
  expectFaults(ran, /\n\.\.\. and \d+ more\n\d+ errors\n$/);
});
