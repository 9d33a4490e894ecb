import type { Blob, Problem } from "../model/layer-kind.js";

/** The channels of maps that are merged element by element, or why they cannot be. */
export function sameChannels(inputs: readonly number[], verb: string): number | Problem {
  const [first = 0, ...others] = inputs;
  const other = others.find((channels) => channels !== first);
  if (other === undefined) return first;
  return {
    problem: `maps of ${first} and of ${other} channels cannot be ${verb}`,
    help: `bring them to one number of channels first, as with \`conv(${first}, 1)\`, or join them with \`concat\``,
  };
}

/** Why channels do not fall evenly into groups, or null where they do. */
export function unevenGroups(input: number, output: number, groups: number): Problem | null {
  if (input % groups !== 0)
    return { problem: `${input} input channels do not fall into ${groups} groups`, parameter: "groups" };
  if (output % groups !== 0)
    return { problem: `${output} channels do not fall into ${groups} groups`, parameter: "groups" };
  return null;
}

/** A learned bias [C], which starts at zero. */
export function biasOf(channels: number, fanIn: number): Blob {
  return { key: "bias", role: "vector", shape: [channels], fanIn, init: { kind: "zero" }, frozen: false };
}
