/** What is said of nets that do not work for all sizes: the sizes, which of them people have, and what mends the net. */
import { describe, expect, test } from "vitest";
import { checked, net, onlyFault, spec, vggNet } from "./expect-errors.js";

const floors = [1, 2, 3, 4, 5].map((stage) => `pool${stage}.round: floor`).join(", ");

function vgg(pad: number, more = ""): string {
  return `vgg = image -> vgg16 { conv1_1.pad: ${pad}, convolutionize: [fc6, fc7], without: [fc8]${more} }`;
}

const fcn32 = [
  "score_fr = vgg.fc7 -> conv(21, 1)",
  "upscore = upsample(32x)",
  "score = crop(to: image)",
  "output score",
];
const fcn16 = [
  "up2 = vgg.fc7 -> conv(21, 1) -> upsample(2x)",
  "score_pool4 = vgg.pool4 -> conv(21, 1)",
  "fuse = sum(up2, score_pool4, crop: auto)",
  "up16 = upsample(16x)",
  "score = crop(to: image)",
  "output score",
];
const fcn8 = [
  "up2 = vgg.fc7 -> conv(21, 1) -> upsample(2x)",
  "score_pool4 = vgg.pool4 -> conv(21, 1)",
  "up4 = sum(up2, score_pool4, crop: auto) -> upsample(2x)",
  "score_pool3 = vgg.pool3 -> conv(21, 1)",
  "up8 = sum(up4, score_pool3, crop: auto) -> upsample(8x)",
  "score = crop(to: image)",
  "output score",
];

/** Faults, and the sizes for which a net works. */
async function notesOf(text: string): Promise<string[]> {
  const { diagnostics } = await checked(text);
  const told = diagnostics.filter(({ code, severity }) => severity !== "note" || code === "valid-sizes");
  return told.map(({ severity, message }) => `${severity}: ${message}`);
}

const ceil =
  "with `round: ceil`, the default, on `pool1`, `pool2`, `pool3`, `pool4`, `pool5` it works for every H, W >= 1";
const multiples =
  "or admit only sizes that work: `where: [H mod 32 == 0]` on the input, and the same for its other side";

describe("floor pooling", () => {
  test("FCN-32s", async () => {
    const fault = await onlyFault(vggNet(vgg(100, `, ${floors}`), ...fcn32));
    expect(fault.message).toBe("`upscore` is too small to be cropped to `image` for H in 1..25 and H mod 32 in 14..25");
    expect(fault.primary?.message).toBe("and for the same W");
    expect(fault.notes).toEqual(["375, 500, 600, 720, 1080 px are among them", "the smallest H that works is 26"]);
    expect(fault.help).toEqual([ceil, "with `pad: 112` on `conv1_1` it works for every H, W >= 2", multiples]);
    expect(fault.related.map(({ message }) => message)).toEqual([
      "unit 0 is centred on image pixel -19",
      "shifts the grid by -99 px",
    ]);
  });

  test("FCN-16s", async () => {
    const fault = await onlyFault(vggNet(vgg(100, `, ${floors}`), ...fcn16));
    expect(fault.message).toBe("`up16` is too small to be cropped to `image` for H in 1..25 and H mod 32 in 22..25");
    expect(fault.help).toContain(ceil);
    expect(fault.help).toContain(multiples);
  });

  test("FCN-8s passes with a note", async () => {
    expect(await notesOf(vggNet(vgg(100, `, ${floors}`), ...fcn8))).toEqual(["note: `n` works for every H, W >= 26"]);
  });

  test("FCN-8s is refused where every size is wanted", async () => {
    const fault = await onlyFault(vggNet(vgg(100, `, ${floors}`), ...fcn8, "expect valid(H >= 1)"));
    expect(fault.message).toBe("the net fails for H in 1..25");
    expect(fault.primary?.message).toBe("it works for every H, W >= 26");
    expect(fault.help).toEqual([ceil, "with `pad: 113` on `conv1_1` it works for every H, W >= 1"]);
  });

  test("multiples of 32 alone", async () => {
    const text = vggNet(vgg(100, `, ${floors}`), ...fcn32);
    const restricted = text.replace("bgr[H, W, 3]", "bgr[H, W, 3] { where: [H mod 32 == 0, W mod 32 == 0] }");
    expect(await notesOf(restricted)).toEqual([]);
  });
});

describe("padding", () => {
  test("of 80 is too little, and 81 is proposed", async () => {
    const fault = await onlyFault(vggNet(vgg(80), ...fcn32));
    expect(fault.message).toBe("`upscore` begins 1 px inside `image`, so it cannot be cropped to it");
    expect(fault.primary?.message).toBe("the derived offset is -1");
    expect(fault.help).toEqual(["with `pad: 81` on `conv1_1` it works for every H, W >= 33"]);
  });

  test("of 81 does from 33 on", async () => {
    expect(await notesOf(vggNet(vgg(81), ...fcn32))).toEqual(["note: `n` works for every H, W >= 33"]);
  });

  test("of 81 is not enough where every size is wanted", async () => {
    const fault = await onlyFault(vggNet(vgg(81), ...fcn32, "expect valid(H >= 1, W >= 1)"));
    expect(fault.message).toBe("the net fails for H in 1..32, and for W in 1..32");
    expect(fault.related.map(({ message }) => message)).toEqual(["`fc6` is the first that fails"]);
    expect(fault.help).toEqual(["with `pad: 97` on `conv1_1` it works for every H, W >= 1"]);
  });
});

test("the kernel that brings AlexNet's scores onto the image", async () => {
  const fault = await onlyFault(
    net(
      "conv1 = image -> conv(96, 11, stride: 4, pad: 100)",
      "pool1 = maxpool(3, stride: 2)",
      "conv2 = conv(256, 5, pad: 2, groups: 2)",
      "pool2 = maxpool(3, stride: 2)",
      "conv3 = conv(256, 3, pad: 1)",
      "pool5 = maxpool(3, stride: 2)",
      "fc6 = conv(64, 6)",
      "score_fr = conv(21, 1)",
      "upscore = deconv(21, 64, stride: 32)",
      "score = crop(to: image)",
      "output score",
    ),
  );
  expect(fault.code).toBe("half-pixel-shift");
  expect(fault.primary?.message).toBe("the derived offset is 37/2");
  expect(fault.help).toEqual(["with `kernel: 63` on `upscore` the offset is 18"]);
});

test("sizes that differ on the two axes are said in one message", async () => {
  const fault = await onlyFault(
    net(
      "a = image -> conv(8, 3, pad: 1)",
      "b = maxpool(2x3, round: floor)",
      "c = deconv(8, 2x3, stride: 2x3)",
      "d = sum(a, c)",
      "output d",
    ),
  );
  expect(fault.message).toBe("`c` and `a` differ in size for H mod 2 = 1");
  expect(fault.primary?.message).toBe("and for W mod 3 in 1..2");
});

test("a question past the stated limit is undecided, never proved", async () => {
  const text = net(
    "a = image -> maxpool(65521, round: floor)",
    "b = deconv(8, 65521, stride: 65521)",
    "c = image -> maxpool(65519, round: floor)",
    "d = deconv(8, 65519, stride: 65519)",
    "e = sum(b, d)",
    "output e",
  );
  const fault = await onlyFault(text);
  expect([fault.code, fault.severity]).toEqual(["undecided", "warning"]);
  expect(fault.message).toBe("whether `d` and `b` differ in size for some H is undecided");
  const { diagnostics } = await checked(`${text.trimEnd().slice(0, -1)}  expect valid(H >= 1)\n}\n`);
  expect(diagnostics.map(({ code }) => code)).toContain("expectation");
});

test("an input's condition is part of what a net works for", async () => {
  const text = spec(
    "net n {",
    "  input image: rgb[H, W, 3] { where: [H >= 64, W mod 2 == 0] }",
    "  a = image -> conv(8, 9)",
    "  output a",
    "}",
  );
  expect(await notesOf(text)).toEqual(["note: `n` works for every H >= 64 and W >= 10 with W mod 2 = 0"]);
});
