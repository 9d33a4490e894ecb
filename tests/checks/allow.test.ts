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

  test("where it names an error, which stays one message", async () => {
    const { diagnostics } = await checked(
      net(
        "a = image -> conv(8, 3, pad: 9)",
        "b = crop(to: image, offset: 3) // allow crop-offset: I like 3",
        "output b",
      ),
    );
    expect(diagnostics).toMatchObject([
      {
        code: "crop-offset",
        notes: expect.arrayContaining(["errors cannot be allowed, only warnings and notes"]) as string[],
      },
    ]);
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
