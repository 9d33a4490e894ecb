/** Datasets in memory, and plans of nets that are one convolution, for tests of the way from one to the other. */
import { compile } from "../../src/compile.js";
import { DataError, type Dataset, type Example } from "../../src/data/dataset.js";
import { memoryHost } from "../../src/host.js";
import type { Plan } from "../../src/model/plan.js";

/** The plan of a net of these lines. */
export async function planOf(...lines: readonly string[]): Promise<Plan> {
  const { plan, diagnostics } = await compile(`fcn 1\nnet tiny {\n${lines.join("\n")}\n}\n`, memoryHost({}));
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return plan;
}

/** A net that scores three classes from a picture, and ignores 255. */
export const tinyPlan = (output = "{ ignore: 255 }"): Promise<Plan> =>
  planOf("input image: rgb[H, W, 3] { mean: [10, 20, 30] }", "score = image -> conv(3, 1)", `output score ${output}`);

/**
 * Pictures of [height, width] by number, with samples that differ from picture to picture and from pixel to pixel, and
 * with labels 0, 1, 2, 255 by turns.
 */
export function memoryDataset(sizes: readonly (readonly [number, number])[], more: Partial<Dataset> = {}): Dataset {
  const names = sizes.map((_, index) => `picture${index}`);
  return {
    title: "memory()",
    names,
    parts: ["image"],
    labelSets: [{ name: "classes", classes: null }],
    filesOf: (index) => [`${names[index]}.jpg`, `${names[index]}.png`],
    read: (index) => Promise.resolve(exampleOf(names[index]!, index, sizes[index]!)),
    ...more,
  };
}

export function exampleOf(name: string, index: number, [height, width]: readonly [number, number]): Example {
  const data = Uint8Array.from({ length: 3 * height * width }, (_, i) => (37 * index + i) % 251);
  const indices = Uint8Array.from({ length: height * width }, (_, i) => [0, 1, 2, 255][(index + i) % 4]!);
  return {
    name,
    images: { image: { width, height, channels: 3, depth: 8, data, notes: [] } },
    labels: { classes: { width, height, indices } },
  };
}

/** What a promise is refused with: the message and its help. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DataError)) throw new Error(`no DataError but ${String(error)}`);
  return [error.message, ...error.help].join("\n");
}
