/** The kinds of data set, made from their table. */
import { datasetKinds } from "../../src/data/datasets/index.js";

const HEAD = `# Data sets

A recipe names its data as a call: what kind of set it is, where it lies, and which split of it.

\`\`\`fcn
train my_net {
  data: sbdd(split: "train", seed: 1337)
  validate: voc2011(split: "seg11valid")
}
\`\`\`

- Sets are looked for below the data root: \`--data-root DIR\`, else \`FCNC_DATA\` of the environment, else the spec's
  folder. The places below are the first of several where people have them; a set that lies elsewhere is named, as in
  \`voc2011("/data/VOC2011", split: "val")\`. Relative folders start at the data root.
- \`split\` is never guessed. A list of names makes a split, so your own \`mine.txt\` is \`split: "mine"\`. Where there is no
  \`trainval.txt\`, it is \`train.txt\` and \`val.txt\` together.
- \`seed\` is of the order in which images are trained on: shuffled anew each epoch, or with \`order: "replacement"\` each
  drawn from all. Validation takes every image once. No kind takes anything else but what stands under it.
- Images are PNG or JPEG, found by their names whatever their extension. Labels are PNGs with a palette or in gray whose
  values are the classes, or MATLAB's MAT-files of version 5 to 7. 255 is void everywhere.
- Files of a set are read within [limits](limits.md), and nothing in them is run.

\`fcnc data check\` reads whole sets once, before a net is trained on them: sizes, classes and their share, labels out of
range, in colours or of another size than the image, files that are missing or damaged, images that are in both sets, and
whether the net takes them ([as JSON](json.md#data-check)). It looks at a spec's recipe, a call, or a folder whose layout it
recognises:

\`\`\`sh
npx fcnc data check my-net.fcn
npx fcnc data check 'voc2012(split: "train")' --data-root ~/data
npx fcnc data check shapes/
\`\`\`

\`fcnc data shapes DIR\` makes an example set in VOC's layout: textured shapes on textured grounds, with void borders, the
same for a seed on every machine. It is for trying things out, and no measure of a net.

**SBD and VOC.** SBD labels images of VOC's validation set too, so a net that was trained on \`sbdd(split: "train")\` has seen
a third of \`voc2011(split: "val")\`. \`seg11valid\` is what remains: 736 of 1111 images. Its list is read where it lies
beside the others; else it is computed, where SBD is in the same data root.

This page is made from the table of kinds in \`src/data/datasets\`.
`;

export function dataPage(): string {
  return (
    HEAD +
    datasetKinds
      .map(({ name, summary, layout, splits, settings }) => {
        const given = Object.entries(settings).map(([setting, what]) => `\n- \`${setting}\`: ${what}`);
        const more = given.length > 0 ? `\n${given.join("")}\n` : "";
        const places = `\`\`\`text\n${layout}\n\`\`\``;
        return `\n## ${name}\n\n${summary[0]?.toUpperCase()}${summary.slice(1)}. Splits: ${splits.map((split) => `\`${split}\``).join(", ")}.\n\n${places}\n${more}`;
      })
      .join("")
  );
}
