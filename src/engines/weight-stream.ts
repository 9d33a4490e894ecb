import { EngineError, type WeightSpec } from "./engine.js";
import { weightBytes } from "./model-check.js";

/**
 * The weights as TF.js wants them: a stream with one piece for each tensor. With pieces of another size TF.js joins
 * them anew for each, which takes seconds for a tensor of hundreds of megabytes.
 *
 * @throws (into the stream) {EngineError} when there are fewer or more bytes than the tensors need.
 */
export function weightStream(
  specs: readonly WeightSpec[],
  data: AsyncIterable<Uint8Array>,
): ReadableStream<ArrayBuffer> {
  const pieces = perTensor(specs, data);
  return new ReadableStream<ArrayBuffer>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    // Nothing ahead of what is asked for: a piece may have 400 MB.
    { highWaterMark: 0 },
  );
}

async function* perTensor(
  specs: readonly WeightSpec[],
  data: AsyncIterable<Uint8Array>,
): AsyncGenerator<ArrayBuffer, void, undefined> {
  const source = data[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let missing = specs.reduce((sum, spec) => sum + (weightBytes(spec) ?? 0), 0);
  try {
    for (const spec of specs) {
      const tensor = new Uint8Array(weightBytes(spec) ?? 0);
      for (let filled = 0; filled < tensor.length;) {
        if (rest.length === 0) {
          const { done, value } = await source.next();
          if (done === true) throw new EngineError(`the weights end ${missing} bytes early: the bundle is not whole`);
          rest = value;
          continue;
        }
        const some = rest.subarray(0, tensor.length - filled);
        tensor.set(some, filled);
        filled += some.length;
        missing -= some.length;
        rest = rest.subarray(some.length);
      }
      yield tensor.buffer;
    }
    const end = rest.length > 0 ? { done: false } : await source.next();
    if (end.done !== true) throw new EngineError("there are more weights than the model declares");
  } finally {
    await source.return?.();
  }
}
