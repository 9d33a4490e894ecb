import { CONVERSIONS } from "./layers.js";
import type { CaffeNet } from "../net.js";
import { oldMeanFile } from "./inputs.js";

/** The mean images that a net's data layers name. */
export function meanFilesOf({ layers }: CaffeNet): string[] {
  return layers.flatMap((layer) => {
    if (Object.hasOwn(CONVERSIONS, layer.type)) return [];
    const { fields } = layer;
    const named = fields.has("transform_param") ? fields.within("transform_param").text("mean_file") : null;
    const file = named ?? oldMeanFile(layer);
    return file === null ? [] : [file];
  });
}
