/** Labels as a net's output is trained on them. */
import type { Pair, PlanOutput } from "../model/plan.js";
import { DataError, VOID } from "./dataset.js";

/**
 * Labels as int32, with the output's ignore label where they are void.
 *
 * @param file that they are of, for messages
 * @returns them, and how many of their pixels count
 * @throws {DataError} for a class that the output does not have, and for void pixels where it ignores none
 */
export function truthOf(
  indices: Uint8Array | Uint16Array,
  [, width]: Pair,
  output: PlanOutput,
  file: string,
): { readonly labels: Int32Array<ArrayBuffer>; readonly counted: number } {
  const { classes, ignore } = output;
  const labels = new Int32Array(indices.length);
  let counted = 0;
  for (let i = 0; i < indices.length; i += 1) {
    const index = indices[i]!;
    const isVoid = index === VOID;
    if (isVoid ? ignore === null : index >= classes) throw refused(index, i, width, output, file);
    const value = isVoid ? ignore! : index;
    if (value !== ignore) counted += 1;
    labels[i] = value;
  }
  return { labels, counted };
}

function refused(index: number, at: number, width: number, { name, classes }: PlanOutput, file: string): DataError {
  const place = `${file}: the pixel in row ${Math.floor(at / width)}, column ${at % width}`;
  if (index === VOID)
    return new DataError(`${place} is void (${VOID}), and output \`${name}\` counts every pixel`, [
      `let the net ignore it: \`output ${name} { ignore: ${VOID} }\``,
    ]);
  return new DataError(
    `${place} is of class ${index}, and output \`${name}\` has ${classes} classes, 0 to ${classes - 1}`,
    [
      "give the net as many classes as the labels have; `fcnc data check` lists the labels of a whole dataset",
      `pixels that are not to count are ${VOID}`,
    ],
  );
}
