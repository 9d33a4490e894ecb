/** ONNX Runtime Web in Node: runs a `model.onnx`, with shards beside it or without, on the WebAssembly that pages get. */
import { readdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { InferenceSession, Tensor } from "onnxruntime-web";
import { channelsFirst, channelsLast } from "./channels.js";
import { EngineError, type Engine, type Value } from "./engine.js";

/** What an engine of TF.js and this one have in common: they run a folder. Outputs are scores, and masks of whole numbers. */
export interface BundleEngine {
  readonly name: "onnxruntime-web";
  readonly description: string;
  load(folder: string): Promise<Pick<Awaited<ReturnType<Engine["load"]>>, "run" | "dispose">>;
}

const SHARD = /^group1-shard(\d+)of(\d+)\.bin$/;
/** Scores of bundles, which are pixel by pixel: see `targets/onnx/heads.ts`. No layer has such a name. */
const PIXELS = /\/pixels_*$/;
const MOST_THREADS = 4;

/**
 * @param files the folder with ONNX Runtime's script and WebAssembly
 * @param weights the name under which graphs know the joined shards
 * @throws {EngineError} when it does not start.
 */
export async function onnxRuntime(files: string, weights: string): Promise<BundleEngine> {
  const ort = await import("onnxruntime-web");
  const { wasm, versions } = ort.env;
  wasm.wasmPaths = { mjs: pathToFileURL(join(files, "ort-wasm-simd-threaded.js")).href };
  wasm.wasmBinary = await readFile(join(files, "ort-wasm-simd-threaded.wasm"));
  wasm.numThreads = Math.min(MOST_THREADS, availableParallelism());
  ort.env.logLevel = "error";
  const named = wasm.numThreads === 1 ? "1 thread" : `${wasm.numThreads} threads`;
  return {
    name: "onnxruntime-web",
    description: `WASM with SIMD, ${named} (ONNX Runtime Web ${versions.web})`,
    async load(folder) {
      const session = await open(ort.InferenceSession, folder, weights);
      return {
        async run(inputs, outputs) {
          const fed: Record<string, Tensor> = {};
          for (const [name, { data, shape }] of Object.entries(inputs)) {
            const [, height = 0, width = 0, channels = 0] = shape;
            const planes = channelsFirst(Float32Array.from(data), shape);
            fed[name] = new ort.Tensor("float32", planes, [1, channels, height, width]);
          }
          const found = await session.run(fed, [...outputs]).catch((error: unknown) => {
            throw new EngineError(`ONNX Runtime cannot run ${folder}: ${wordsOf(error)}`, { cause: error });
          });
          return Object.fromEntries(outputs.map((name) => [name, valueOf(found[name], name)]));
        },
        dispose: () => void session.release(),
      };
    },
  };
}

async function open(sessions: typeof InferenceSession, folder: string, weights: string): Promise<InferenceSession> {
  try {
    const model = await readFile(join(folder, "model.onnx"));
    const data = await joined(folder);
    const externalData = data.length === 0 ? [] : [{ path: weights, data }];
    return await sessions.create(model, { executionProviders: ["wasm"], externalData });
  } catch (error) {
    throw new EngineError(`ONNX Runtime cannot load ${folder}: ${wordsOf(error)}`, { cause: error });
  }
}

/** The shards of a bundle, whose files are known to be there. */
async function joined(folder: string): Promise<Uint8Array> {
  const numberOf = (name: string): number => Number(SHARD.exec(name)?.[1]);
  const names = (await readdir(folder)).filter((name) => SHARD.test(name));
  const parts: Buffer[] = [];
  for (const name of names.sort((a, b) => numberOf(a) - numberOf(b))) parts.push(await readFile(join(folder, name)));
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}

function valueOf(tensor: Tensor | undefined, name: string): Value {
  if (tensor?.data instanceof Uint8Array || tensor?.data instanceof Int32Array)
    return { data: Int32Array.from(tensor.data), shape: tensor.dims };
  if (!(tensor?.data instanceof Float32Array)) throw new EngineError(`the net has no scores for \`${name}\``);
  if (PIXELS.test(name)) return { data: tensor.data, shape: tensor.dims };
  const [, channels = 0, height = 0, width = 0] = tensor.dims;
  return { data: channelsLast(tensor.data, tensor.dims), shape: [1, height, width, channels] };
}

/** An exception of WebAssembly comes as a number where nobody gave it words. */
const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : `an exception without words (${String(error)}), as where memory is used up`;
