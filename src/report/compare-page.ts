/** Several runs on one page: their curves over the same images, and what each reached. */
import { escaped, tag } from "../draw/svg.js";
import { hundred, metricWords } from "../metrics/text.js";
import { page, section, table } from "./html.js";
import { plots } from "./page.js";
import { drawSample } from "./panel.js";
import { bestValidation, type ReportRun } from "./report-run.js";
import type { LoggedClass } from "./run-log.js";
import { REPORT_STYLE } from "./style.js";

const METRICS = ["meanIU", "pixelAccuracy", "meanAccuracy", "frequencyWeightedIU"] as const;

/** @param runs two or more, in the order in which they are shown */
export function comparePage(runs: readonly ReportRun[]): string {
  const title = `${runs.length} runs compared`;
  return page(
    title,
    REPORT_STYLE,
    tag("h1", {}, title),
    tag("p", { class: "faint" }, "Over the number of images that each has seen, so that batches of any size compare."),
    tag("ul", { class: "key" }, ...runs.map(({ name }, run) => tag("li", {}, line(run), escaped(name)))),
    section("Curves", plots(runs)),
    section("Best validation", bestTable(runs)),
    classTable(runs),
    section("Runs", factsTable(runs)),
  );
}

function line(run: number): string {
  return tag("svg", { class: "plot", width: 34, height: 10, "aria-hidden": "true" }, drawSample(run, 2, 5));
}

function bestTable(runs: readonly ReportRun[]): string {
  const rows = runs.map(({ name, log }) => {
    const best = bestValidation(log);
    const values = METRICS.map((key) => (best ? hundred(best.metrics[key]) : "-"));
    return [escaped(name), ...values, best ? best.images.toLocaleString("en") : "-"];
  });
  return table("In percent", ["run", ...METRICS.map((key) => metricWords[key]), "after images"], rows);
}

/** Of runs whose first output has the same classes. */
function classTable(runs: readonly ReportRun[]): string {
  const lists = runs.map(({ log }): readonly LoggedClass[] => bestValidation(log)?.heads[0]?.classes ?? []);
  const [first] = lists;
  const names = (list: readonly LoggedClass[]): string => list.map(({ name }) => name).join("\n");
  if (!first || first.length === 0 || lists.some((list) => names(list) !== names(first))) return "";
  const rows = first.map(({ name }, i) => [escaped(name), ...lists.map((list) => hundred(list[i]?.iu ?? null))]);
  return section(
    "IU of each class",
    table("In percent, of each run's best validation", ["class", ...runs.map(({ name }) => escaped(name))], rows),
  );
}

function factsTable(runs: readonly ReportRun[]): string {
  const facts = [...new Set(runs.flatMap(({ facts }) => facts.map(([title]) => title)))];
  const rows = facts.map((title) => [
    escaped(title),
    ...runs.map((run) => escaped(run.facts.find(([one]) => one === title)?.[1] ?? "-")),
  ]);
  const titles = ["", ...runs.map(({ name }) => escaped(name))];
  return table("What differs, and what does not", titles, rows, "words");
}
