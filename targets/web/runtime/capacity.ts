/** What a graphics processor holds in one piece. Beyond it WebGL fails at the first run, and WebGPU gives zeros in silence. */

/** The parts of a `GPUDevice` that are used. */
export interface Device {
  readonly lost: Promise<{ readonly message: string }>;
  readonly limits: { readonly maxStorageBufferBindingSize: number; readonly maxBufferSize: number };
  pushErrorScope(filter: "validation" | "out-of-memory"): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
}

/** TF.js keeps four values in a texel, and lays them out in a square where they are many. */
export function admitTexture(side: number, values: number): void {
  if (Math.ceil(Math.sqrt(values / 4)) <= side) return;
  throw new Error(
    `the net's largest weight has ${values} values, and a texture here holds ${4 * side * side} (${side} x ${side} texels)`,
  );
}

export function admitBuffer(most: number, bytes: number): void {
  if (bytes <= most) return;
  throw new Error(`the net's largest weight has ${bytes} bytes, and a buffer here holds ${most}`);
}

/**
 * Work on a device, which says of itself only when asked that a map did not fit.
 * @throws {Error} with words that `isMemory` knows
 */
export async function watched<Value>(device: Device | undefined, work: () => Promise<Value>): Promise<Value> {
  if (!device) return work();
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  const [value] = await Promise.allSettled([work()]);
  // A device that is lost has no more to say.
  const wrong = await Promise.all([device.popErrorScope(), device.popErrorScope()]).catch(() => []);
  const first = wrong.find((error) => error !== null);
  if (first) throw new Error(`WebGPU has no memory for it: ${first.message.split("\n", 1)[0]}`);
  if (value.status === "rejected") throw value.reason;
  return value.value;
}
