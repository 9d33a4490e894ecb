import type { PlanValue } from "../model/plan.js";
import type { SettingShape } from "./shape.js";
import type { Evaluated } from "./values.js";

/**
 * A value of a recipe or target as the plan holds it. Arguments of calls that `shape` has names for are under these, also
 * where they were written by their place.
 */
export function plain(value: Evaluated, shape?: SettingShape): PlanValue {
  switch (value.kind) {
    case "number":
    case "string":
    case "boolean":
    case "word":
      return value.value;
    case "factor":
      return { factor: value.value };
    case "extent":
      return { extent: value.value };
    case "list":
      return value.items.map((item) => plain(item, shape));
    case "object":
      return Object.fromEntries([...value.entries].map(([key, item]) => [key, plain(item)]));
    case "call":
      return {
        call: value.name,
        arguments: Object.fromEntries(
          [...value.arguments].map(([key, item]) => [argumentName(key, value.name, shape), plain(item)]),
        ),
      };
    case "node":
    case "broken":
      return "";
  }
}

/** A dataset's folder keeps its place: its name is the data's own affair. */
function argumentName(key: string, call: string, shape: SettingShape | undefined): string {
  if (shape === undefined || shape.first !== undefined || !/^\d+$/.test(key)) return key;
  return shape.calls?.[call]?.[Number(key)] ?? key;
}
