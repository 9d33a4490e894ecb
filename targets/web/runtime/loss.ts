import type { StartedBackend } from "./first-that-works.js";

/** A graphics processor that is gone says so only after what that broke: WebGPU's a moment later. */
const MOMENT_MILLISECONDS = 500;

/** To be awaited after an error, which a loss may have caused; at once where there is no graphics processor. */
export async function awaitLoss({ backend: { name }, lost }: StartedBackend): Promise<void> {
  if (name !== "webgpu" && name !== "webgl") return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, MOMENT_MILLISECONDS)));
  await Promise.race([lost, late]);
  clearTimeout(timer);
}
