/**
 * A compiled bundle in a page, as its user would have it: TensorFlow.js's own files from script tags, the bundle fetched
 * by `tf.loadGraphModel`, pixels in and values out. Nothing of this package runs in the page.
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { launchChromium } from "./chromium.js";
import { serve } from "./static-server.js";

export interface BundleRun {
  /** The folder that holds `model.json`. */
  readonly bundle: string;
  readonly backend: "wasm" | "cpu";
  /** What is fed, by the name of the model's input; a single input may be fed under any name. */
  readonly inputs: Readonly<Record<string, InputPixels>>;
  /** Names of the values that are wanted; left out, the model's own outputs. */
  readonly outputs?: readonly string[];
}

/** [1, height, width, channels], in the type that the model's input asks for. */
export interface InputPixels {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: ArrayLike<number>;
}

export interface BundleResult {
  /** What did run: TensorFlow.js falls back in silence. */
  readonly backend: string;
  readonly values: Readonly<Record<string, { shape: number[]; dtype: string; data: number[] }>>;
  /** Tensors that the run left behind. */
  readonly leaked: number;
}

const scripts = ["core", "converter", "backend-cpu", "backend-wasm"];

function page(): string {
  // The address of an empty icon, or the browser asks for one and reports that there is none.
  const tags = scripts.map((name) => `<script src="/${name}/tf-${name}.min.js"></script>`);
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${tags.join("")}`;
}

/** Loads a bundle in a page of its own and runs it once. */
export async function runBundle({ bundle, backend, inputs, outputs }: BundleRun): Promise<BundleResult> {
  const page = await openBundle(bundle, backend);
  try {
    return await page.run(inputs, outputs);
  } finally {
    await page.close();
  }
}

/** A page that has a bundle. It is loaded at the first run and serves all that follow. */
export interface BundlePage {
  run(inputs: BundleRun["inputs"], outputs?: readonly string[]): Promise<BundleResult>;
  close(): Promise<void>;
}

export async function openBundle(bundle: string, backend: BundleRun["backend"]): Promise<BundlePage> {
  const require = createRequire(import.meta.url);
  const tensorflow = Object.fromEntries(
    scripts.map((name) => [name, dirname(require.resolve(`@tensorflow/tfjs-${name}/dist/tf-${name}.min.js`))]),
  );
  const server = await serve({ folders: { ...tensorflow, bundle }, pages: { "/": page() } });
  try {
    const browser = await launchChromium();
    const tab = await browser.newPage();
    const faults: string[] = [];
    tab.on("pageerror", (error) => faults.push(error.message));
    await tab.goto(server.origin);
    return {
      async run(inputs, outputs) {
        const fed = Object.entries(inputs).map(([name, pixels]) => ({ name, ...pixels, data: toArray(pixels) }));
        const result = await tab.evaluate(inPage, { backend, inputs: fed, outputs: outputs ? [...outputs] : null });
        if (faults.length > 0) throw new Error(`the page reports: ${faults.join("; ")}`);
        return result;
      },
      async close() {
        await browser.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

function toArray({ height, width, channels, data }: InputPixels): number[] {
  if (data.length !== height * width * channels)
    throw new Error(`${data.length} values for ${height}x${width}x${channels}`);
  return Array.from(data);
}

interface Asked {
  readonly backend: string;
  readonly inputs: readonly { name: string; height: number; width: number; channels: number; data: number[] }[];
  readonly outputs: string[] | null;
}

/** Sent to the page as text: it sees its argument and the page's globals alone. */
async function inPage({ backend, inputs, outputs }: Asked): Promise<BundleResult> {
  interface Tensor {
    readonly shape: number[];
    readonly dtype: string;
    data(): Promise<ArrayLike<number>>;
    dispose(): void;
  }
  interface Model {
    readonly inputs: readonly { name: string; dtype: string }[];
    readonly outputs: readonly { name: string }[];
    execute(feed: Record<string, Tensor>, outputs: string[]): Tensor | Tensor[];
  }
  const { tf } = globalThis as unknown as {
    tf: {
      wasm: { setWasmPaths(folder: string): void };
      setBackend(name: string): Promise<boolean>;
      ready(): Promise<void>;
      getBackend(): string;
      memory(): { numTensors: number };
      tensor(data: number[], shape: number[], dtype: string): Tensor;
      loadGraphModel(address: string): Promise<Model>;
    };
  };
  const kept = globalThis as unknown as { model?: Model };
  if (!kept.model) {
    tf.wasm.setWasmPaths("/backend-wasm/");
    if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} cannot be had`);
    await tf.ready();
    kept.model = await tf.loadGraphModel("/bundle/model.json");
  }
  const { model } = kept;
  const before = tf.memory().numTensors;

  const feed: Record<string, Tensor> = {};
  for (const { name, height, width, channels, data } of inputs) {
    const bare = (input: { name: string }): string => input.name.replace(/:\d+$/, "");
    const sole = model.inputs.length === 1 ? model.inputs[0] : undefined;
    const input = model.inputs.find((candidate) => bare(candidate) === name) ?? sole;
    if (!input) throw new Error(`the model has no input ${name}, but ${model.inputs.map(bare).join(", ")}`);
    feed[input.name] = tf.tensor(data, [1, height, width, channels], input.dtype);
  }
  const names = outputs ?? model.outputs.map((output) => output.name);
  const found = model.execute(feed, names);
  const tensors = Array.isArray(found) ? found : [found];
  const values: Record<string, { shape: number[]; dtype: string; data: number[] }> = {};
  for (const [index, tensor] of tensors.entries()) {
    const data = Array.from(await tensor.data());
    values[names[index] ?? ""] = { shape: tensor.shape, dtype: tensor.dtype, data };
    tensor.dispose();
  }
  for (const tensor of Object.values(feed)) tensor.dispose();
  return { backend: tf.getBackend(), values, leaked: tf.memory().numTensors - before };
}
