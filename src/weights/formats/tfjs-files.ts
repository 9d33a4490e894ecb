/** The files of a TF.js model: `model.json`, and shards that lie in its folder. */
import { realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, relative, sep } from "node:path";
import { WeightsError } from "../errors.js";
import { RandomAccessFile } from "./file.js";
import { parseJson } from "./json.js";
import { beyond, READ_LIMITS, type ReadLimits } from "./limits.js";
import { shorten, staysInside } from "./names.js";
import { weightBytes, type WeightsGroup } from "./tfjs-manifest.js";

export interface Shard {
  /** As the model names it. */
  readonly path: string;
  /** Where it is. */
  readonly file: string;
  readonly bytes: number;
}

/** @throws {WeightsError} when it cannot be read, has more than `limits.headerBytes`, or is no JSON. */
export async function readModelJson(path: string, limits: ReadLimits = READ_LIMITS): Promise<unknown> {
  const file = await RandomAccessFile.open(path, limits);
  try {
    return await modelJsonIn(file, limits);
  } finally {
    await file.close();
  }
}

/** @throws {WeightsError} as `readModelJson` does. */
export async function modelJsonIn(file: RandomAccessFile, limits: ReadLimits): Promise<unknown> {
  const { path, size } = file;
  if (size > limits.headerBytes)
    throw beyond(path, `it has ${size} bytes, more than the ${limits.headerBytes} that are read`, "headerBytes");
  const bytes = new Uint8Array(size);
  await file.read(0, bytes, "its text");
  return parseJson(new TextDecoder().decode(bytes), limits, path, "it", (what) => new WeightsError(`${path}: ${what}`));
}

/**
 * The shards of each group, which have the bytes that the model declares.
 * @throws {WeightsError} when one is missing, or lies outside of the model's folder, also by a link.
 */
export async function findShards(modelPath: string, groups: readonly WeightsGroup[]): Promise<Shard[][]> {
  const folder = dirname(modelPath);
  const whole = await realpath(folder);
  const found: (Shard | null)[][] = [];
  for (const { paths } of groups) {
    const shards: (Shard | null)[] = [];
    for (const path of paths) shards.push(await findShard(path, folder, whole, modelPath));
    found.push(shards);
  }
  const missing = groups.flatMap(({ paths }, group) => paths.filter((_, shard) => found[group]?.[shard] == null));
  const count = groups.reduce((sum, { paths }) => sum + paths.length, 0);
  if (missing.length > 0)
    throw new WeightsError(
      missing.length === count
        ? `${folder}: the bundle has no weights yet. Compile it again with --weights.`
        : `${folder}: the weight file \`${shorten(missing[0] ?? "")}\` is missing. Copy or compile the bundle again.`,
    );
  return groups.map(({ weights }, group) => {
    const shards = (found[group] ?? []).filter((shard) => shard !== null);
    const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
    const wanted = weights.reduce((sum, spec) => sum + (weightBytes(spec) ?? 0), 0);
    if (bytes !== wanted)
      throw new WeightsError(
        `${folder}: the weight files have ${bytes} bytes, and the model declares ${wanted}. Copy or compile the ` +
          "bundle again.",
      );
    return shards;
  });
}

async function findShard(path: string, folder: string, whole: string, modelPath: string): Promise<Shard | null> {
  const outside = new WeightsError(
    `${modelPath}: the weight file \`${shorten(path)}\` lies outside of the bundle, which is not allowed`,
  );
  if (!staysInside(path)) throw outside;
  const file = join(folder, normalize(path));
  try {
    const place = await realpath(file);
    const way = relative(whole, place);
    if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) throw outside;
    const { size } = await stat(place).then((known) => (known.isFile() ? known : { size: null }));
    return size === null ? null : { path, file, bytes: size };
  } catch (error) {
    if (error === outside) throw error;
    return null;
  }
}
