import type { PlanValue } from "../model/plan.js";
import type { Evaluated } from "./values.js";

/** A value of a recipe or target as the plan holds it. */
export function plain(value: Evaluated): PlanValue {
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
      return value.items.map(plain);
    case "object":
      return Object.fromEntries([...value.entries].map(([key, item]) => [key, plain(item)]));
    case "call":
      return {
        call: value.name,
        arguments: Object.fromEntries([...value.arguments].map(([key, item]) => [key, plain(item)])),
      };
    case "node":
    case "broken":
      return "";
  }
}
