/** Packages that stand for tfjs-node, and programs that stand for npm and pip: what can go wrong, without a network. */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** TensorFlow.js on the processor under the name of the native engine: it computes, and needs no addon. */
export const WORKS = `
  const tf = require(${JSON.stringify(require.resolve("@tensorflow/tfjs-core"))});
  require(${JSON.stringify(require.resolve("@tensorflow/tfjs-backend-cpu"))});
  const { loadGraphModel } = require(${JSON.stringify(require.resolve("@tensorflow/tfjs-converter"))});
  const make = tf.findBackendFactory("cpu");
  tf.registerBackend("tensorflow", () => Object.assign(make(), { binding: { TF_Version: "9.8.7" } }));
  tf.copyRegisteredKernels("cpu", "tensorflow");
  module.exports = { ...tf, loadGraphModel };`;

/** The same, with a convolution that gives twice what it should. */
export const COMPUTES_WRONGLY = `${WORKS}
  const conv = tf.getKernel("Conv2D", "cpu");
  tf.unregisterKernel("Conv2D", "tensorflow");
  tf.registerKernel({ ...conv, backendName: "tensorflow", kernelFunc: (call) => {
    const out = conv.kernelFunc(call);
    const { values } = call.backend.data.get(out.dataId);
    for (const at of values.keys()) values[at] *= 2;
    return out;
  } });`;

/** Puts a package of this text into a folder, as npm would. */
export async function writePackage(folder: string, text: string, name = "@tensorflow/tfjs-node"): Promise<void> {
  const place = join(folder, "node_modules", ...name.split("/"));
  await write(join(place, "package.json"), JSON.stringify({ name, version: "4.22.0", main: "index.js" }));
  await write(join(place, "index.js"), text);
}

/** Programs by name, each the text of a script for Node. @returns the folder, for PATH */
export async function writePrograms(folder: string, programs: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(programs)) {
    await write(join(folder, name), `#!${process.execPath}\n${text}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

const WRITE = `
  const { mkdirSync, writeFileSync } = require("node:fs");
  const { dirname, join } = require("node:path");
  const write = (path, text) => { mkdirSync(dirname(path), { recursive: true }); writeFileSync(path, text); };`;

/** npm that installs a package of this text and a builder of that one, and whose own download does not work. */
export const npmWith = (text = WORKS, builder = ""): string => `${WRITE}
  const [command, , folder] = process.argv.slice(2);
  if (command !== "install") { console.error("Error: getaddrinfo ENOTFOUND tensorflow.invalid"); process.exit(1); }
  const name = process.argv.at(-1).replace(/@4.22.0$/, "");
  const place = join(folder, "node_modules", name);
  write(join(place, "package.json"), JSON.stringify({ name, main: "index.js" }));
  write(join(place, "index.js"), ${JSON.stringify(text)});
  write(join(folder, "node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp"), ${JSON.stringify(builder)});`;

/**
 * Python whose pip finds what it is asked for, with a library in TensorFlow's wheel that nothing is linked to, and one in
 * CUDA's.
 */
export const PYTHON = `${WRITE}
  const words = process.argv.slice(2);
  if (words[0] === "-m") write(join(words[words.indexOf("--dest") + 1], words.at(-1).split("<")[0] + ".whl"), "wheel");
  else if (words[3].includes("nvidia")) write(join(words[2], "nvidia/cuda_runtime/lib/libcudart.so.12"), "cudart");
  else {
    const extra = 'Requires-Dist: nvidia-cuda-runtime-cu12<13.0,>=12.5.82; extra == "and-cuda"';
    write(join(words[2], "tensorflow-2.21.0.dist-info/METADATA"), extra);
    write(join(words[2], "tensorflow/include/tensorflow/c/c_api.h"), "");
    for (const name of ["cc", "framework"]) write(join(words[2], "tensorflow/libtensorflow_" + name + ".so.2"), name);
  }`;

/** What building takes, all of it there and working. */
export const TOOLS = { npm: npmWith(), python3: PYTHON, make: "", "g++": "" };
