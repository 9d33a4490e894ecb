import { FLOAT, INT, LONG, type NativeGraph } from "./graph.js";

/**
 * Uniform numbers in [0, 1) of a shape. They follow from the run's seed, the step and `place` alone, so that a run which
 * goes on later draws what it would have drawn.
 *
 * @param places how many draws a step has: the `place` of each is its own
 */
export interface Draws {
  readonly seed: string;
  readonly step: string;
  readonly places: number;
}

export function uniform(graph: NativeGraph, name: string, shape: string, draws: Draws, place: number): string {
  const long = (part: string, value: string) => graph.cast(`${name}/${part}`, value, "int32", "int64");
  const constant = (value: number) => graph.constant({ dtype: "int64", shape: [], values: [value] });
  const steps = graph.typed(`${name}/steps`, "Mul", [long("step", draws.step), constant(draws.places)], LONG);
  const number = graph.typed(`${name}/number`, "AddV2", [steps, constant(place)], LONG);
  const seed = graph.pack(`${name}/seeds`, [long("seed", draws.seed), number], LONG);
  const attributes = { dtype: FLOAT, T: INT, Tseed: LONG };
  return graph.node(name, "StatelessRandomUniform", [shape, seed], attributes);
}

/** Caffe's rule: a unit is kept with probability 1 - rate, and what is kept is divided by that. */
export function dropout(
  graph: NativeGraph,
  name: string,
  value: string,
  rate: number,
  draws: Draws,
  place: number,
): string {
  const numbers = uniform(graph, `${name}/numbers`, graph.shapeOf(value, `${name}/shape`), draws, place);
  const kept = graph.typed(`${name}/kept`, "GreaterEqual", [numbers, graph.float(rate)]);
  const mask = graph.cast(`${name}/mask`, kept, "bool", "float32");
  const scaled = graph.typed(`${name}/scale`, "Mul", [mask, graph.float(1 / (1 - rate))]);
  return graph.typed(name, "Mul", [value, scaled]);
}
