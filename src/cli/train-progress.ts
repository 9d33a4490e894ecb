/** How a run goes, for who waits for it: one line on a terminal, now and then a line elsewhere. */
import type { Metrics } from "../metrics/metrics.js";
import { hundred, metricKeys, metricWords } from "../metrics/text.js";
import type { StepLine, ValidationLine } from "../train/log.js";
import type { RunRecipe } from "../train/recipe.js";
import { statusLine, tell, tellNote } from "./output.js";

/** Where there is no terminal. */
const LINE_EVERY_MS = 30_000;
/** The steps that a shown loss is smoothed over, and speed is taken of. */
const WINDOW = 50;

export class TrainProgress {
  readonly #status = statusLine("training:");
  readonly #recipe: RunRecipe;
  readonly #first: number;
  #loss: number | null = null;
  #recent: StepLine[] = [];
  #told = -Infinity;
  #isValidated = false;

  /** @param first updates made before */
  constructor(recipe: RunRecipe, first: number) {
    this.#recipe = recipe;
    this.#first = first;
  }

  step(line: StepLine): void {
    const known = Math.min(line.step - this.#first, WINDOW);
    this.#loss = this.#loss === null ? line.loss : this.#loss + (line.loss - this.#loss) / known;
    this.#recent = [...this.#recent.slice(1 - WINDOW), line];
    const text = this.#text(line);
    this.#status.update(text);
    if (process.stderr.isTTY || performance.now() - this.#told < LINE_EVERY_MS) return;
    this.#told = performance.now();
    tell(text);
  }

  validating(done: number, total: number): void {
    this.#status.update(`validating, ${done} of ${total} images`);
  }

  validation(line: ValidationLine, isBest: boolean): void {
    this.#status.end();
    tell(`step ${line.step}: ${metricsText(line)}${isBest ? " (the best so far)" : ""}`);
    if (!this.#isValidated) for (const note of absentClasses(line)) tellNote(note);
    this.#isValidated = true;
  }

  end(): void {
    this.#status.end();
  }

  #text({ step, rate, seconds }: StepLine): string {
    const { steps, batch, accumulate } = this.#recipe;
    const [oldest] = this.#recent;
    const span = this.#recent.length > 1 && oldest ? seconds - oldest.seconds : seconds;
    const counted = Math.max(1, this.#recent.length - 1);
    const each = span / counted;
    const waiting = this.#recent.reduce((sum, line) => sum + line.wait, 0) / this.#recent.length;
    const parts = [
      `step ${step.toLocaleString("en")} of ${steps.toLocaleString("en")}`,
      `loss ${short(this.#loss ?? 0)}`,
      `rate ${short(rate)}`,
      `${short((batch * accumulate) / each)} images/s`,
      `${Math.round(100 * waiting)}% waiting for data`,
      `${duration((steps - step) * each)} left`,
    ];
    return parts.join(", ");
  }
}

/** What a validation's figures leave out, by output: classes that no pixel of its truth is of. */
export function absentClasses({ heads }: ValidationLine): string[] {
  return Object.entries(heads).flatMap(([output, { classes }]) => {
    const absent = classes.filter(({ pixels }) => pixels === 0).map(({ name }) => name);
    if (absent.length === 0) return [];
    if (absent.length === classes.length)
      return [`no pixel counts for \`${output}\` in the images that are validated on: there is nothing to measure`];
    const shown = absent.slice(0, SHOWN).join(", ") + (absent.length > SHOWN ? ", ..." : "");
    return [
      `${absent.length} of ${classes.length} classes of \`${output}\` occur in no image that is validated on: ${shown}`,
    ];
  });
}

/** Names of classes in a message. */
const SHOWN = 8;

/** The metrics in percent, on one line. */
export const metricsText = (metrics: Metrics): string =>
  metricKeys(metrics)
    .map((key) => `${metricWords[key]} ${hundred(metrics[key])}`)
    .join(", ");

const short = (value: number): string => {
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  return rounded !== 0 && (size < 1e-3 || size >= 1e7)
    ? rounded.toExponential()
    : rounded.toLocaleString("en", { maximumSignificantDigits: 3 });
};

/** `2 h 5 min`, `3 min 20 s`, `8 s` */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
