/** Every reader of strangers' files, with the files that it is given and the errors that it may end with. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CaffeFault } from "../../src/caffe/fault.js";
import { readNet } from "../../src/caffe/net.js";
import { parseParamStr } from "../../src/caffe/param-str.js";
import { readSolver } from "../../src/caffe/solver.js";
import { parseText } from "../../src/caffe/text.js";
import { CertifyError } from "../../src/certify/error.js";
import { keep, readReference } from "../../src/certify/reference.js";
import { readBundle } from "../../src/certify/read-bundle.js";
import { feedGenerated } from "../../src/certify/feed.js";
import { Fault } from "../../src/cli/fail.js";
import { readPlan } from "../../src/cli/read-plan.js";
import { check } from "../../src/compile.js";
import { DataError } from "../../src/data/dataset.js";
import { matLabels } from "../../src/data/mat/labels.js";
import { readMat } from "../../src/data/mat/read-mat.js";
import { Report } from "../../src/diagnostics/diagnostic.js";
import { Sources } from "../../src/diagnostics/sources.js";
import { ImageError, readImage, readLabels } from "../../src/images/read.js";
import { parseLabels, printLabels } from "../../src/model/labels.js";
import { contains } from "../../src/model/size-set.js";
import { nodeHost } from "../../src/node-host.js";
import { WeightsError } from "../../src/weights/errors.js";
import { ELEMENT_TYPES } from "../../src/weights/formats/element-types.js";
import { RandomAccessFile } from "../../src/weights/formats/file.js";
import { openHdf5 } from "../../src/weights/formats/hdf5.js";
import { openWeights } from "../../src/weights/formats/index.js";
import { parseJson } from "../../src/weights/formats/json.js";
import { READ_LIMITS } from "../../src/weights/formats/limits.js";
import { elementsOf } from "../../src/weights/formats/stored.js";
import { parseNameMap } from "../../src/weights/load/name-map.js";
import type { WeightFile } from "../../src/weights/source.js";
import { importText } from "../caffe/import.js";
import * as corpus from "./corpus.js";
import { mutateBytes, mutateText } from "./mutate.js";
import type { Random } from "./random.js";
import { mutateMat, mutateNpy, mutatePng, mutateSafetensors, mutateZip } from "./repack.js";

export interface Reader {
  readonly name: string;
  /** Share of a run, in thousandths or so. */
  readonly share: number;
  readonly files: readonly Uint8Array[];
  /** Changes what is within: texts of headers, members of archives. Others are changed byte by byte alone. */
  mutate?(file: Uint8Array, random: Random): Uint8Array;
  /** Reads all of a file, with what lies in `folder` beside it. */
  read(bytes: Uint8Array, folder: string): Promise<void> | void;
  /** What it says of a file that is not as it should be. */
  readonly refuses: readonly (new (...args: never[]) => Error)[];
}

/** That HDF5's library may take for an answer. */
const HDF5_SECONDS = 1.5;

const byText = (file: Uint8Array, random: Random): Uint8Array =>
  new TextEncoder().encode(mutateText(corpus.textOf(file), random));

/** Reads every tensor that is small, and the ends of those that are not. */
async function drain(file: WeightFile): Promise<void> {
  try {
    for (const { name, shape, dtype } of [...file.tensors.values()].slice(0, 20)) {
      const elements = elementsOf(shape);
      const some = Math.min(elements, elements > 2 ** 16 ? 100 : elements);
      const type = ELEMENT_TYPES[dtype];
      if (type?.decode) {
        await file.read(name, 0, some);
        await file.read(name, elements - some, elements);
      } else await file.readBytes(name, 0, new Uint8Array(some * (type?.bytes ?? 1)));
    }
  } finally {
    await file.close();
  }
}

function weights(
  name: string,
  extension: string,
  share: number,
  files: readonly Uint8Array[],
  mutate?: Reader["mutate"],
): Reader {
  return {
    name,
    share,
    files,
    ...(mutate && { mutate }),
    read: async (bytes, folder) =>
      drain(await openWeights(RandomAccessFile.of(join(folder, `model${extension}`), bytes), READ_LIMITS)),
    refuses: [WeightsError],
  };
}

const kept = keep([
  { name: "score", height: 2, width: 3, classes: 2, data: Float32Array.from({ length: 12 }, (_, index) => index / 4) },
]);

export const readers: readonly Reader[] = [
  weights("safetensors", ".safetensors", 150, corpus.safetensorsFiles, mutateSafetensors),
  weights("npy", ".npy", 110, corpus.npyFiles, mutateNpy),
  weights("npz", ".npz", 90, corpus.npzFiles, (_, random) => mutateZip(random.pick(corpus.archives), random)),
  weights("caffemodel", ".caffemodel", 200, corpus.caffemodels),
  weights("binaryproto", ".binaryproto", 60, corpus.meanImages),
  weights("tfjs", ".json", 60, corpus.models, byText),
  {
    ...weights("hdf5", ".h5", 10, corpus.hdf5Files),
    // Its library reads from a disk, and is stopped before the fuzzer's own clock is.
    async read(bytes, folder) {
      const path = join(folder, "fuzzed.h5");
      writeFileSync(path, bytes);
      const file = await RandomAccessFile.open(path, READ_LIMITS);
      try {
        await drain(await openHdf5(file, READ_LIMITS, HDF5_SECONDS));
      } finally {
        await file.close().catch(() => undefined);
      }
    },
  },
  {
    name: "prototxt",
    share: 90,
    files: corpus.prototxts,
    mutate: byText,
    read(bytes) {
      const net = parseText(corpus.textOf(bytes), "net.prototxt", new Sources());
      readNet(net, { file: "net.prototxt", report: new Report() });
    },
    refuses: [CaffeFault],
  },
  {
    name: "import of a prototxt",
    share: 12,
    files: corpus.prototxts,
    mutate: byText,
    async read(bytes) {
      await importText(corpus.textOf(bytes));
    },
    refuses: [],
  },
  {
    name: "solver",
    share: 40,
    files: corpus.solvers,
    mutate: byText,
    read(bytes) {
      readSolver(parseText(corpus.textOf(bytes), "s", new Sources()), { file: "s", report: new Report() });
    },
    refuses: [CaffeFault],
  },
  {
    name: "param_str",
    share: 30,
    files: corpus.paramStrs,
    mutate: byText,
    read: (bytes) => void parseParamStr(corpus.textOf(bytes)),
    refuses: [],
  },
  {
    name: "map of names",
    share: 20,
    files: corpus.nameMaps,
    mutate: byText,
    read: (bytes) => void parseNameMap(corpus.textOf(bytes), "names.json"),
    refuses: [WeightsError],
  },
  {
    name: "png",
    share: 70,
    files: corpus.pngs,
    mutate: mutatePng,
    read: (bytes) => void readImage(bytes, "a.png"),
    refuses: [ImageError],
  },
  {
    name: "png of labels",
    share: 20,
    files: corpus.pngs,
    mutate: mutatePng,
    read: (bytes) => void readLabels(bytes, "a.png"),
    refuses: [ImageError],
  },
  {
    name: "jpeg",
    share: 60,
    files: corpus.jpegs,
    read: (bytes) => void readImage(bytes, "a.jpg"),
    refuses: [ImageError],
  },
  {
    name: "mat",
    share: 25,
    files: corpus.mats,
    mutate: mutateMat,
    read(bytes) {
      for (const [name, array] of readMat(bytes, "a.mat")) {
        tryLabels(bytes, [name]);
        for (const field of array.kind === "structure" ? [...array.fields.keys()].slice(0, 20) : [])
          tryLabels(bytes, [name, field]);
      }
    },
    refuses: [DataError],
  },
  {
    name: "labels",
    share: 25,
    files: corpus.labelLists,
    mutate: byText,
    read: (bytes) => void parseLabels(corpus.textOf(bytes), "a.labels"),
    refuses: [],
  },
  {
    name: "spec",
    share: 5,
    files: corpus.specs,
    mutate: byText,
    async read(bytes) {
      await check({ text: corpus.textOf(bytes), path: join(library, "fuzzed.fcn") }, nodeHost);
    },
    refuses: [],
  },
  {
    name: "bundle.json",
    share: 20,
    files: corpus.bundles,
    mutate: byText,
    async read(bytes, folder) {
      writeFileSync(join(folder, "bundle.json"), bytes);
      await readBundle(folder);
    },
    refuses: [CertifyError, WeightsError],
  },
  {
    name: "plan.json",
    share: 20,
    files: corpus.plans,
    mutate: byText,
    async read(bytes, folder) {
      writeFileSync(join(folder, "plan.json"), bytes);
      const plan = await readPlan(folder);
      feedGenerated(plan, new Map(plan.inputs.map(({ name }) => [name, [2, 2]])));
      for (const set of Object.values(plan.validFor)) contains(set, 100);
      for (const { labels } of plan.outputs) if (labels) printLabels(labels);
    },
    refuses: [Fault, WeightsError, CertifyError],
  },
  {
    name: "reference.json",
    share: 20,
    files: [new TextEncoder().encode(JSON.stringify(kept))],
    mutate: byText,
    read(bytes) {
      const json = parseJson(
        corpus.textOf(bytes),
        READ_LIMITS,
        "reference.json",
        "it",
        (what) => new WeightsError(what),
      );
      readReference(json, "reference.json");
    },
    refuses: [CertifyError, WeightsError],
  },
];

/** A variable that holds no labels leaves the others to be tried. */
function tryLabels(bytes: Uint8Array, names: readonly string[]): void {
  try {
    matLabels(bytes, "a.mat", names, (value) => value);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
}

const library = join(import.meta.dirname, "../../specs");

/** Puts the files into a folder that lie beside those that are read. */
export function furnish(folder: string): void {
  for (const [name, bytes] of Object.entries(corpus.shards)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** The bytes of one case of a run. */
export function caseOf(reader: Reader, random: Random): Uint8Array {
  const file = random.pick(reader.files);
  if (reader.mutate && !random.oneIn(3)) return reader.mutate(file, random);
  return mutateBytes(file, random, reader.files);
}

/** What went wrong with a file, or null: it was read, or refused as files are. */
export async function tryOut(reader: Reader, bytes: Uint8Array, folder: string): Promise<string | null> {
  try {
    await reader.read(bytes, folder);
    return null;
  } catch (error) {
    if (!(error instanceof Error)) return `it threw ${String(error)}`;
    if (!reader.refuses.some((kind) => error instanceof kind)) return error.stack ?? String(error);
    return error.message.length > 3000 ? `its message has ${error.message.length} characters` : null;
  }
}
