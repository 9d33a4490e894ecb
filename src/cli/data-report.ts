/** What `fcnc data check` prints. */
import { visible } from "../diagnostics/columns.js";
import { counted, type Finding } from "../data/check/finding.js";
import type { LabelSurvey, Survey, ValueCount } from "../data/check/survey.js";
import { VOID } from "../data/dataset.js";
import type { Plan } from "../model/plan.js";

export interface Checked {
  /** What the recipe has it for; null where it stands alone. */
  readonly role: "train" | "validate" | null;
  readonly survey: Survey;
  readonly findings: readonly Finding[];
}

/** Examples and files that are named; the rest is counted. */
const SHOWN = 20;

export function reportJson(checked: readonly Checked[], findings: readonly Finding[], plan: Plan | null): object {
  return {
    net: plan?.net ?? null,
    sets: checked.map(({ role, survey: { title, names, read, sizes, labelSets } }) => ({
      role,
      data: title,
      images: names.length,
      usable: read,
      sizes: {
        distinct: sizes.length,
        smallest: sizes[0]?.size ?? null,
        largest: sizes.at(-1)?.size ?? null,
      },
      labelSets: labelSets.map((set) => ({
        name: set.name,
        pixels: set.pixels,
        values: rowsOf(set).map(({ name, value, pixels, images }) => ({
          value,
          name,
          pixels,
          share: share(pixels, set),
          images,
        })),
      })),
    })),
    findings: findings.map(({ about, ...finding }) => ({
      ...finding,
      about: about.slice(0, SHOWN),
      more: Math.max(0, about.length - SHOWN),
    })),
  };
}

export function reportText(checked: readonly Checked[], findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const verdict =
    findings.length === 0
      ? "nothing is wrong"
      : [errors > 0 && counted(errors, "error"), warnings > 0 && counted(warnings, "warning")]
          .filter(Boolean)
          .join(", ");
  return [...checked.map(setText), ...findings.map(findingText), verdict].join("\n\n");
}

function setText({ role, survey: { title, names, sizes, labelSets } }: Checked): string {
  const [smallest, largest] = [sizes[0]?.size.join("x"), sizes.at(-1)?.size.join("x")];
  const size =
    smallest === undefined
      ? ""
      : smallest === largest
        ? `, all of ${smallest} px`
        : `, ${smallest} to ${largest} px in ${sizes.length} sizes`;
  const use = role === null ? "" : role === "train" ? "trained on: " : "validated on: ";
  return [
    `${use}${visible(title)}: ${counted(names.length, "image")}${size}`,
    ...labelSets.map((set) => tableText(set, labelSets.length > 1)),
  ].join("\n");
}

interface Row extends ValueCount {
  readonly name: string | null;
}

/** The classes, those that never occur too, then what else occurs. */
function rowsOf({ classes, values }: LabelSurvey): Row[] {
  const known = new Map(values.map((one) => [one.value, one]));
  const all = new Set([...(classes ?? []).map((_, index) => index), ...known.keys()]);
  return [...all]
    .sort((a, b) => a - b)
    .map((value) => ({
      ...(known.get(value) ?? { value, pixels: 0, images: 0 }),
      name: value === VOID ? "void" : (classes?.[value] ?? null),
    }));
}

const share = (pixels: number, set: LabelSurvey): number => (set.pixels === 0 ? 0 : pixels / set.pixels);

function tableText(set: LabelSurvey, named: boolean): string {
  const rows = rowsOf(set);
  const width = Math.max(5, ...rows.map(({ name }) => visible(name ?? "").length));
  const head = `  ${"".padStart(5)}  ${(named ? set.name : "class").padEnd(width)}  of pixels  images`;
  const lines = rows.map(({ value, name, pixels, images }) => {
    const percent = `${(100 * share(pixels, set)).toFixed(2)}%`;
    return `  ${String(value).padStart(5)}  ${visible(name ?? "?").padEnd(width)}  ${percent.padStart(9)}  ${String(images).padStart(6)}`;
  });
  return [head, ...lines].join("\n");
}

function findingText({ severity, code, data, message, help, about }: Finding): string {
  const more = about.length > SHOWN ? [`    and ${about.length - SHOWN} more`] : [];
  return [
    `${severity}[${code}]: ${visible(data)}: ${visible(message)}`,
    ...about.slice(0, SHOWN).map((one) => `    ${visible(one)}`),
    ...more,
    ...help.map((line) => `  help: ${visible(line)}`),
  ].join("\n");
}
