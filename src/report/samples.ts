/** Example segmentations beside image and truth, as a part of a report. */
import { escaped, tag } from "../draw/svg.js";
import { hundred } from "../metrics/text.js";
import { image, section, swatch } from "./html.js";
import type { ReportRun, Sample } from "./report-run.js";

export function samplesSection({ samples, withoutSamples, labels }: ReportRun): string {
  const title = "Examples";
  if (samples.length === 0)
    return withoutSamples === null ? "" : section(title, tag("p", { class: "note" }, escaped(withoutSamples)));
  const outputs = [...new Set(samples.map(({ output }) => output))];
  const parts = outputs.flatMap((output) => {
    const own = samples.filter((sample) => sample.output === output);
    const named = new Set(own.flatMap(({ classes }) => classes));
    const { classes = [], ignore = null } = labels[output] ?? {};
    const known = ignore ? [...classes, ignore] : classes;
    const keys = known
      .filter(({ name }) => named.has(name))
      .map(({ name, color }) => tag("li", {}, swatch(color), escaped(name)));
    return [
      outputs.length > 1 ? tag("h3", {}, escaped(output)) : "",
      tag("ul", { class: "key" }, ...keys),
      tag("div", { class: "samples" }, ...own.map(figure)),
    ];
  });
  return section(title, ...parts);
}

function figure({ name, width, height, picture, truth, prediction, pixelAccuracy }: Sample): string {
  const shown = (png: Uint8Array, what: string): string =>
    tag("div", {}, image(png, `${what} of ${name}`, width, height), tag("span", {}, what));
  const said = pixelAccuracy === null ? "its truth is void throughout" : `pixel accuracy ${hundred(pixelAccuracy)}%`;
  return tag(
    "figure",
    {},
    tag("div", { class: "row" }, shown(picture, "image"), shown(truth, "truth"), shown(prediction, "prediction")),
    tag("figcaption", {}, escaped(`${name}: ${said}`)),
  );
}
