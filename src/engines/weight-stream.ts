import { EngineError, type WeightSpec } from "./engine.js";
import { weightBytes } from "./model-check.js";

export interface WeightStream {
  readonly stream: ReadableStream<ArrayBuffer>;
  /** Ends the reading, also in the middle: files are closed. */
  close(): Promise<void>;
}

/**
 * The weights as TF.js wants them: a stream with one piece for each tensor. With pieces of another size TF.js joins
 * them anew for each, which takes seconds for a tensor of hundreds of megabytes.
 *
 * The stream fails with an EngineError when there are fewer or more bytes than the tensors need.
 */
export function weightStream(specs: readonly WeightSpec[], data: AsyncIterable<Uint8Array>): WeightStream {
  const pieces = perTensor(specs, data);
  const stream = new ReadableStream<ArrayBuffer>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
    },
    // Nothing ahead of what is asked for: a piece may have 400 MB.
    { highWaterMark: 0 },
  );
  return {
    stream,
    async close() {
      await pieces.return(undefined);
    },
  };
}

async function* perTensor(
  specs: readonly WeightSpec[],
  data: AsyncIterable<Uint8Array>,
): AsyncGenerator<ArrayBuffer, void, undefined> {
  const source = data[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let missing = specs.reduce((sum, spec) => sum + (weightBytes(spec) ?? 0), 0);
  try {
    for (const [index, spec] of specs.entries()) {
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
      // TF.js asks for no more than the last tensor, so the end is looked at before.
      if (index === specs.length - 1 && (rest.length > 0 || (await source.next()).done !== true))
        throw new EngineError("there are more weights than the model declares");
      yield tensor.buffer;
    }
  } finally {
    await source.return?.();
  }
}
