import { realpath, stat } from "node:fs/promises";
import { matches } from "../../targets/storage.js";
import { byExtension, formats, openWeightFile } from "../weights/formats/index.js";
import type { WeightFormat } from "../weights/formats/format.js";
import { tensorsToWrite } from "../weights/formats/tensor-bytes.js";
import { countedMean } from "../weights/counters.js";
import type { WeightFile } from "../weights/source.js";
import { castWeights, selectWeights, type FloatType } from "../weights/view.js";
import { Fault, UsageError } from "./fail.js";
import { interruptible } from "./interrupt.js";
import { megabytes, print, printJson, progressLine, tellNote, type FormatOption } from "./output.js";
import { admitPlace } from "./write-file.js";

interface ConvertOptions extends FormatOption {
  readonly to?: string;
  readonly dtype?: string;
  readonly without?: readonly string[];
}

/** `fcnc weights convert IN OUT`: the same numbers in another format, or in another type. */
export async function run(from: string, to: string, options: ConvertOptions): Promise<void> {
  const format = await formatOf(to, options.to);
  if (format.name !== "tfjs") await admitPlace(to);
  if (await isOneFile(from, to)) throw new Fault(`${from} and ${to} are one file`, ["write to another file"]);
  const original = await openWeightFile(from);
  const progress = progressLine("converting:");
  try {
    const { file, left, counters } = leaveOut(original, options.without ?? [], format);
    const source = options.dtype === undefined ? file : castWeights(file, options.dtype.toUpperCase() as FloatType);
    const tensors = tensorsToWrite(format, to, source);
    const changed = tensors.flatMap(({ name, dtype }) => {
      const { dtype: was = dtype, stored } = original.tensors.get(name) ?? {};
      const cast = source.tensors.get(name)?.dtype ?? was;
      if (was === cast && cast === dtype && stored === undefined) return [];
      const wrapped = cast === dtype || cast === was ? dtype : `${dtype} (rounded to ${cast})`;
      return [{ name, from: stored === undefined ? was : `${was} (${stored})`, to: wrapped }];
    });
    await interruptible(async (signal) =>
      format.write?.(to, source, {
        metadata: source.metadata,
        signal,
        onProgress: (done, total) => progress.update(done, total),
      }),
    );
    progress.end();
    const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    if (options.format === "json")
      printJson({ from, to, format: format.name, tensors: tensors.length, bytes, changed, left });
    else {
      print(`wrote ${to} (${format.name}): ${tensors.length} tensors, ${megabytes(bytes)}`);
      for (const line of sayChanges(changed)) tellNote(line);
      const named = left.filter((name) => !counters.includes(name));
      if (named.length > 0) tellNote(`left out: ${named.join(", ")}`);
      if (counters.length > 0)
        tellNote(
          `left out, as ${format.name} holds no ${original.tensors.get(counters[0] ?? "")?.dtype} and no net uses them ` +
            `to predict: ${counters.length > 3 ? `${counters.length} counters of batches` : counters.join(", ")}`,
        );
    }
  } finally {
    progress.end();
    await original.close();
  }
}

async function formatOf(path: string, named: string | undefined): Promise<WeightFormat> {
  const written = formats.filter(({ write }) => write !== null);
  const folder = formats.find(({ name }) => name === "tfjs") ?? null;
  const isFolder = /[/\\]$/.test(path) || (await stat(path).catch(() => null))?.isDirectory() === true;
  const found =
    named === undefined ? (isFolder ? folder : byExtension(path)) : written.find(({ name }) => name === named);
  if (found?.write) return found;
  const names = written.map(({ name, extensions }) => `${name} (${extensions[0] ?? ""})`).join(", ");
  throw new UsageError(
    found ? `${found.name} is read, and not written` : `the extension of \`${path}\` names no format that is written`,
    [`formats are ${names}: \`--to\` names one; a name that ends with \`/\` is a folder for tfjs`],
  );
}

async function isOneFile(from: string, to: string): Promise<boolean> {
  const places = await Promise.all([from, to].map((path) => realpath(path).catch(() => path)));
  return places[0] === places[1];
}

/** What stays, and the names of what does not: what the user names, and counters that the format cannot hold. */
function leaveOut(
  file: WeightFile,
  patterns: readonly string[],
  format: WeightFormat,
): { file: WeightFile; left: string[]; counters: string[] } {
  const names = [...file.tensors.keys()];
  const idle = patterns.find((pattern) => !names.some((name) => matches(pattern, name)));
  if (idle !== undefined)
    throw new Fault(`no tensor of ${file.title} fits \`--without ${idle}\``, ["`fcnc weights list` shows their names"]);
  const named = new Set(names.filter((name) => patterns.some((pattern) => matches(pattern, name))));
  const counters = [...file.tensors.values()]
    .filter((tensor) => !named.has(tensor.name) && countedMean(file, tensor) && format.holds(tensor.dtype) === null)
    .map(({ name }) => name);
  const left = new Set([...named, ...counters]);
  if (names.length > 0 && left.size === names.length)
    throw new Fault(`nothing of ${file.title} would be left to write`, ["leave fewer tensors out (`--without`)"]);
  return { file: selectWeights(file, (name) => !left.has(name)), left: [...left], counters };
}

/** One line for each kind of change, with the names where they are few. */
function sayChanges(changed: readonly { name: string; from: string; to: string }[]): string[] {
  const kinds = new Map<string, string[]>();
  for (const { name, from, to } of changed) {
    const kind = `${from.replace(/, .*\)/, ")")} became ${to}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  }
  return [...kinds].map(
    ([kind, names]) => `${kind}: ${names.length > 3 ? `${names.length} tensors` : names.join(", ")}`,
  );
}
