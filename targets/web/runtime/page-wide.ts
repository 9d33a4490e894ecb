import type { TensorFlow } from "./tensorflow.js";
import type { BackendName } from "./types.js";

/** What all bundles of a page share where they run in it, each with a module of its own: TF.js has one state for all. */
interface PageWide {
  /** The first module's; others take it, too. */
  tensorflow: Promise<TensorFlow> | null;
  /** Settles when nobody works with TF.js. */
  turn: Promise<unknown>;
  /** Backends that TF.js takes for alive and whose graphics processor is gone. */
  readonly gone: Set<BackendName>;
}

const KEY = Symbol.for("fcnc.page-wide.1");
const holder = globalThis as { [KEY]?: PageWide };

export const pageWide: PageWide = (holder[KEY] ??= { tensorflow: null, turn: Promise.resolve(), gone: new Set() });

/** What TF.js does is done for one net at a time: which backend it runs on is the same for all. */
export function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  const done = pageWide.turn.then(work, work);
  pageWide.turn = done.catch(() => undefined);
  return done;
}
