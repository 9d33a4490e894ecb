import { open, readFile, stat } from "node:fs/promises";
import { isAbsolute, join, normalize, sep } from "node:path";
import { reasonOf } from "../weights/errors.js";
import { EngineError, type ModelInMemory } from "./engine.js";
import { checkModelJson, weightBytes } from "./model-check.js";

/** A model.json is text: the graphs of large nets have some 200 kB. */
export const MODEL_JSON_LIMIT_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * A bundle from a folder, which may come from a stranger: sizes are checked before anything is read, and shards lie
 * in the folder.
 *
 * @param folder the bundle's folder, or the path of its model.json
 * @throws {EngineError}
 */
export async function openBundle(folder: string): Promise<ModelInMemory> {
  const inFolder = !folder.endsWith(".json");
  const root = inFolder ? folder : join(folder, "..");
  const modelPath = inFolder ? join(folder, "model.json") : folder;
  const modelJson = checkModelJson(await readModelJson(modelPath), modelPath);
  const shards = modelJson.weightsManifest.flatMap((group) =>
    group.paths.map((path) => ({ path, file: join(root, inside(path, modelPath)) })),
  );

  const present = await Promise.all(shards.map(({ file }) => stat(file).catch(() => null)));
  const missing = shards.find((_, index) => present[index]?.isFile() !== true);
  if (missing !== undefined) {
    const all = present.every((found) => found === null);
    throw new EngineError(
      all
        ? `${root}: the bundle has no weights yet. Compile it again with --weights.`
        : `${root}: the weight file \`${missing.path}\` is missing. Copy or compile the bundle again.`,
    );
  }
  const bytes = present.reduce((sum, found) => sum + (found?.size ?? 0), 0);
  const wanted = modelJson.weightsManifest
    .flatMap((group) => group.weights)
    .reduce((sum, spec) => sum + (weightBytes(spec) ?? 0), 0);
  if (bytes !== wanted)
    throw new EngineError(
      `${root}: the weight files have ${bytes} bytes, and the model declares ${wanted}. Copy or compile the bundle again.`,
    );
  return { modelJson, weightData: () => readShards(shards) };
}

async function readModelJson(path: string): Promise<unknown> {
  try {
    const { size } = await stat(path);
    if (size > MODEL_JSON_LIMIT_BYTES)
      throw new EngineError(`${path}: it has ${size} bytes, more than the ${MODEL_JSON_LIMIT_BYTES} that are read`);
    return JSON.parse(await readFile(path, "utf8")) as unknown;
  } catch (error) {
    if (error instanceof EngineError) throw error;
    if (error instanceof SyntaxError) throw new EngineError(`${path}: it is not JSON`, { cause: error });
    throw new EngineError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
}

/** A shard's path, which may go down from the folder and never out of it. */
function inside(path: string, modelPath: string): string {
  const normal = normalize(path);
  const leaves = isAbsolute(normal) || normal === ".." || normal.startsWith(`..${sep}`) || path.includes("\0");
  if (leaves || /^[a-z]:|^\\/i.test(path))
    throw new EngineError(`${modelPath}: the weight file \`${path}\` lies outside of the bundle, which is not allowed`);
  return normal;
}

async function* readShards(shards: readonly { path: string; file: string }[]): AsyncGenerator<Uint8Array> {
  for (const { path, file } of shards) {
    const handle = await open(file, "r").catch((error: unknown) => {
      throw new EngineError(`the weight file \`${path}\`: ${reasonOf(error)}`, { cause: error });
    });
    try {
      for (;;) {
        const chunk = new Uint8Array(CHUNK_BYTES);
        const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES);
        if (bytesRead === 0) break;
        yield chunk.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }
}
