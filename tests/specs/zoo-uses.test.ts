/** What the use of a backbone may change, and what then becomes of the backbone's claims. */
import { describe, expect, it } from "vitest";
import { check } from "../../src/compile.js";
import { libraryHost, planOf } from "./library.js";

const net = (use: string): string => `fcn 1
import vgg16 from "specs/backbones/vgg16.fcn"
net n {
  input image: bgr[H, W, 3]
  vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [pool5, fc8], ${use} }
  score = vgg.fc7 -> conv(21, 1)
  output score
}
`;

async function faults(text: string): Promise<{ code: string; message: string; at: string; help: readonly string[] }[]> {
  const { diagnostics } = await check({ text, path: "spec.fcn" }, libraryHost);
  return diagnostics
    .filter(({ severity }) => severity !== "note")
    .map(({ code, message, primary, help }) => {
      const at = primary?.span.file === "spec.fcn" ? text.slice(primary.span.start, primary.span.end) : "";
      return { code, message, at, help };
    });
}

describe("a use that changes strides", () => {
  it("is held to the backbone's taps, and shown how to state new ones", async () => {
    const [first, ...others] = await faults(net('suffix: "b"'));
    expect(first).toMatchObject({ code: "tap-stride", message: "`fc7` has stride 16, not 32" });
    expect(first?.help.join("\n")).toContain("`taps: { fc7: 16 }`");
    expect(others).toEqual([expect.objectContaining({ code: "expectation" })]);
  });

  it("may state them anew", async () => {
    expect(await faults(net("taps: { fc7: 16 }"))).toEqual([]);
  });

  it("is held to what it states", async () => {
    expect(await faults(net("taps: { fc7: 8 }"))).toEqual([
      expect.objectContaining({ code: "tap-stride", message: "`fc7` has stride 16, not 8", at: "8" }),
    ]);
  });

  it.each([
    ["taps: { fc9: 8 }", "`vgg16` has no tap `fc9`"],
    ["taps: [fc7]", "`taps` wants strides such as `{ pool4: 8 }`, not a list"],
    ["taps: { fc7: half }", "a stride is wanted here, not `half`"],
  ])("cannot say %s", async (use, message) => {
    expect((await faults(net(use)))[0]?.message).toBe(message);
  });
});

describe("the dilated net", () => {
  it("scores at stride 8 on maps of one size", async () => {
    const { layers } = await planOf("specs/dilated-vgg16.fcn");
    const after = layers.slice(layers.findIndex(({ name }) => name === "pool3"));
    const score = after.findIndex(({ name }) => name === "score_fr");
    for (const { name, heightFormula, grid } of after.slice(0, score + 1)) {
      expect(heightFormula, name).toBe("floor((H + 7) / 8)");
      expect([grid?.y.stride, grid?.y.origin], name).toEqual(["8", "7/2"]);
    }
  });
});

describe("the late fusion", () => {
  it("starts from two nets, each under the suffix of its stream", async () => {
    const { train, tensors } = await planOf("specs/nyud-fcn32s-color-hha.fcn");
    expect(train?.["after"]).toEqual(["./nyud-fcn32s-color.fcn", "./nyud-fcn32s-hha.fcn"]);
    const files = ["color", "hha"].map((suffix) => ({ file: `nyud-fcn32s-${suffix}.safetensors`, suffix }));
    expect(train?.["init"]).toEqual(files.map((values) => ({ call: "weights", arguments: values })));
    for (const [stream, own] of [
      ["nyud-fcn32s-color", "color"],
      ["nyud-fcn32s-hha", "hha"],
    ] as const) {
      const source = await planOf(`specs/${stream}.fcn`);
      const wanted = tensors.filter(({ layer }) => layer.endsWith(own));
      const given = new Map(source.tensors.map(({ name, shape }) => [name, shape]));
      expect(wanted.length).toBe(2 * 16);
      for (const { name, shape } of wanted) expect(given.get(name.replace(`${own}.`, ".")), name).toEqual(shape);
    }
  });

  it("refuses a list with something else in it", async () => {
    const text = `${net("taps: { fc7: 16 }")}
train n { init: [weights("a.safetensors"), wieghts("b.safetensors")], after: ["./a.fcn", 3] }
`;
    expect((await faults(text)).map(({ at }) => at)).toEqual(["wieghts", "3"]);
  });
});
