import { FcnError } from "./errors.js";
import { imitationOf } from "./graphics.js";
import type { LoadRequest } from "./protocol.js";
import type { Backend, BackendName } from "./types.js";

export interface StartedBackend {
  readonly backend: Backend;
  /** One sentence for each that was tried before. */
  readonly passedOver: readonly string[];
  /** Settles with the reason when the graphics processor is taken away; never without one. */
  readonly lost: Promise<string>;
}

/**
 * Starts the first backend that works here.
 *
 * @param start throws where one does not; what it adds to the notes is told, too
 * @throws {FcnError} with what is wrong with each where none does.
 */
export async function firstThatWorks<Started>(
  { backends, quick }: Pick<LoadRequest, "backends" | "quick">,
  start: (name: BackendName, notes: string[]) => Promise<Started>,
): Promise<Started & Pick<StartedBackend, "passedOver">> {
  const passedOver: string[] = [];
  for (const name of backends) {
    try {
      const imitation = quick ? await imitationOf(name) : null;
      if (imitation !== null)
        throw new Error(`${imitation} imitates a graphics processor in software, which is slower than WebAssembly`);
      return { ...(await start(name, passedOver)), passedOver };
    } catch (error) {
      passedOver.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new FcnError("no-backend", `No backend works here. ${passedOver.join(". ")}.`);
}
