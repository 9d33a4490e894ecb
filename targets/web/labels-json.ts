import { numberedLabels } from "../../src/model/labels.js";
import type { Plan } from "../../src/model/plan.js";

type Color = readonly [red: number, green: number, blue: number];

/** What the classes of a mask are called and drawn in, for pages and programs of somebody's own. */
export interface LabelsJson {
  readonly format: "fcnc-labels";
  readonly version: 1;
  /** By output. */
  readonly outputs: Readonly<Record<string, OutputLabels>>;
}

export interface OutputLabels {
  /** In the order of their indices in a mask. */
  readonly classes: readonly { readonly index: number; readonly name: string; readonly color: Color }[];
  /** The index that truth has where nobody knows, which no net predicts. */
  readonly ignore: { readonly index: number; readonly name: string; readonly color: Color } | null;
}

/** Classes without labels are numbered. */
export function labelsJson({ outputs }: Plan): LabelsJson {
  const labelsOf = ({ labels, classes, ignore }: Plan["outputs"][number]): OutputLabels => {
    const known = labels ?? numberedLabels(classes);
    return {
      classes: known.classes.map(({ name, color }, index) => ({ index, name, color })),
      ignore:
        ignore === null ? null : { index: ignore, ...(known.ignore ?? { name: "ignore", color: [255, 255, 255] }) },
    };
  };
  return {
    format: "fcnc-labels",
    version: 1,
    outputs: Object.fromEntries(outputs.map((output) => [output.name, labelsOf(output)])),
  };
}
