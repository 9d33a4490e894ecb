import type { Problem } from "../model/layer-kind.js";

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
