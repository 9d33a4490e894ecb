/** The report of a run as one HTML page that stands alone. */
import { escaped, tag } from "../draw/svg.js";
import { hundred, metricWords } from "../metrics/text.js";
import { drawConfusion, mistakes } from "./confusion-map.js";
import { curvesOf, drawOnePanel } from "./curves.js";
import { bar, page, scrolling, section, swatch, table } from "./html.js";
import { bestValidation, type ReportRun } from "./report-run.js";
import type { LoggedHead, LoggedValidation } from "./run-log.js";
import { samplesSection } from "./samples.js";
import { REPORT_STYLE } from "./style.js";

const PLOT_SIZE = { width: 440, height: 250 };
const MISTAKES = 10;

export function reportPage(run: ReportRun): string {
  const best = bestValidation(run.log);
  return page(
    `${run.net}: ${run.name}`,
    REPORT_STYLE,
    tag("h1", {}, escaped(run.net)),
    tag("p", { class: "faint" }, escaped(`A run of fcnc: ${run.name}`)),
    best ? tiles(best, run) : "",
    facts(run),
    section("Curves", plots([run])),
    ...(best ? best.heads.map((head) => headSection(head, best, run)) : [notValidated()]),
    samplesSection(run),
    specSection(run),
  );
}

/** Panels side by side. */
export function plots(runs: readonly ReportRun[]): string {
  const curves = curvesOf(runs);
  if (curves.panels.length === 0) return tag("p", {}, "The log has no update yet.");
  return tag("div", { class: "plots" }, ...curves.panels.map((panel) => drawOnePanel(panel, curves, PLOT_SIZE)));
}

const notValidated = (): string =>
  tag("p", { class: "note" }, "The run was not validated, so there is no confusion: its recipe names no data for it.");

function tiles({ metrics, images }: LoggedValidation, { log }: ReportRun): string {
  const keys = ["meanIU", "pixelAccuracy", "meanAccuracy", "frequencyWeightedIU"] as const;
  const boxes = keys.map((key) => {
    const value = hundred(metrics[key]);
    return tag("div", { class: "tile" }, tag("b", {}, value === "-" ? "-" : `${value}%`), metricWords[key]);
  });
  const count = log.validations.length;
  const which = count === 1 ? "the only validation" : `the best of ${count} validations`;
  return (
    tag("div", { class: "tiles" }, ...boxes) +
    tag("p", { class: "faint" }, `In ${which}, after ${images.toLocaleString("en")} images.`)
  );
}

function facts({ facts: list }: ReportRun): string {
  const entries = list.flatMap(([title, text]) => [tag("dt", {}, escaped(title)), tag("dd", {}, escaped(text))]);
  return section("Run", tag("dl", {}, ...entries));
}

function headSection(head: LoggedHead, { heads, images }: LoggedValidation, run: ReportRun): string {
  const title = heads.length > 1 ? `Classes of ${head.name}` : "Classes";
  const when = `after ${images.toLocaleString("en")} images`;
  const shown = head.confusion && { classes: head.classes.map(({ name }) => name), counts: head.confusion };
  if (!shown) return section(title, classTable(head, run, when));
  const rows = mistakes(shown, MISTAKES).map(({ truth, predicted, pixels, share }) => [
    escaped(`${truth} taken for ${predicted}`),
    pixels.toLocaleString("en"),
    `${hundred(share)}%`,
  ]);
  const confusion = tag(
    "div",
    {},
    tag("h3", {}, "Confusion"),
    tag("p", { class: "faint" }, "Rows are the truth, columns what was predicted; each row in percent of its class."),
    scrolling("confusion matrix", drawConfusion(shown)),
    rows.length > 0 ? table("The most frequent mistakes", ["mistake", "pixels", "of its class"], rows) : "",
  );
  return section(title, tag("div", { class: "two" }, classTable(head, run, when), confusion));
}

function classTable(head: LoggedHead, run: ReportRun, when: string): string {
  const labels = run.labels[head.name]?.classes ?? [];
  const rows = head.classes.map(({ name, iu, accuracy, pixels }, i) => {
    const color = labels[i]?.color;
    return [
      `${color ? swatch(color) : ""}${escaped(name)}`,
      iu === null ? "absent" : `${bar(iu)}${hundred(iu)}%`,
      accuracy === null ? "-" : `${hundred(accuracy)}%`,
      pixels.toLocaleString("en"),
    ];
  });
  const caption = `IU of each class ${when}; absent ones are neither in the truth nor predicted`;
  return table(caption, ["class", "IU", "accuracy", "pixels"], rows);
}

function specSection({ spec }: ReportRun): string {
  if (spec === null) return "";
  const text = tag("pre", { tabindex: "0", role: "region", "aria-label": "spec" }, escaped(spec));
  return section(
    "Recipe and spec",
    tag("details", { open: "" }, tag("summary", {}, "as they were for this run"), text),
  );
}
