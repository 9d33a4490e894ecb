import type { PlanInput } from "../../../src/model/plan.js";
import { FcnError } from "./errors.js";
import type { PixelReader, Region } from "./pixels.js";

/**
 * Part of a picture as an input of the net takes it, float32 [height, width, channels]: RGB in 0..255, the luma of
 * ITU-R 601, or values as they are, like `fcnc predict`'s. Beyond the picture its last row and column go on.
 *
 * @throws {FcnError} where a `raw` input has another number of channels.
 */
export async function feed(reader: PixelReader, input: PlanInput, region: Region): Promise<Float32Array> {
  // Of a part that lies wholly beyond the picture, its last row or column.
  const top = Math.min(region.top, reader.height - 1);
  const left = Math.min(region.left, reader.width - 1);
  const height = Math.max(1, Math.min(region.height, reader.height - region.top));
  const width = Math.max(1, Math.min(region.width, reader.width - region.left));
  const { channels, data } = await reader.read({ top, left, height, width });
  const values = new Float32Array(region.height * region.width * input.channels);
  const write = writerOf(input, channels, data, values);
  for (let y = 0, to = 0; y < region.height; y++) {
    const row = Math.min(y, height - 1) * width;
    for (let x = 0; x < region.width; x++, to += input.channels) write(to, (row + Math.min(x, width - 1)) * channels);
  }
  return values;
}

type Write = (to: number, from: number) => void;

function writerOf(
  { name, format, channels: wanted }: PlanInput,
  channels: number,
  data: ArrayLike<number>,
  values: Float32Array,
): Write {
  const at = (from: number) => data[from] ?? 0;
  const isGray = channels < 3;
  const refuse = (): never => {
    throw new FcnError("inputs", `The picture for \`${name}\` has ${channels} channels, and the net takes ${wanted}.`);
  };
  switch (format) {
    case "bgr":
    case "rgb":
      if (channels === 2) return refuse();
      return (to, from) => {
        values[to] = at(from);
        values[to + 1] = at(isGray ? from : from + 1);
        values[to + 2] = at(isGray ? from : from + 2);
      };
    case "gray":
      if (channels === 2) return refuse();
      return (to, from) => {
        const luma = () => (19595 * at(from) + 38470 * at(from + 1) + 7471 * at(from + 2) + 32768) >> 16;
        values[to] = isGray ? at(from) : luma();
      };
    case "raw":
      // A bitmap is RGBA whatever its file was; red is what a gray file holds.
      if (channels !== wanted && !(channels === 4 && (wanted === 3 || wanted === 1))) return refuse();
      return (to, from) => {
        for (let channel = 0; channel < wanted; channel++) values[to + channel] = at(from + channel);
      };
  }
}
