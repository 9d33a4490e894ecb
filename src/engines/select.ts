import { EngineError, type Engine, type EngineName } from "./engine.js";
import { jsEngine } from "./js.js";
import { nativeEngine } from "./native.js";
import { wasmEngine } from "./wasm.js";

/** Best first: the order in which `auto` tries them. */
export const ENGINES = ["native", "wasm", "js"] as const satisfies readonly EngineName[];

const START: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  native: () => nativeEngine(),
  wasm: wasmEngine,
  js: jsEngine,
};

export interface Selection<Started = Engine> {
  readonly engine: Started;
  /** Why engines that come before it were not taken, as lines without a full stop. */
  readonly passedOver: readonly string[];
}

/**
 * Starts the engine that was asked for, or the best that starts.
 * @throws {EngineError} when it does not start; `auto` never asks for more than Node has.
 */
export const selectEngine = (choice: EngineName | "auto" = "auto"): Promise<Selection> => startFirst(choice, START);

/** The same for other uses of the engines, each with a start of its own. */
export async function startFirst<Started>(
  choice: EngineName | "auto",
  start: Readonly<Record<EngineName, () => Promise<Started>>>,
): Promise<Selection<Started>> {
  if (choice !== "auto") {
    try {
      return { engine: await start[choice](), passedOver: [] };
    } catch (error) {
      throw new EngineError(`the engine \`${choice}\` cannot be had: ${reason(error)}`, { cause: error });
    }
  }
  const passedOver: string[] = [];
  for (const name of ENGINES) {
    try {
      return { engine: await start[name](), passedOver };
    } catch (error) {
      passedOver.push(`${name}: ${reason(error)}`);
    }
  }
  throw new EngineError(`no engine can be had: ${passedOver.join("; ")}`);
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
