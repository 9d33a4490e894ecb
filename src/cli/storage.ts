/** How weights are stored: `--quantize "fc*=uint8,float16"`, or `quantize: [uint8("fc*"), float16]` in a target. */
import { STORED_TYPES, type StorageRule, type StoredType } from "../../targets/storage.js";
import { nearest } from "../diagnostics/suggest.js";
import type { PlanValue } from "../model/plan.js";
import { Fault, UsageError } from "./fail.js";

const WAY = 'write `--quantize uint8`, or by names, the first that fits: `--quantize "fc*=uint8,float16"`';

/** @throws {UsageError} */
export function parseStorage(text: string): StorageRule[] {
  return text.split(",").map((part) => {
    const at = part.lastIndexOf("=");
    const pattern = at === -1 ? null : part.slice(0, at).trim();
    const type = part.slice(at + 1).trim();
    if (pattern === "") throw new UsageError(`\`--quantize ${text}\`: there is no name before \`=\``, [WAY]);
    if (isStored(type)) return { pattern, type };
    const near = nearest(type, STORED_TYPES);
    throw new UsageError(`\`${type}\` is no type that weights are stored in: ${STORED_TYPES.join(", ")}`, [
      near === null ? WAY : `did you mean \`${near}\`?`,
    ]);
  });
}

/** The setting as a plan has it, whose words the compiler has looked at. */
export function declaredStorage(value: PlanValue | undefined): StorageRule[] {
  if (value === undefined) return [];
  return [value].flat().flatMap((item): StorageRule[] => {
    if (typeof item === "string" && isStored(item)) return [{ pattern: null, type: item }];
    if (typeof item !== "object" || !("call" in item)) throw unreadable(item);
    const { call, arguments: given } = item as { call: PlanValue; arguments: Readonly<Record<string, PlanValue>> };
    const patterns = Object.values(given);
    if (typeof call !== "string" || !isStored(call)) throw unreadable(item);
    if (patterns.length === 0) return [{ pattern: null, type: call }];
    return patterns.map((pattern) => {
      if (typeof pattern !== "string" || pattern === "") throw unreadable(pattern);
      return { pattern, type: call };
    });
  });
}

function unreadable(value: PlanValue): Fault {
  return new Fault(`\`quantize\` takes types and names of layers, and not ${JSON.stringify(value)}`, [
    'write it like `quantize: uint8`, or `quantize: [float16("score*"), uint8]`',
  ]);
}

const isStored = (text: string): text is StoredType => STORED_TYPES.some((type) => type === text);
