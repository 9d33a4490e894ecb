/** A net as it is and rarefied, with one set of weights, and how the scores of both are compared. */
import { prepareStitch, isFault, type Stitch } from "../../src/stitch/stitch.js";
import { runStitched, type DenseMap } from "../../src/stitch/interlace.js";
import type { LoadedModel, Value } from "../../src/engines/engine.js";
import type { Plan, Tensor } from "../../src/model/plan.js";
import { toNumber } from "../../src/model/rational.js";
import { planGeometry } from "../../src/model/plan-geometry.js";
import { bits, signed, stream } from "../../src/weights/random.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import { compileText } from "../numbers/compiled.js";
import { chosenWeights } from "../numbers/weights.js";

export interface Specimen {
  /** The members of the backbone, as lines; lines before `---` stand before it. */
  readonly backbone: string;
  /** What its use says beside `rarefy`. */
  readonly use?: string;
  readonly rarefy: readonly string[];
  readonly input?: string;
}

export const LAYER = "score";

export function textOf({ backbone, use = "", input = "raw[H, W, 2]" }: Specimen, rarefy: readonly string[]): string {
  const [before, members] = backbone.includes("---") ? backbone.split("---") : ["", backbone];
  const settings = [use, rarefy.length > 0 ? `rarefy: [${rarefy.join(", ")}]` : ""].filter((part) => part !== "");
  return `fcn 1
${before}
backbone trunk {
  ${members?.includes("input ") ? "" : "input image: raw[32, 32, 2]"}${members}
}
net whole {
  input image: ${input}
  trunk = image -> trunk { ${settings.length > 0 ? settings.join(", ") : "without: []"} }
  score = trunk -> conv(3, 1)
  output score
}
`;
}

export interface Pair {
  readonly plain: Plan;
  readonly rarefied: Plan;
  readonly stitch: Stitch;
}

export async function compilePair(specimen: Specimen): Promise<Pair> {
  const plain = await compileText(textOf(specimen, []));
  const rarefied = await compileText(textOf(specimen, specimen.rarefy));
  const stitch = prepareStitch(plain, LAYER);
  if (isFault(stitch)) throw new Error(stitch.fault);
  return { plain, rarefied, stitch };
}

/** Random ones that depend on the tensor's name alone, biases too. */
export function weightsOf(plan: Plan): PlanWeights {
  const streams = new Map<string, ReturnType<typeof stream>>();
  return chosenWeights(plan, (tensor: Tensor, index) => {
    const numbers = streams.get(tensor.name) ?? stream(3, tensor.name);
    streams.set(tensor.name, numbers);
    return Math.fround(signed(bits(numbers, index)) * (tensor.role === "vector" ? 0.5 : Math.sqrt(3 / tensor.fanIn)));
  });
}

export async function stitched(stitch: Stitch, model: Pick<LoadedModel, "run">, picture: Value): Promise<DenseMap> {
  const map = await runStitched(stitch, model, picture);
  if (isFault(map)) throw new Error(map.fault);
  return map;
}

export interface Compared {
  /** Units that both have and that are held to be equal. */
  readonly units: number;
  /** Units of the rarefied map. */
  readonly all: number;
  /** The largest difference, as a part of the largest value. */
  readonly most: number;
}

/**
 * The rarefied scores against the stitched ones: `everywhere`, or where a unit's whole field lies on the picture. Where
 * the rarefied net has kept a stride it has one unit for so many of the stitched.
 */
export function compareScores(
  pair: Pair,
  dense: DenseMap,
  value: Value,
  picture: Value,
  everywhere: boolean,
): Compared {
  const { y, x } = geometryOf(pair.rarefied);
  const [, height = 0, width = 0, channels = 0] = value.shape;
  const [, rows = 0, columns = 0] = picture.shape;
  let [units, most, largest] = [0, 0, 0];
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) {
      if (!everywhere && !(lies(y, i, rows) && lies(x, j, columns))) continue;
      const [down, across] = [i * y.stride, j * x.stride];
      if (down >= dense.height || across >= dense.width) throw new Error(`${i}, ${j} is not among the stitched`);
      units++;
      for (let c = 0; c < channels; c++) {
        const own = value.data[(i * width + j) * channels + c] ?? NaN;
        const other = dense.data[(down * dense.width + across) * channels + c] ?? NaN;
        const difference = Math.abs(own - other);
        most = difference <= most ? most : Number.isNaN(difference) ? Infinity : difference;
        largest = Math.max(largest, Math.abs(other));
      }
    }
  return { units, all: height * width, most: most === 0 ? 0 : most / largest };
}

interface Place {
  readonly stride: number;
  readonly origin: number;
  readonly field: number;
}

/** Where the units of the score lie. */
export function geometryOf(plan: Plan): { readonly y: Place; readonly x: Place } {
  const { y, x } = planGeometry(plan).get(LAYER) ?? {};
  if (!y?.grid || !x?.grid) throw new Error("no grid");
  const place = ({ stride, origin, field }: typeof y.grid): Place => ({
    stride: toNumber(stride),
    origin: toNumber(origin),
    field: toNumber(field),
  });
  return { y: place(y.grid), x: place(x.grid) };
}

function lies({ stride, origin, field }: Place, unit: number, pixels: number): boolean {
  const [centre, half] = [origin + stride * unit, (field - 1) / 2];
  return centre - half >= 0 && centre + half <= pixels - 1;
}
