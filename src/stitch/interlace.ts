/** The runs of shift-and-stitch, and the dense map that they make. */
import type { LoadedModel, Value } from "../engines/engine.js";
import type { OperationOf } from "../model/plan.js";
import { denseSize, isFault, type Fault, type Stitch } from "./stitch.js";

/** Float32 in rows of pixels, [H, W, C]. */
export interface DenseMap {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** `picture` is the net's input, [1, H, W, C]; `progress` is told of every run that is done. */
export async function runStitched(
  stitch: Stitch,
  model: Pick<LoadedModel, "run">,
  picture: Value,
  progress: (done: number, of: number) => void = () => undefined,
): Promise<DenseMap | Fault> {
  const [, height = 0, width = 0] = picture.shape;
  const size = denseSize(stitch, height, width);
  if (isFault(size)) return size;
  const { layer, input, channels, stride } = stitch;
  const data = new Float32Array(size.height * size.width * channels);
  const map: DenseMap = { ...size, channels, data };
  const fill = neutralValues(stitch);
  for (let down = 0; down < stride[0]; down++)
    for (let across = 0; across < stride[1]; across++) {
      const moved = move(picture, down, across, fill);
      const value = (await model.run({ [input.name]: moved }, [layer]))[layer];
      if (!value) throw new Error(`the model gave no ${layer}`);
      interlace(map, value, stitch, down, across);
      progress(down * stride[1] + across + 1, stride[0] * stride[1]);
    }
  return map;
}

/** The picture moved down and to the right, and larger by as much. */
export function move(picture: Value, down: number, across: number, fill: readonly number[]): Value {
  const [, height = 0, width = 0, channels = 0] = picture.shape;
  const columns = width + across;
  const data = new Float32Array((height + down) * columns * channels);
  for (let at = 0; at < data.length; at++) data[at] = fill[at % channels] ?? 0;
  for (let y = 0; y < height; y++) {
    const row = picture.data.subarray(y * width * channels, (y + 1) * width * channels);
    data.set(row, ((y + down) * columns + across) * channels);
  }
  return { data, shape: [1, height + down, columns, channels] };
}

/** Puts unit i of a run at i f - r; those before 0 saw what was filled in, and have no place. */
function interlace(map: DenseMap, { data, shape }: Value, { stride }: Stitch, down: number, across: number): void {
  const [, height = 0, width = 0, channels = 0] = shape;
  for (let i = 0; i < height; i++) {
    const y = i * stride[0] - down;
    if (y < 0 || y >= map.height) continue;
    for (let j = 0; j < width; j++) {
      const x = j * stride[1] - across;
      if (x < 0 || x >= map.width) continue;
      const from = (i * width + j) * channels;
      map.data.set(data.subarray(from, from + channels), (y * map.width + x) * channels);
    }
  }
}

/** For each channel of the input, the value that the preprocessing turns into the zero of paddings. */
export function neutralValues({ operations, input }: Stitch): readonly number[] {
  const zeros = Array.from({ length: input.channels }, () => 0);
  const first = operations.find(
    (operation): operation is OperationOf<"preprocess"> =>
      operation.op === "preprocess" && operation.inputs[0] === input.name,
  );
  if (!first) return zeros;
  const { scale, offset, log, reverse } = first;
  const values = zeros.map((_, c) => {
    const plain = -(offset[c] ?? 0) / (scale[c] ?? 1);
    return log ? Math.exp(plain) : plain;
  });
  return reverse ? values.toReversed() : values;
}
