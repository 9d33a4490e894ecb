/** What is wrong with a data set by itself. */
import { VOID, type DataFault } from "../dataset.js";
import { counted, type Finding, type FindingCode } from "./finding.js";
import type { LabelSurvey, Survey } from "./survey.js";

const FAULTS: Readonly<
  Record<DataFault, { readonly code: FindingCode; readonly says: string; readonly help: string }>
> = {
  missing: {
    code: "missing-files",
    says: "a file is missing",
    help: "unpack the set again, or take the names out of its list",
  },
  unreadable: { code: "unreadable-files", says: "a file cannot be read", help: "copy or download these files again" },
  "colour-labels": {
    code: "colour-labels",
    says: "labels are in colours, not class indices",
    help: "save labels as PNGs with a palette or in gray, whose values are the classes' indices",
  },
  "label-size": {
    code: "label-sizes",
    says: "labels are of another size than the image",
    help: "labels have a value for each pixel of their image: make them anew, or resize without interpolation",
  },
  absent: { code: "unreadable-files", says: "they cannot be used", help: "docs/data.md says what a set consists of" },
  setup: { code: "unreadable-files", says: "they cannot be used", help: "docs/data.md says what a set consists of" },
};

/**
 * @param classesOf how many classes a label set may have, or null where nobody says
 */
export function judgeSet(survey: Survey, classesOf: (set: LabelSurvey) => number | null): Finding[] {
  return [
    ...faultFindings(survey),
    ...repeated(survey),
    ...survey.labelSets.flatMap((set) => [...judgeLabels(survey, set, classesOf(set))]),
  ];
}

function* faultFindings({ title: data, faults, read, names }: Survey): Generator<Finding> {
  for (const { code, says, help } of new Set(Object.values(FAULTS))) {
    const found = faults.filter(({ fault }) => FAULTS[fault].code === code && FAULTS[fault].says === says);
    if (found.length === 0) continue;
    const message = `${found.length} of ${counted(names.length, "example")}: ${says}`;
    yield { severity: "error", code, data, message, help: [help], about: found.map((one) => one.message) };
  }
  if (read === 0)
    yield { severity: "error", code: "no-image", data, message: "not one example can be used", help: [], about: [] };
}

function* repeated({ title: data, digests, names }: Survey): Generator<Finding> {
  const twice = [...digests.values()].filter((same) => same.length > 1);
  if (twice.length === 0) return;
  const more = twice.reduce((sum, same) => sum + same.length - 1, 0);
  yield {
    severity: "warning",
    code: "repeated-images",
    data,
    message: `${more} of ${counted(names.length, "image")} are there more than once`,
    help: ["they count more than the others; take them out of the list unless that is meant"],
    about: twice.map((same) => same.join(" = ")),
  };
}

function* judgeLabels(survey: Survey, set: LabelSurvey, classes: number | null): Generator<Finding> {
  const { title: data, labelSets, read } = survey;
  const of = labelSets.length > 1 ? ` of \`${set.name}\`` : "";
  const beyond = set.values.filter(({ value }) => classes !== null && value >= classes && value !== VOID);
  if (classes !== null && beyond.length > 0) {
    const pixels = beyond.reduce((sum, one) => sum + one.pixels, 0);
    yield {
      severity: "error",
      code: "labels-out-of-range",
      data,
      message: `${counted(beyond.length, "value")}${of} beyond the ${classes} classes, 0 to ${classes - 1}, in ${counted(pixels, "pixel")}`,
      help: [`pixels that are not to count are ${VOID}; else the net and its list of labels need more classes`],
      about: beyond.map(
        ({ value, pixels: number, images }) => `${value}: ${counted(number, "pixel")} in ${counted(images, "image")}`,
      ),
    };
  }
  if (set.allVoid.length > 0)
    yield {
      severity: read > 0 && set.allVoid.length === read ? "error" : "warning",
      code: "all-void",
      data,
      message: `${counted(set.allVoid.length, "image")} with no label${of} but void`,
      help: isBlackAndWhite(set)
        ? [`${VOID} is void: where it is a class, as in black-and-white masks, write \`folder(..., values: "0,255")\``]
        : ["nothing is learnt from them"],
      about: set.allVoid,
    };
  else if (isBlackAndWhite(set) && (classes === null || classes === 2))
    yield {
      severity: "error",
      code: "absent-classes",
      data,
      message: `the labels${of} are 0 and ${VOID} alone, and ${VOID} is void: one class is all there is to learn`,
      help: [`where ${VOID} is a class, as in black-and-white masks, write \`folder(..., values: "0,255")\``],
      about: [],
    };
  const present = new Set(set.values.map(({ value }) => value));
  const absent = Array.from({ length: classes ?? 0 }, (_, index) => index).filter((index) => !present.has(index));
  if (absent.length > 0 && read > 0)
    yield {
      severity: "warning",
      code: "absent-classes",
      data,
      message: `${counted(absent.length, "class").replace("classs", "classes")} of ${classes}${of} never occur`,
      help: ["a net cannot learn them here, and they have no IU"],
      about: absent.map((index) => `${index} ${set.classes?.[index] ?? ""}`.trim()),
    };
}

const isBlackAndWhite = ({ values }: LabelSurvey): boolean =>
  values.length === 2 && values[0]?.value === 0 && values[1]?.value === VOID;
