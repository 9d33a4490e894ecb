import type { PlanOutput } from "../../src/model/plan.js";
import { element, FLOAT, INT, type NativeGraph } from "./graph.js";
import { uniform, type Draws } from "./random.js";
import type { HeadRecipe, LossRecipe } from "./recipe.js";

export interface HeadLoss {
  /** float32 scalar, with the head's weight in it. */
  readonly loss: string;
  /** Of the loss by the scores, in their shape. */
  readonly gradient: string;
}

/**
 * Softmax cross-entropy of each pixel, with its gradient: TensorFlow computes both at once.
 *
 * `sum` adds up over pixels and takes the mean over the images of a batch, as the published nets do (Caffe's
 * `normalize: false`); `mean` divides by the pixels that count, of all images. Pixels of the ignore label, and those that
 * sampling leaves out, count for nothing. With weights of classes a pixel counts as much as its class, also in the mean.
 * A label that is no class is refused by TensorFlow on the processor, and makes the loss NaN on a GPU.
 *
 * @param scores [N, H, W, C]
 * @param labels int32 [N, H, W]
 */
export function headLoss(
  graph: NativeGraph,
  name: string,
  scores: string,
  labels: string,
  output: PlanOutput,
  { reduce, sample }: LossRecipe,
  { weight, classWeights }: HeadRecipe,
  draws: Draws,
  place: number,
): HeadLoss {
  const shape = graph.shapeOf(scores, `${name}/shape`);
  const flatScores = graph.reshape(`${name}/scores`, scores, graph.integers([-1, output.classes]));
  const flatLabels = graph.reshape(`${name}/labels`, labels, graph.integers([-1]), INT);
  const flatShape = graph.node(`${name}/pixels`, "Shape", [flatLabels], { T: INT, out_type: INT });

  const shares: string[] = [];
  let known = flatLabels;
  if (output.ignore !== null) {
    const valid = graph.typed(`${name}/valid`, "NotEqual", [flatLabels, graph.integers(output.ignore)], INT);
    known = graph.typed(`${name}/known`, "SelectV2", [valid, flatLabels, graph.integers(0)], INT);
    shares.push(graph.cast(`${name}/counts`, valid, "bool", "float32"));
  }
  if (classWeights !== null) {
    const table = graph.constant({ dtype: "float32", shape: [classWeights.length], values: classWeights });
    const attributes = { Tparams: FLOAT, Tindices: INT, Taxis: INT };
    shares.push(graph.node(`${name}/class_weights`, "GatherV2", [table, known, graph.integers(0)], attributes));
  }
  if (sample < 1) {
    const numbers = uniform(graph, `${name}/sample`, flatShape, draws, place);
    const kept = graph.typed(`${name}/kept`, "Less", [numbers, graph.float(sample)]);
    shares.push(graph.cast(`${name}/sampled`, kept, "bool", "float32"));
  }
  const counted = shares.length === 0 ? null : shares.reduce((a, b) => graph.typed(`${name}/share`, "Mul", [a, b]));

  const entropy = graph.node(`${name}/entropy`, "SparseSoftmaxCrossEntropyWithLogits", [flatScores, known], {
    T: FLOAT,
    Tlabels: INT,
  });
  const losses = counted === null ? entropy : graph.typed(`${name}/counted`, "Mul", [entropy, counted]);
  const total = graph.sum(`${name}/total`, losses, graph.integers([0]));
  const factor = normalizer(graph, name, reduce, shape, flatShape, counted, weight);
  const loss = graph.typed(name, "Mul", [total, factor]);

  // Of each pixel [M, 1], to be stretched over its classes.
  const scale =
    counted === null
      ? factor
      : graph.reshape(
          `${name}/scale`,
          graph.typed(`${name}/scaled`, "Mul", [counted, factor]),
          graph.integers([-1, 1]),
        );
  const flat = graph.typed(`${name}/gradient/flat`, "Mul", [`${entropy}:1`, scale]);
  return { loss, gradient: graph.reshape(`${name}/gradient`, flat, shape) };
}

/** What the sum is multiplied by: the head's weight over the number of images, or over what counts, if anything does. */
function normalizer(
  graph: NativeGraph,
  name: string,
  reduce: LossRecipe["reduce"],
  shape: string,
  flatShape: string,
  counted: string | null,
  weight: number,
): string {
  const whole = (part: string, value: string) => graph.cast(`${name}/${part}`, value, "int32", "float32");
  const divisor =
    reduce === "sum"
      ? whole("images", graph.at(`${name}/batch`, shape, 0))
      : counted === null
        ? whole("area", graph.at(`${name}/count`, flatShape, 0))
        : graph.sum(`${name}/area`, counted, graph.integers([0]));
  return graph.node(`${name}/normalizer`, "DivNoNan", [graph.float(weight), divisor], { T: element("float32") });
}
