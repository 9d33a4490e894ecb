/** What nets are run on to compare them, and how a certificate names it. */
import { createHash } from "node:crypto";
import type { CertifiedInput } from "../../targets/certificate.js";
import type { Value } from "../engines/engine.js";
import { feedImage } from "../images/feed.js";
import type { DecodedImage } from "../images/read.js";
import type { Plan, PlanInput } from "../model/plan.js";
import { CertifyError } from "./error.js";
import { generatedPicture } from "./picture.js";

export interface Fed {
  /** By input: float32 [1, height, width, channels]. */
  readonly feeds: Readonly<Record<string, Value>>;
  readonly inputs: readonly CertifiedInput[];
}

export const GENERATED = "generated";

/** A bundle, which may be a stranger's, says how large its picture is. */
const MOST_NUMBERS = 2 ** 28;

/**
 * The same picture for every input, at the sizes given.
 * @throws {CertifyError} when that is more than a picture has.
 */
export function feedGenerated(plan: Plan, sizes: ReadonlyMap<string, readonly [number, number]>): Fed {
  return gather(
    plan.inputs.map((input) => {
      const [height, width] = sizes.get(input.name) ?? [0, 0];
      if (height * width * input.channels > MOST_NUMBERS)
        throw new CertifyError(`no picture of ${height} x ${width} x ${input.channels} numbers is generated`);
      const data = generatedPicture(height, width, input.channels);
      return { input, picture: GENERATED, value: { data, shape: [1, height, width, input.channels] } };
    }),
  );
}

/** @param pictures one for each input, of sizes that the net takes; `file` is told as it is given. */
export function feedPictures(
  pictures: readonly { readonly input: PlanInput; readonly file: string; readonly image: DecodedImage }[],
): Fed {
  return gather(pictures.map(({ input, file, image }) => ({ input, picture: file, value: feedImage(image, input) })));
}

function gather(fed: readonly { input: PlanInput; picture: string; value: Value }[]): Fed {
  return {
    feeds: Object.fromEntries(fed.map(({ input, value }) => [input.name, value])),
    inputs: fed.map(({ input, picture, value }) => {
      const [, height = 0, width = 0, channels = 0] = value.shape;
      return { name: input.name, height, width, channels, picture, sha256: sha256(value.data) };
    }),
  };
}

/** Of the bytes as they lie in memory, which are little-endian wherever Node runs. */
export function sha256({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): string {
  return createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
}
