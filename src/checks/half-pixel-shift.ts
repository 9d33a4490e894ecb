import { diagnose } from "../diagnostics/diagnostic.js";
import { rational, toString } from "../model/rational.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { misfitOn, type Meeting } from "../passes/align.js";
import { mendingKernels } from "../passes/mend.js";
import { axesWhere, axisText, nodeName, siteOf, whereTheyLie, whyNot } from "./words.js";

export const halfPixelShift: Check = {
  code: {
    code: "half-pixel-shift",
    severity: "error",
    whenAllowed: `
Maps that are merged are combined unit by unit where they are equal in size, which is proved. A crop is made at the
offset that it must state then, such as \`offset: 18\`. Either counts as lying where its reference lies: the first map,
or the one that is cropped to.`,
    summary: "Two maps that meet lie a fraction of a unit apart, so that no crop aligns them.",
    explanation: `
Every 2x2 pooling moves the grid by half a unit, and so does every deconvolution with an even kernel, the other way. A
trunk of 2x2 poolings (VGG) wants even kernels, 2 factor; one of 3x3 poolings (AlexNet, GoogLeNet) wants odd ones,
2 factor - 1: AlexNet with \`upsample(32x, kernel: 64)\` lies 37/2 pixels off, with 63 it lies 18 off and can be cropped.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3, pad: 9) -> maxpool(3, stride: 2)
  b = upsample(2x, kernel: 4)
  score = crop(to: image)
  output score`),
      mended: exampleNet(`  a = image -> conv(8, 3, pad: 9) -> maxpool(3, stride: 2)
  b = upsample(2x, kernel: 3)
  score = crop(to: image)
  output score`),
    },
  },
  *run(facts) {
    for (const meeting of facts.meetings) {
      const off = axesWhere((axis) => misfitOn(meeting, axis) === "half-pixel-shift");
      const [first] = off;
      if (!first) continue;
      const offset = toString(meeting[first].offset ?? rational(0));
      const own = nodeName(facts, meeting.own);
      const reference = nodeName(facts, meeting.reference);
      yield diagnose(
        this.code,
        `\`${own}\` lies ${offset.replace("-", "")} units off \`${reference}\`${axisText(off)}, and no crop can take part of a unit`,
        {
          at: siteOf(meeting.node, facts.graph.file),
          label: `the derived offset is ${offset}`,
          unallowable: whyNot(meeting),
          related: whereTheyLie(facts, meeting),
          help: ways(facts, meeting),
        },
      );
    }
  },
};

function ways(facts: Facts, meeting: Meeting): string[] {
  const found = mendingKernels(facts.graph, facts.geometry, meeting);
  if (found.length === 0) return ["change the kernel of an upsampling by one, or the padding of a layer above"];
  return found.map(({ node, kernel, offset }) => `with \`kernel: ${kernel}\` on \`${node}\` the offset is ${offset}`);
}
