import { weightBytes } from "../weights/formats/tfjs-manifest.js";
import { EngineError, type WeightSpec } from "./engine.js";

export interface WeightStream {
  readonly stream: ReadableStream<ArrayBuffer>;
  /**
   * What went wrong with the weights, or null. The stream itself goes on with zeros to its end: TF.js would lose the
   * tensors it has made if it failed, and so it gives a model that can be disposed of.
   */
  failure(): unknown;
  /** Ends the reading, also in the middle: files are closed. */
  close(): Promise<void>;
}

/**
 * The weights as TF.js wants them: a stream with one piece for each tensor. With pieces of another size TF.js joins
 * them anew for each, which takes seconds for a tensor of hundreds of megabytes.
 *
 * It is a failure when there are fewer or more bytes than the tensors need.
 */
export function weightStream(specs: readonly WeightSpec[], data: AsyncIterable<Uint8Array>): WeightStream {
  const pieces = perTensor(specs, data);
  let failure: unknown = null;
  let given = 0;
  const next = async (): Promise<ArrayBuffer | null> => {
    const spec = specs[given++];
    if (spec === undefined) return null;
    try {
      const { done, value } = failure === null ? await pieces.next() : { done: true };
      if (done !== true && value !== undefined) return value;
    } catch (error) {
      failure = error;
    }
    return new ArrayBuffer(weightBytes(spec) ?? 0);
  };
  const stream = new ReadableStream<ArrayBuffer>(
    {
      async pull(controller) {
        const piece = await next();
        if (piece === null) controller.close();
        else controller.enqueue(piece);
      },
    },
    // Nothing ahead of what is asked for: a piece may have 400 MB.
    { highWaterMark: 0 },
  );
  return {
    stream,
    failure: () => failure,
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
