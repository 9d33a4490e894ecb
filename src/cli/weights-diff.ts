import { visible } from "../diagnostics/columns.js";
import { compareWeights, type WeightsDifference } from "../weights/compare.js";
import { WeightsError } from "../weights/errors.js";
import { openWeightFile } from "../weights/formats/index.js";
import type { TensorInfo, WeightFile } from "../weights/source.js";
import { interruptible } from "./interrupt.js";
import { print, printJson, progressLine, Stopped, tellError, type FormatOption } from "./output.js";

/** As `diff` does it: 0 for equal weights, 1 for different ones, 2 where they cannot be compared. */
const codes = { same: 0, different: 1, trouble: 2 } as const;

/** `fcnc weights diff A B`: what two files of weights differ in, whatever their formats. */
export async function run(a: string, b: string, options: FormatOption): Promise<void> {
  const files: WeightFile[] = [];
  const progress = progressLine("comparing:");
  try {
    for (const path of [a, b]) files.push(await openWeightFile(path));
    const [first, second] = files as [WeightFile, WeightFile];
    const difference = await interruptible((signal) =>
      compareWeights(first, second, { signal, onProgress: (done, total) => progress.update(done, total) }),
    );
    progress.end();
    if (options.format === "json") printJson({ a, b, ...difference });
    else print(render(difference, a, b));
    process.exitCode = difference.same ? codes.same : codes.different;
  } catch (error) {
    progress.end();
    if (!(error instanceof WeightsError)) throw error;
    tellError(error.message);
    process.exitCode = codes.trouble;
    throw new Stopped();
  } finally {
    for (const file of files) await file.close();
  }
}

function render(
  { same, onlyInA, onlyInB, shapes, types, values, equal }: WeightsDifference,
  a: string,
  b: string,
): string {
  if (same) return `the ${equal} tensors of ${a} and ${b} are equal`;
  const tensor = ({ name, shape, dtype }: TensorInfo): string => `  ${visible(name)} ${dtype} [${shape.join(", ")}]`;
  const part = (head: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [head, ...lines]);
  return [
    ...part(`only in ${a}:`, onlyInA.map(tensor)),
    ...part(`only in ${b}:`, onlyInB.map(tensor)),
    ...part(
      "shapes:",
      shapes.map((found) => `  ${visible(found.name)}: [${found.a.join(", ")}] and [${found.b.join(", ")}]`),
    ),
    ...part(
      "types:",
      types.map((found) => `  ${visible(found.name)}: ${found.a} and ${found.b}`),
    ),
    ...part(
      "values:",
      values.map(({ name, elements, differing, largest, mean }) => {
        const amount = largest === null ? "" : `, by ${shown(largest)} at most and ${shown(mean ?? 0)} on average`;
        return `  ${visible(name)}: ${differing} of ${elements} differ${amount}`;
      }),
    ),
    `${equal} ${equal === 1 ? "tensor is" : "tensors are"} equal`,
  ].join("\n");
}

const shown = (value: number): string => String(Number(value.toPrecision(4)));
