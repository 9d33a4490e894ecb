import { open } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, WeightsError } from "../weights/errors.js";
import { findShards, readModelJson, type Shard } from "../weights/formats/tfjs-files.js";
import { EngineError, type ModelInMemory } from "./engine.js";
import { checkModelJson } from "./model-check.js";

const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * A bundle from a folder, which may come from a stranger: sizes are checked before anything is read, and shards lie
 * in the folder.
 *
 * @param folder the bundle's folder, or the path of its model.json
 * @throws {EngineError}
 */
export async function openBundle(folder: string): Promise<ModelInMemory> {
  const modelPath = folder.endsWith(".json") ? folder : join(folder, "model.json");
  try {
    const modelJson = checkModelJson(await readModelJson(modelPath), modelPath);
    const shards = (await findShards(modelPath, modelJson.weightsManifest)).flat();
    return { modelJson, weightData: () => readShards(shards) };
  } catch (error) {
    throw error instanceof WeightsError ? new EngineError(error.message, { cause: error }) : error;
  }
}

async function* readShards(shards: readonly Shard[]): AsyncGenerator<Uint8Array> {
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
