/** Reads the plan of a bundle, which may come from a stranger. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../model/plan.js";
import { WeightsError } from "../weights/errors.js";
import { readModelJson } from "../weights/formats/tfjs-files.js";
import { Fault } from "./fail.js";
import { isPlan } from "./plan-parts.js";

/** @throws {Fault} when there is no plan, or it is not one that this version understands. */
export async function readPlan(bundle: string): Promise<Plan> {
  const path = bundle.endsWith(".json") ? join(bundle, "..", "plan.json") : join(bundle, "plan.json");
  const found = await stat(path).catch(() => null);
  if (!found?.isFile())
    throw new Fault(`\`${bundle}\` is no bundle: it has no plan.json`, ["name a folder that `fcnc compile` wrote"]);
  const plan = await readModelJson(path).catch((error: unknown) => {
    throw error instanceof WeightsError ? new Fault(error.message, ["compile the bundle again"]) : error;
  });
  if (!isPlan(plan))
    throw new Fault(`${path} is no plan that this version of fcnc understands`, ["compile the bundle again"]);
  return plan;
}
