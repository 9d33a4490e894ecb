/** Nets whose pictures are looked at: the library, and what it lacks. */
import { readdirSync } from "node:fs";
import { compile } from "../../src/compile.js";
import type { Plan } from "../../src/model/plan.js";
import { nodeHost } from "../../src/node-host.js";

const specs = new URL("../../specs/", import.meta.url);

export const library: readonly string[] = readdirSync(specs).filter((name) => name.endsWith(".fcn"));

export async function planOfSpec(name: string): Promise<Plan> {
  return expectPlan(await compile({ path: new URL(name, specs).pathname }, nodeHost));
}

export async function planOfText(text: string): Promise<Plan> {
  return expectPlan(await compile({ text }, nodeHost));
}

function expectPlan({ plan, diagnostics }: Awaited<ReturnType<typeof compile>>): Plan {
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return plan;
}

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `  ${line(i + 1)}`).join("\n");

export const inventions: Readonly<Record<string, string>> = {
  smallest: `fcn 1
net smallest {
  input x: raw[64, 48, 5]
  y = conv(2, 1)
  output y
}`,
  chain: `fcn 1
net chain {
  input image: rgb[H, W, 3]
${lines(200, (i) => `conv${i} = conv(16, 3, pad: 1) -> relu`)}
  score = conv(4, 1)
  output score
}`,
  "long names": `fcn 1
net long_names {
  input image: rgb[H, W, 3]
${lines(200, (i) => `layer_with_a_name_of_some_length_${i} = ${i % 40 === 0 ? "maxpool(2)" : `conv(${8 + (i % 7) * 8}, 3, pad: 1) -> relu`}`)}
  score = conv(4, 1)
  up = upsample(32x)
  out = crop(to: image)
  output out
}`,
  hourglass: `fcn 1
net hourglass {
  input image: rgb[64, 64, 3]
  a1 = conv(16, 3, pad: 1) -> relu
  a2 = maxpool(2) -> conv(32, 3, pad: 1) -> relu
  a3 = maxpool(2) -> conv(64, 3, pad: 1) -> relu
  u1 = deconv(32, 2, stride: 2)
  f1 = sum(u1, a2)
  u2 = deconv(16, 2, stride: 2)
  f2 = sum(u2, a1)
  b1 = conv(16, 3, pad: 1) -> relu
  b2 = maxpool(2) -> conv(32, 3, pad: 1) -> relu
  b3 = maxpool(2) -> conv(64, 3, pad: 1) -> relu
  v1 = deconv(32, 2, stride: 2)
  g1 = sum(v1, b2)
  v2 = deconv(16, 2, stride: 2)
  g2 = sum(v2, b1)
  score = conv(5, 1)
  aux = f2 -> conv(5, 1)
  output score
  output aux
}`,
  "three heads": `fcn 1
net heads {
  input image: rgb[64, 64, 3]
  c1 = conv(16, 3, pad: 1) -> relu
  c2 = maxpool(2) -> conv(32, 3, pad: 1) -> relu
  p2 = maxpool(2)
  c3 = conv(64, 3, pad: 1) -> relu
  c4 = maxpool(2) -> conv(64, 3, pad: 1) -> relu
  sa = c4 -> conv(3, 1)
  ua = deconv(3, 2, stride: 2)
  sa3 = p2 -> conv(3, 1)
  fa = sum(ua, sa3)
  ua2 = deconv(3, 4, stride: 4)
  sb = c4 -> conv(4, 1)
  ub = deconv(4, 2, stride: 2)
  sb3 = p2 -> conv(4, 1)
  fb = sum(ub, sb3)
  ub2 = deconv(4, 4, stride: 4)
  sc = c4 -> conv(5, 1)
  uc = deconv(5, 8, stride: 8)
  early = c2 -> conv(6, 1)
  output ua2
  output ub2
  output uc
  output early
}`,
  residual: `fcn 1
net residual {
  input image: rgb[H, W, 3]
  stem = conv(16, 3, pad: 1) -> relu
${lines(9, (i) => {
  const before = i === 1 ? "stem" : `res${i - 1}_sum`;
  return `res${i}_a = ${before} -> conv(16, 3, pad: 1) -> relu
  res${i}_b = conv(16, 3, pad: 1)
  res${i}_sum = sum(${before}, res${i}_b) -> relu`;
})}
  score = conv(4, 1)
  output score
}`,
};
