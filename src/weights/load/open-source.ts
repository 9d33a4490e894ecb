/** Opens what weights are to come from: files, and the maps of their names. */
import { WeightsError } from "../errors.js";
import type { WeightSource } from "../source.js";
import { layoutOfFile, netName, readName } from "./net-names.js";
import type { Layout } from "./layouts.js";
import { parseNameMap, type NameMap } from "./name-map.js";
import type { SourceSettings } from "./source-settings.js";

export interface OpenSource {
  readonly settings: SourceSettings;
  readonly file: WeightSource;
  readonly layout: Layout;
  readonly map: NameMap | null;
  /** The map's path, where it was named. */
  readonly names: string | null;
  /** The path of the library's map that was found to fit, where none was named. */
  readonly recognised: string | null;
  /** Whether a recipe names it, as what training starts from. */
  readonly isRecipe: boolean;
}

/** Text by path; `fcnc/names/...` is in the library. Rejects with an error for people where there is none. */
export type ReadText = (path: string) => Promise<string>;

/** The library's maps, sorted. A test holds this list against the folder. */
export const libraryMaps: readonly string[] = [
  "caffe-googlenet",
  "keras-mobilenetv2",
  "keras-resnet50",
  "keras-vgg16",
  "torchvision-alexnet",
  "torchvision-fcn-resnet50",
  "torchvision-googlenet",
  "torchvision-mobilenetv2",
  "torchvision-resnet50",
  "torchvision-vgg16",
].map((name) => `fcnc/names/${name}.json`);

/**
 * A file with what its settings say of it. Without a map of names, the file's names are held against those of the
 * library: one that fits wholly is taken, where the net knows more of them by it.
 *
 * @param format the file's, for the layout where nothing says it
 * @param wanted the names of the net's tensors
 * @throws {WeightsError} when the map is none.
 */
export async function withNames(
  file: WeightSource,
  format: string,
  settings: SourceSettings,
  wanted: ReadonlySet<string>,
  readText: ReadText,
  isRecipe: boolean,
): Promise<OpenSource> {
  const of = (map: NameMap | null, recognised: string | null): OpenSource => ({
    settings,
    file,
    layout: settings.layout ?? map?.layout ?? layoutOfFile(format, file.tensors.keys()),
    map,
    names: settings.names,
    recognised,
    isRecipe,
  });
  if (settings.names !== null) {
    const map = parseNameMap(await readText(settings.names), settings.names);
    if (![...file.tensors.keys()].some((name) => Object.hasOwn(map.layers, readName(name, map.layout).layer)))
      throw new WeightsError(
        `${file.title}: none of its tensors has a name of ${map.title} (${settings.names}). Leave \`names\` out, or name another map.`,
      );
    return of(map, null);
  }
  const countKnown = (map: NameMap | null, layout: Layout): number =>
    [...file.tensors.keys()].filter((name) => wanted.has(netName(name, layout, settings, map) ?? "")).length;
  const own = countKnown(null, settings.layout ?? layoutOfFile(format, file.tensors.keys()));
  for (const path of libraryMaps) {
    const map = parseNameMap(await readText(path), path);
    // A file that was written for the net has its names, some of which may be a release's as well.
    if (fitsWholly(file, map) && countKnown(map, map.layout) > own) return of(map, path);
  }
  return of(null, null);
}

/** The file has every layer of the map but optional ones, and none beyond. */
function fitsWholly(file: WeightSource, map: NameMap): boolean {
  const layers = new Set([...file.tensors.keys()].map((name) => readName(name, map.layout).layer));
  const optional = new Set(map.optional);
  return (
    [...layers].every((layer) => Object.hasOwn(map.layers, layer)) &&
    Object.keys(map.layers).every((layer) => layers.has(layer) || optional.has(layer))
  );
}
