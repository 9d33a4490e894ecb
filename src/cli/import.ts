import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { TEXT_LIMITS } from "../caffe/text.js";
import { importCaffe, type CaffeText, type ImportResult, type Imported } from "../caffe/import/import.js";
import { isBilinear, renamedWeights } from "../caffe/import/weights.js";
import { diagnosticsJson } from "../diagnostics/json.js";
import { renderTerminal, summaryLine } from "../diagnostics/terminal.js";
import { nodeHost } from "../node-host.js";
import { describeProblem } from "../weights/describe.js";
import { reasonOf } from "../weights/errors.js";
import { openWeightFile } from "../weights/formats/index.js";
import { writeSafetensors } from "../weights/formats/safetensors-writer.js";
import { matchWeights } from "../weights/match.js";
import type { WeightFile } from "../weights/source.js";
import { exitCodes, Fault, UsageError } from "./fail.js";
import { interruptible } from "./interrupt.js";
import {
  countErrors,
  DIAGNOSTIC_LIMIT,
  print,
  printJson,
  progressLine,
  showsColor,
  tell,
  tellNote,
  type FormatOption,
} from "./output.js";
import { specPath } from "./paths.js";
import { replaceFile } from "./write-file.js";

interface ImportOptions extends FormatOption {
  readonly weights?: string;
  readonly solver?: string;
  readonly name?: string;
  readonly out: string;
  readonly labels?: string;
  readonly stage?: readonly string[];
  readonly force?: boolean;
}

interface Written {
  readonly files: readonly string[];
  readonly notes: readonly string[];
}

/** `fcnc import caffe NET`: exit code 1 where the net is not understood, or the spec has errors. */
export async function run(path: string, options: ImportOptions): Promise<void> {
  if (options.out === "") throw new UsageError("`--out` names no folder");
  const weights = options.weights === undefined ? null : await openWeightFile(options.weights);
  try {
    const result = await importCaffe({
      net: await readText(path),
      solver: options.solver === undefined ? null : await readText(options.solver),
      readNet: (named) => readBeside(named, options.solver ?? path),
      meanOf: (named) => meanBeside(named, path),
      name: options.name ?? null,
      labels: options.labels === undefined ? null : await labelsFor(options.labels, options.out),
      labelPath: (named) => labelsBeside(named, path, options.out),
      stages: options.stage ?? [],
      isBilinear: async (layer) => (weights === null ? null : isBilinear(weights, layer)),
      host: nodeHost,
      specPath: (name) => specPath(join(options.out, `${fileName(name)}.fcn`)),
    });
    const written = result.imported && (await write(result.imported, weights, options));
    const errors = countErrors(result.diagnostics);
    if (errors > 0) process.exitCode = exitCodes.fault;
    report(path, result, written, options);
  } finally {
    await weights?.close();
  }
}

/** A net's name as a file's. */
const fileName = (name: string): string =>
  name.replaceAll(/[^A-Za-z0-9.-]+/g, "-").replaceAll(/^[-.]+|-+$/g, "") || "net";

async function write(imported: Imported, weights: WeightFile | null, options: ImportOptions): Promise<Written> {
  const tensorsPath = imported.path.replace(/fcn$/, "safetensors");
  const paths = weights === null ? [imported.path] : [imported.path, tensorsPath];
  if (!options.force)
    for (const path of paths)
      if (await stat(path).catch(() => null))
        throw new Fault(`\`${path}\` is there already`, [
          "`--force` overwrites it",
          "or name another one: `--name`, `--out`",
        ]);
  try {
    await mkdir(options.out, { recursive: true });
  } catch (error) {
    throw new Fault(`the folder \`${options.out}\` cannot be made: ${reasonOf(error)}`, [], { cause: error });
  }
  await replaceFile(imported.path, imported.text);
  if (weights === null) return { files: paths, notes: [] };
  const { file, left } = renamedWeights(weights, imported);
  const progress = progressLine("writing weights:");
  try {
    await interruptible((signal) =>
      writeSafetensors(tensorsPath, file, { signal, onProgress: (done, total) => progress.update(done, total) }),
    );
  } finally {
    progress.end();
  }
  return { files: paths, notes: weightNotes(imported, file, left) };
}

function weightNotes({ plan }: Imported, file: WeightFile, left: readonly string[]): string[] {
  const notes =
    left.length === 0 ? [] : [`${file.title}: left out, since the net has no such layers: ${left.join(", ")}`];
  if (plan === null) return notes;
  return [...notes, ...matchWeights(plan, file).problems.map((problem) => describeProblem(problem, file.title))];
}

function report(path: string, result: ImportResult, written: Written | null, options: ImportOptions): void {
  const { imported, diagnostics, sources } = result;
  if (options.format === "json") {
    printJson({
      source: path,
      net: imported?.name ?? null,
      spec: imported?.path ?? null,
      digest: imported?.plan?.digest ?? null,
      backbones: imported?.backbones ?? [],
      written: written?.files ?? [],
      notes: [...(imported?.notes ?? []), ...(written?.notes ?? [])],
      diagnostics: diagnosticsJson(diagnostics, sources),
    });
    return;
  }
  if (diagnostics.length > 0)
    tell(
      renderTerminal(diagnostics, sources, { color: showsColor(process.stderr), limit: DIAGNOSTIC_LIMIT }).trimEnd(),
    );
  const faults = diagnostics.filter(({ severity }) => severity !== "note");
  if (faults.length > 0) tell(`\n${summaryLine(faults)}`);
  if (imported === null || written === null) return;
  for (const { name, layers } of imported.backbones)
    print(`recognised ${name}: ${layers} layers are those of fcnc/backbones/${name}.fcn`);
  for (const note of [...imported.notes, ...written.notes]) tellNote(note);
  print(`wrote ${written.files.join(", ")}`);
}

async function readText(path: string): Promise<CaffeText> {
  try {
    const { size } = await stat(path);
    // A character has at most four bytes.
    if (size > 4 * TEXT_LIMITS.length)
      throw new Fault(`\`${path}\` has ${size} bytes, too many for a prototxt`, ["weights are given with `--weights`"]);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
    return { path: specPath(path), text };
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (error instanceof TypeError)
      throw new Fault(`\`${path}\` is no text`, ["a prototxt is wanted; a caffemodel is given with `--weights`"], {
        cause: error,
      });
    throw new Fault(`\`${path}\` cannot be read: ${reasonOf(error)}`, [], { cause: error });
  }
}

/** A net that a solver names: beside the solver, or from where Caffe is started. */
async function readBeside(named: string, solver: string): Promise<CaffeText | null> {
  for (const path of [join(dirname(solver), named), named]) if (await isFile(path)) return readText(path);
  tellNote(`${solver} names \`${named}\`, which is not there: what it says of training is not known`);
  return null;
}

/** The mean of each channel of a mean image [1, C, H, W]. */
async function meanBeside(named: string, net: string): Promise<readonly number[] | null> {
  for (const path of [join(dirname(net), named), named]) {
    if (!(await isFile(path))) continue;
    const file = await openWeightFile(path);
    try {
      const [tensor] = file.tensors.values();
      if (tensor === undefined) return null;
      const [channels = 1, height = 1, width = 1] = tensor.shape.slice(-3);
      const means: number[] = [];
      for (let channel = 0; channel < channels; channel++) {
        const values = await file.read(tensor.name, channel * height * width, (channel + 1) * height * width);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        means.push(Number(mean.toPrecision(8)));
      }
      return means;
    } finally {
      await file.close();
    }
  }
  tellNote(`${net} names the mean \`${named}\`, which is not there: no mean is subtracted until you say one`);
  return null;
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() ?? false;

/** A list that lies beside the net, as the spec names it, unless the library has one of its name. */
async function labelsBeside(named: string, net: string, out: string): Promise<string> {
  const beside = join(dirname(net), named);
  const inLibrary = await nodeHost.read(`fcnc/${named}`).catch(() => null);
  if (inLibrary !== null || !(await isFile(beside))) return named;
  return specPath(relative(resolve(out), resolve(beside)));
}

/** A list of the library by its name, or a file as the spec names it. */
async function labelsFor(labels: string, out: string): Promise<string> {
  if (await isFile(labels)) return specPath(relative(resolve(out), resolve(labels)));
  const inLibrary = await nodeHost.read(`fcnc/${labels}`).catch(() => null);
  if (inLibrary === null)
    throw new Fault(`there is no label list \`${labels}\``, ["name a file, or one of the library: `voc.labels`"]);
  return labels;
}
