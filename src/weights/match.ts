import { nearest } from "../diagnostics/suggest.js";
import type { Plan, Tensor } from "../model/plan.js";
import { ELEMENT_TYPES } from "./formats/element-types.js";
import { WeightsError } from "./errors.js";
import { checkFinite } from "./finite.js";
import { infoOf, initWeights } from "./init.js";
import type { Origin, PlanWeights } from "./plan-weights.js";
import type { TensorInfo, WeightSource } from "./source.js";

/** Where a file and a plan do not fit together. */
export type WeightProblem =
  /** The plan wants it, the file lacks it. `nearest` is a tensor of the file that nobody else wants. */
  | { readonly kind: "missing"; readonly wanted: TensorInfo; readonly nearest: TensorInfo | null }
  /** The file has it, the plan does not want it. `nearest` is a name that the plan wants and the file lacks. */
  | { readonly kind: "left-over"; readonly found: TensorInfo; readonly nearest: string | null }
  | {
      readonly kind: "misshapen";
      readonly wanted: TensorInfo;
      readonly dense: readonly [number, number] | null;
      readonly found: TensorInfo;
    }
  /** Of a type that weights cannot have: integers. */
  | { readonly kind: "mistyped"; readonly wanted: TensorInfo; readonly found: TensorInfo };

export interface WeightMatch {
  /**
   * The weights for the plan. Tensors that the file lacks, or has in another shape or type, come from their
   * initializers, so that whoever is told of the problems may go on all the same. Closing it closes the file.
   */
  readonly weights: PlanWeights;
  /** In the plan's order, then the file's. Generated tensors that a file lacks are none. */
  readonly problems: readonly WeightProblem[];
}

/**
 * Finds each tensor of the plan in a file: under its name, in its shape or as the dense layer that became a convolution.
 *
 * @param seed for the tensors that the file lacks
 */
export function matchWeights(plan: Plan, file: WeightSource, seed = 0): WeightMatch {
  const wantedNames = new Set(plan.tensors.map((tensor) => tensor.name));
  const leftOver = [...file.tensors.values()].filter(
    ({ name }) => !wantedNames.has(name) && !isCounter(name, wantedNames),
  );
  const absent = plan.tensors.filter((tensor) => !file.tensors.has(tensor.name) && !tensor.generated);
  const problems: WeightProblem[] = [];
  const origins = new Map<string, Origin>();

  for (const tensor of plan.tensors) {
    const wanted = infoOf(tensor);
    const found = file.tensors.get(tensor.name);
    const origin = found === undefined ? null : originOf(tensor, found);
    origins.set(tensor.name, origin ?? (tensor.generated ? "generated" : "init"));
    if (origin !== null) continue;
    if (found === undefined) {
      if (tensor.generated) continue;
      const name = nearest(
        tensor.name,
        leftOver.map((other) => other.name),
      );
      problems.push({ kind: "missing", wanted, nearest: name === null ? null : (file.tensors.get(name) ?? null) });
    } else if (isFloat(found)) problems.push({ kind: "misshapen", wanted, dense: tensor.denseShape, found });
    else problems.push({ kind: "mistyped", wanted, found });
  }
  for (const found of leftOver) {
    const name = nearest(
      found.name,
      absent.map((tensor) => tensor.name),
    );
    problems.push({ kind: "left-over", found, nearest: name });
  }
  return { weights: gather(plan, file, origins, seed), problems };
}

/** PyTorch counts the batches behind the statistics of batch normalization, in a tensor that predicting has no use for. */
function isCounter(name: string, wanted: ReadonlySet<string>): boolean {
  const counter = ".num_batches_tracked";
  return name.endsWith(counter) && wanted.has(`${name.slice(0, -counter.length)}.running_mean`);
}

/** How the file holds a tensor, or null where it does so in another shape or type. */
function originOf(tensor: Tensor, found: TensorInfo): Origin | null {
  if (!isFloat(found)) return null;
  if (isShape(found.shape, tensor.shape)) return "file";
  return tensor.denseShape !== null && isShape(found.shape, tensor.denseShape) ? "dense" : null;
}

const isFloat = ({ dtype }: TensorInfo): boolean => ELEMENT_TYPES[dtype]?.decode != null;

const isShape = (shape: readonly number[], other: readonly number[]): boolean =>
  shape.length === other.length && shape.every((size, axis) => size === other[axis]);

/** File and initializers behind the plan's names and shapes. */
function gather(plan: Plan, file: WeightSource, origins: ReadonlyMap<string, Origin>, seed: number): PlanWeights {
  const init = initWeights(plan, seed);
  return {
    title: file.title,
    // The types stay the file's: how exact a weight can be depends on them.
    tensors: new Map(
      plan.tensors.map((tensor) => {
        const origin = origins.get(tensor.name);
        const dtype = origin === "file" || origin === "dense" ? file.tensors.get(tensor.name)?.dtype : undefined;
        return [tensor.name, { ...infoOf(tensor), dtype: dtype ?? "F32" }];
      }),
    ),
    origins,
    async read(name, start, end, into) {
      const origin = origins.get(name);
      if (origin === undefined) throw new WeightsError(`the plan has no tensor \`${name}\``);
      if (origin === "init" || origin === "generated") return init.read(name, start, end, into);
      const values = await file.read(name, start, end, into);
      // A dense layer's [out, in] has the order of the convolution's OIHW: no element moves.
      checkFinite(file.title, name, file.tensors.get(name)?.shape ?? [], values, start);
      return values;
    },
    close: () => file.close(),
  };
}
