import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { nodeHost } from "../../src/node-host.js";
import { asLine, checked, net } from "./expect-errors.js";

async function lines(text: string): Promise<string[]> {
  const result = await checked(text);
  return result.diagnostics.filter(({ code }) => code !== "valid-sizes").map((each) => asLine(each, result));
}

const unused = "b = image -> conv(8, 3)";

describe("a warning is silenced", () => {
  test.each([
    ["at the end of its line", [`${unused} // allow unused-layer: kept for a plot`]],
    ["on the line above", ["// allow unused-layer: kept for a plot", unused]],
    ["above other comments", ["// allow unused-layer: kept for a plot", "// the second head", "", unused]],
  ])("%s", async (_, body) => {
    expect(await lines(net("a = image -> conv(8, 3)", ...body, "output a"))).toEqual([]);
  });

  test("a note as well, and each of several", async () => {
    const text = net(
      "a = image -> conv(2, 3, pad: 9)",
      "// allow no-labels: they are edges",
      "output a // allow dead-border: it is cut off later",
    );
    expect(await lines(`${text}target web for n\n`)).toEqual([]);
  });

  test("for a net that is compiled by name, where others have allowances too", async () => {
    const other = net(unused, "a = image -> conv(8, 3)", "output a").replace("fcn 1\n", "").replace("net n", "net m");
    const text =
      net("a = image -> conv(8, 3)", "output a") + other.replace(unused, `${unused} // allow unused-layer: why`);
    const { diagnostics, plan } = await compile({ text }, nodeHost, { net: "n" });
    expect(plan).not.toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(["valid-sizes"]);
  });
});

describe("an allowance is told of", () => {
  test("where it gives no reason, and then silences nothing", async () => {
    expect(await lines(net("a = image -> conv(8, 3)", `${unused} // allow unused-layer`, "output a"))).toEqual([
      "5:16 unused-layer: `b` reaches no output and is left out",
      "5:27 allow-reason: `unused-layer` is not allowed without a reason",
    ]);
  });

  test("where it gives no reason for an error, beside which nothing else is told", async () => {
    const body = ["a = image -> conv(8, 3, pad: 1)", "b = image -> conv(8, 3) // see below"];
    const { diagnostics } = await checked(net(...body, "c = sum(a, b) // allow grid-shift", "output c"));
    expect(diagnostics).toMatchObject([
      {
        code: "grid-shift",
        help: [expect.stringContaining("crop: auto"), "to allow it, say why: `// allow grid-shift: ...`"],
      },
    ]);
  });

  test("where nothing is to be silenced", async () => {
    expect(await lines(net("a = image -> conv(8, 3) // allow unused-layer: why", "output a"))).toEqual([
      "4:27 unused-allow: `unused-layer` is not reported here",
    ]);
  });

  test("where there is no such code", async () => {
    const found = await checked(net("a = image -> conv(8, 3) // allow unused-layers: why", "output a"));
    expect(found.diagnostics.at(-1)).toMatchObject({
      message: "there is no code `unused-layers`",
      primary: { message: "did you mean `unused-layer`?" },
    });
  });

  test.each([
    [
      "an error without which there is no net",
      ["a = image -> conv(8, 3)", "b = image -> conv(4, 3)", "c = sum(a, b) // allow layer-settings: why", "output c"],
      "it cannot be allowed: there is no net without mending it",
    ],
    [
      "a crop of which nobody says where it is made",
      ["a = image -> conv(8, 3)", "b = crop(to: image) // allow crop-bounds: near enough", "output b"],
      "it cannot be allowed: it needs an `offset` of at least 0, at which it is then made",
    ],
    [
      "a crop that would begin above the map",
      ["a = image -> conv(8, 3)", "b = crop(to: image, offset: -1) // allow crop-bounds: why not", "output b"],
      "it cannot be allowed: it needs an `offset` of at least 0, at which it is then made",
    ],
    [
      "a crop between strides of which nobody says where it is made",
      ["a = image -> maxpool(2)", "b = crop(to: image) // allow stride-mismatch: near enough", "output b"],
      "it cannot be allowed: it needs an `offset` of at least 0, at which it is then made",
    ],
    [
      "a net that works for no size",
      [
        "a = image -> conv(8, 3)",
        "// allow crop-bounds: near enough",
        "b = crop(to: image, offset: 0) // allow input-sizes: so what",
        "output b",
      ],
      "it cannot be allowed: the net works for no H",
    ],
    [
      "a merge of fixed maps that differ in size",
      [
        "input small: rgb[4, 4, 3]",
        "a = small -> conv(8, 3)",
        "b = small -> conv(8, 3, pad: 1)",
        "// allow grid-shift: near enough",
        "c = sum(a, b) // allow input-sizes: so what",
        "output c",
      ],
      "it cannot be allowed: the net works for no size",
    ],
  ])("where it names %s, which stays one message", async (_, body, note) => {
    const { diagnostics } = await checked(net(...body));
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([{ notes: expect.arrayContaining([note]) as string[] }]);
  });
});

describe("an error that leaves a net that runs is silenced", () => {
  test("a crop is then made at its stated offset, which is proved to fit", async () => {
    const text = (pad: number): string =>
      net(
        `a = image -> conv(8, 3, pad: ${pad})`,
        "b = crop(to: image, offset: 3) // allow crop-offset: the old weights were trained so",
        "output b",
      );
    const { plan, diagnostics } = await compile({ text: text(9) }, nodeHost);
    expect(diagnostics).toEqual([]);
    expect(plan?.crops).toEqual([{ layer: "b", offset: [3, 3], derived: [8, 8], stated: [3, 3] }]);
    expect(plan?.operations.at(-1)).toMatchObject({ op: "crop", offset: [3, 3] });
    const short = await compile({ text: text(2) }, nodeHost);
    expect(short.plan).toBeNull();
    expect(short.diagnostics.map(({ code }) => code)).toEqual(["input-sizes"]);
  });

  test("a net that fails for some sizes is then valid for the others", async () => {
    const { plan, diagnostics } = await compile(
      {
        text: net(
          "a = image -> conv(8, 3, pad: 1)",
          "b = maxpool(2, round: floor)",
          "c = upsample(2x, kernel: 2)",
          "// allow input-sizes: our pictures are even",
          "d = sum(a, c)",
          "output d",
        ),
      },
      nodeHost,
    );
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(plan?.validFor["H"]?.text).toBe("H mod 2 = 0");
  });

  test("a merge of which two things are wrong needs both to be allowed", async () => {
    const merge = (...codes: readonly string[]): string =>
      net(
        "a = image -> maxpool(1x2, stride: 1) -> pad(right: 1)",
        "b = image -> maxpool(2x1)",
        ...codes.map((code) => `// allow ${code}: because`),
        "c = sum(b, a)",
        "output c",
      );
    const codesOf = async (text: string): Promise<string[]> =>
      (await checked(text)).diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
    expect(await codesOf(merge())).toEqual(["half-pixel-shift", "stride-mismatch"]);
    expect(await codesOf(merge("half-pixel-shift"))).toEqual(["stride-mismatch"]);
    // Then sizes are held to agree.
    expect(await codesOf(merge("half-pixel-shift", "stride-mismatch"))).toEqual(["input-sizes"]);
    expect(await codesOf(merge("half-pixel-shift", "stride-mismatch", "input-sizes"))).toEqual([]);
  });

  test("what is allowed inside a backbone is so in every use, and what is expected of it is what is applied", async () => {
    const text = `fcn 1
backbone trunk {
  input image: raw[32, 32, 1]
  wide = image -> pad(2) -> maxpool(2, stride: 1)
  kept = crop(to: image, offset: 1) // allow half-pixel-shift: as it was trained
  tap kept
  expect offset(kept) == 1
}
net n {
  input image: raw[H, W, 1]
  trunk = image -> trunk
  output trunk.kept
}
`;
    const { plan, diagnostics } = await compile({ text }, nodeHost);
    expect(diagnostics).toEqual([]);
    expect(plan?.crops).toEqual([{ layer: "kept", offset: [1, 1], derived: null, stated: [1, 1] }]);
  });

  test("an expectation that does not hold yet", async () => {
    const body = ["a = image -> conv(8, 3)", "output a", "expect rf(a) == 5 // allow expectation: not yet"];
    const { diagnostics } = await checked(net(...body));
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

test("texts and documentation allow nothing", async () => {
  const text = net(
    "/// allow unused-layer: why",
    unused,
    "a = image -> conv(8, 3)",
    'output a { labels: "// allow label-file: x" }',
  );
  expect((await lines(text)).map((line) => line.replace(/:.*/s, ""))).toEqual(["5", "7"]);
});
