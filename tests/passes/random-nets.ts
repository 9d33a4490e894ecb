/**
 * Random nets as texts, and what they do to one side of an image computed by Caffe's rules word for word, one size at a
 * time: independent of the compiler, which decides for all sizes at once.
 */
import fc from "fast-check";

type Step =
  | {
      readonly kind: "conv";
      readonly kernel: number;
      readonly stride: number;
      readonly pad: number;
      readonly dilation: number;
    }
  | {
      readonly kind: "pool";
      readonly kernel: number;
      readonly stride: number;
      readonly pad: number;
      readonly ceil: boolean;
    }
  | { readonly kind: "deconv"; readonly kernel: number; readonly stride: number; readonly pad: number }
  | { readonly kind: "up"; readonly factor: number };

/** A value of the net: the image, a step on an earlier value, a crop, or a sum whose second map is cropped. */
type Value =
  | { readonly kind: "image" }
  | { readonly kind: "step"; readonly step: Step; readonly of: number }
  | { readonly kind: "crop"; readonly of: number; readonly to: number }
  | { readonly kind: "sum"; readonly first: number; readonly second: number };

export type Net = readonly Value[];

export interface Condition {
  readonly text: string;
  readonly admits: (size: number) => boolean;
}

export function netText(net: Net, conditions: readonly Condition[]): string {
  const where = conditions.length > 0 ? ` { where: [${conditions.map(({ text }) => text).join(", ")}] }` : "";
  const lines = net.map((value, index) => {
    const name = (of: number): string => (of === 0 ? "image" : `v${of}`);
    switch (value.kind) {
      case "image":
        return `input image: raw[H, W, 2]${where}`;
      case "step":
        return `v${index} = ${name(value.of)} -> ${stepText(value.step)}`;
      case "crop":
        return `v${index} = ${name(value.of)} -> crop(to: ${name(value.to)})`;
      case "sum":
        return `v${index} = sum(${name(value.first)}, ${name(value.second)}, crop: auto)`;
    }
  });
  return `fcn 1\nnet n {\n${lines.map((line) => `  ${line}\n`).join("")}  output v${net.length - 1}\n}\n`;
}

function stepText(step: Step): string {
  switch (step.kind) {
    case "conv":
      return `conv(2, ${step.kernel}, stride: ${step.stride}, pad: ${step.pad}, dilation: ${step.dilation})`;
    case "pool":
      return `maxpool(${step.kernel}, stride: ${step.stride}, pad: ${step.pad}, round: ${step.ceil ? "ceil" : "floor"})`;
    case "deconv":
      return `deconv(2, ${step.kernel}, stride: ${step.stride}, pad: ${step.pad})`;
    case "up":
      return `upsample(${step.factor}x)`;
  }
}

/** Size, and where unit 0 lies and how far units are apart, in pixels of the image. */
interface Side {
  readonly size: number;
  readonly origin: number;
  readonly stride: number;
}

/** Whether all maps that the output needs are there and fit, for an image of this side. */
export function works(net: Net, side: number): boolean {
  const sides: (Side | null)[] = [];
  for (const value of net) sides.push(sideOf(value, sides, side));
  return sides.at(-1) !== null;
}

function sideOf(value: Value, sides: readonly (Side | null)[], image: number): Side | null {
  if (value.kind === "image") return { size: image, origin: 0, stride: 1 };
  if (value.kind === "step") {
    const input = sides[value.of];
    const output = input ? after(value.step, input) : null;
    return output && output.size >= 1 ? output : null;
  }
  const [own, reference] =
    value.kind === "crop" ? [sides[value.of], sides[value.to]] : [sides[value.second], sides[value.first]];
  if (!own || !reference) return null;
  const offset = (reference.origin - own.origin) / own.stride;
  return offset + reference.size <= own.size ? reference : null;
}

function after(step: Step, { size, origin, stride }: Side): Side {
  switch (step.kind) {
    case "conv": {
      const extent = step.dilation * (step.kernel - 1) + 1;
      const numerator = size + 2 * step.pad - extent;
      return {
        size: numerator < 0 ? 0 : Math.trunc(numerator / step.stride) + 1,
        origin: origin + stride * ((extent - 1) / 2 - step.pad),
        stride: stride * step.stride,
      };
    }
    case "pool": {
      const quotient = (size + 2 * step.pad - step.kernel) / step.stride;
      let pooled = (step.ceil ? Math.ceil(quotient) : Math.floor(quotient)) + 1;
      if (step.pad > 0 && (pooled - 1) * step.stride >= size + step.pad) pooled--;
      return {
        size: pooled,
        origin: origin + stride * ((step.kernel - 1) / 2 - step.pad),
        stride: stride * step.stride,
      };
    }
    case "deconv":
    case "up": {
      const factor = step.kind === "up" ? step.factor : step.stride;
      const kernel = step.kind === "up" ? 2 * factor - (factor % 2) : step.kernel;
      const pad = step.kind === "up" ? 0 : step.pad;
      return {
        size: factor * (size - 1) + kernel - 2 * pad,
        origin: origin - (stride / factor) * ((kernel - 1) / 2 - pad),
        stride: stride / factor,
      };
    }
  }
}

const upTo = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });

const conv = fc
  .record({ kernel: upTo(7), stride: upTo(2), pad: upTo(8, 0), dilation: upTo(2) })
  .map((step): Step => ({ kind: "conv", ...step }));
const pool = fc
  .record({ kernel: upTo(3), stride: upTo(3), pad: upTo(1, 0), ceil: fc.boolean() })
  .map((step): Step => ({ kind: "pool", ...step, pad: Math.min(step.pad, step.kernel - 1) }));
const deconv = fc
  .record({ kernel: upTo(6), stride: upTo(3), pad: upTo(3, 0) })
  .map((step): Step => ({ kind: "deconv", ...step }));

/** A chain of anything. */
export const chain: fc.Arbitrary<Net> = fc
  .array(fc.oneof(conv, pool, deconv), { minLength: 1, maxLength: 7 })
  .map((steps) => [{ kind: "image" }, ...steps.map((step, of): Value => ({ kind: "step", step, of }))]);

/** A trunk of halvings with a decoder that fuses what it passed on the way down, cropped to the image at the end. */
export const branches: fc.Arbitrary<Net> = fc
  .record({
    pad: upTo(40, 0),
    stages: fc.array(fc.record({ kernel: fc.constantFrom(1, 3, 5), pad: upTo(2, 0), ceil: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    }),
    deep: fc.constantFrom(1, 3, 7),
    skips: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  })
  .map(({ pad, stages, deep, skips }) => {
    const net: Value[] = [{ kind: "image" }];
    const add = (value: Value): number => net.push(value) - 1;
    const step = (of: number, made: Step): number => add({ kind: "step", step: made, of });
    const plain = (kernel: number, padding: number): Step => ({
      kind: "conv",
      kernel,
      stride: 1,
      pad: padding,
      dilation: 1,
    });
    const down: number[] = [];
    let value = step(0, plain(3, pad));
    for (const stage of stages) {
      value = step(value, plain(stage.kernel, stage.pad));
      down.push(value);
      value = step(value, { kind: "pool", kernel: 2, stride: 2, pad: 0, ceil: stage.ceil });
    }
    value = step(value, plain(deep, 0));
    for (const [index, skip] of down.toReversed().entries()) {
      value = step(value, { kind: "up", factor: 2 });
      if (skips[index]) value = add({ kind: "sum", first: value, second: skip });
    }
    add({ kind: "crop", of: value, to: 0 });
    return net;
  });

/** Up to two conditions on the height. */
export const conditions: fc.Arbitrary<readonly Condition[]> = fc.array(
  fc.oneof(
    upTo(60).map((least): Condition => ({ text: `H >= ${least}`, admits: (size) => size >= least })),
    fc.record({ modulus: upTo(12), rest: upTo(11, 0) }).map(({ modulus, rest }): Condition => ({
      text: `H mod ${modulus} == ${rest % modulus}`,
      admits: (size) => size % modulus === rest % modulus,
    })),
  ),
  { maxLength: 1 },
);
