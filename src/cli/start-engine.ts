import type { Engine, EngineName } from "../engines/engine.js";
import { selectEngine, type Selection } from "../engines/select.js";
import { tell, tellNote } from "./output.js";

/** The options of every command that runs a net. */
export interface EngineOptions {
  readonly engine: EngineName | "auto";
  /** Tells why better engines were passed over. */
  readonly verbose?: boolean;
}

export interface StartedEngine {
  readonly engine: Engine;
  /** For JSON output. */
  readonly detail: EngineDetail;
}

export interface EngineDetail {
  readonly asked: EngineName | "auto";
  readonly description: string;
  /** Why engines that are better were not taken; empty where none is or where one was asked for by name. */
  readonly passedOver: readonly string[];
}

/**
 * Starts the engine that was asked for and says on standard error which it is.
 * @throws {EngineError} when it does not start.
 */
export async function startEngine(options: EngineOptions): Promise<StartedEngine> {
  const selection = await selectEngine(options.engine);
  const detail = detailOf(options.engine, selection);
  tellEngine(detail, options);
  return { engine: selection.engine, detail };
}

export const detailOf = (asked: EngineDetail["asked"], { engine, passedOver }: Selection): EngineDetail => ({
  asked,
  description: engine.description,
  passedOver,
});

export function tellEngine({ description, passedOver }: EngineDetail, { verbose }: EngineOptions): void {
  tell(`engine: ${description}`);
  if (verbose === true) for (const line of passedOver) tellNote(`passed over: ${line}`);
}
