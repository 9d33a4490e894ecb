import { caffeNotUnderstood } from "../../diagnostics/codes/caffe.js";
import type { Initializer } from "../../model/plan.js";
import type { Fields } from "../fields.js";

const ZERO: Initializer = { kind: "zero" };

/** FillerParameter as an initializer; Caffe's default is the constant 0. */
export function readFiller(fields: Fields, name: string, otherwise: Initializer = ZERO): Initializer {
  if (!fields.has(name)) return otherwise;
  const filler = fields.within(name);
  const type = filler.text("type") ?? "constant";
  const value = filler.number("value") ?? 0;
  const std = filler.number("std") ?? 1;
  const mean = filler.number("mean") ?? 0;
  filler.ignore("min", "max", "sparse", "variance_norm");
  filler.finish();
  if (type === "constant") return value === 0 ? ZERO : { kind: "constant", value };
  if (type === "gaussian" && mean === 0) return { kind: "gaussian", std };
  if (type === "xavier") return { kind: "xavier" };
  if (type === "msra") return { kind: "he" };
  if (type === "bilinear") return { kind: "bilinear" };
  filler.fault(caffeNotUnderstood, `the filler \`${type}\` of ${fields.owner} has no counterpart in a spec`, null, {
    severity: "warning",
    label: "weights start as Caffe's `msra` instead",
    help: ["what is loaded from a file does not depend on it"],
  });
  return { kind: "he" };
}
