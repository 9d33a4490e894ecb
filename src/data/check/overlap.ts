/** Images that a net is both trained and validated on. */
import type { DatasetCall } from "../dataset.js";
import type { Finding } from "./finding.js";
import { counted } from "./finding.js";
import type { Survey } from "./survey.js";

/** Sets whose images are VOC's: an image has one name in all of them, even where its file was written anew. */
const OF_VOC: ReadonlySet<string> = new Set(["voc2011", "voc2012", "sbdd", "pascal_context"]);

export interface Surveyed {
  readonly call: DatasetCall;
  readonly survey: Survey;
}

/** One finding where there are such images: by their files' contents, and between VOC's sets by their names as well. */
export function overlapOf(trained: Surveyed, validated: Surveyed): Finding[] {
  const shared = new Set<string>();
  for (const [digest, names] of validated.survey.digests)
    if (trained.survey.digests.has(digest)) for (const name of names) shared.add(name);
  if (OF_VOC.has(trained.call.kind) && OF_VOC.has(validated.call.kind)) {
    const names = new Set(trained.survey.names);
    for (const name of validated.survey.names) if (names.has(name)) shared.add(name);
  }
  if (shared.size === 0) return [];
  const offered = trained.call.kind === "sbdd" && validated.call.kind.startsWith("voc");
  return [
    {
      severity: "error",
      code: "train-and-validate",
      data: validated.survey.title,
      message: `${shared.size} of ${counted(validated.survey.names.length, "image")} are in ${trained.survey.title} as well: what is measured on them says nothing`,
      help: offered
        ? ['validate on the images of VOC 2011 that SBD does not train on: `validate: voc2011(split: "seg11valid")`']
        : ["take them out of one of the two lists"],
      about: [...shared],
    },
  ];
}
