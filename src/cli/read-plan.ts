/** Reads the plan of a bundle, which may come from a stranger. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../model/plan.js";
import { Fault } from "./fail.js";

/** Plans of the largest nets have some megabytes. */
const PLAN_LIMIT_BYTES = 64 * 1024 * 1024;

/** @throws {Fault} when there is no plan, or it is not one that this version understands. */
export async function readPlan(bundle: string): Promise<Plan> {
  const path = bundle.endsWith(".json") ? join(bundle, "..", "plan.json") : join(bundle, "plan.json");
  const found = await stat(path).catch(() => null);
  if (!found?.isFile())
    throw new Fault(`\`${bundle}\` is no bundle: it has no plan.json`, ["name a folder that `fcnc compile` wrote"]);
  if (found.size > PLAN_LIMIT_BYTES) throw new Fault(`${path} has ${found.size} bytes, too many for a plan`);
  let plan: unknown;
  try {
    plan = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new Fault(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, [
      "compile the bundle again",
    ]);
  }
  if (!isPlan(plan))
    throw new Fault(`${path} is no plan that this version of fcnc understands`, ["compile the bundle again"]);
  return plan;
}

/** The parts that are relied on before the graph runs; the graph itself is checked by the engine. */
function isPlan(value: unknown): value is Plan {
  if (typeof value !== "object" || value === null) return false;
  if (!("format" in value) || value.format !== "fcnc-plan" || !("version" in value) || value.version !== 1)
    return false;
  return (
    "inputs" in value &&
    Array.isArray(value.inputs) &&
    "outputs" in value &&
    Array.isArray(value.outputs) &&
    "validFor" in value
  );
}
