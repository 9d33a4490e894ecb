import type { CaffeLayerWeights } from "../../src/weights/formats/caffemodel-writer.js";
import { field, message, type Field } from "../../src/caffe/message.js";
import type { Operation } from "../../src/model/plan.js";
import { TargetError } from "../target.js";

/** A layer of a Caffe net, before it is text. */
export interface CaffeLayer {
  readonly name: string;
  readonly type: string;
  readonly bottoms: readonly string[];
  readonly tops: readonly string[];
  /** One a blob, or none where all have Caffe's defaults. */
  readonly params?: readonly Field[];
  /** After `param`: `convolution_param { ... }`. */
  readonly settings?: readonly Field[];
  readonly blobs?: CaffeLayerWeights["blobs"];
}

/** `layer { name: ... type: ... }`, in the order of Caffe's own files. */
export function layerField({ name, type, bottoms, tops, params = [], settings = [] }: CaffeLayer): Field {
  return field(
    "layer",
    message([
      field("name", name),
      field("type", type),
      ...bottoms.map((bottom) => field("bottom", bottom)),
      ...tops.map((top) => field("top", top)),
      ...params,
      ...settings,
    ]),
  );
}

/** Fields of one message: `parameters("lrn_param", { local_size: 5 })`; what is undefined is left out. */
export function parameters(name: string, values: Readonly<Record<string, Field["value"] | undefined>>): Field {
  const fields = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [field(key, value)]));
  return field(name, message(fields));
}

/**
 * What Caffe cannot say.
 * @param help a way out, as a sentence without its full stop
 */
export function unsupported({ layer, file, line }: Operation, problem: string, help: string): TargetError {
  return new TargetError(`${file}:${line}: Caffe cannot say \`${layer}\`: ${problem}. ${help}.`);
}
