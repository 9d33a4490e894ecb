import { join } from "node:path";
import { EventFile } from "../report/event-file.js";
import { validationScalars } from "../report/tensorboard.js";
import type { RunWatch } from "./run.js";

/** The folder of a run that TensorBoard is pointed to. */
const TENSORBOARD = "tensorboard";

export interface EventWatch extends RunWatch {
  /** Returns once all is written. @throws {ReportError} where something could not be */
  close(): Promise<void>;
}

/** Writes what `watch` is told of as events of TensorBoard, too. */
export async function watchWithEvents(folder: string, watch: RunWatch): Promise<EventWatch> {
  const file = await EventFile.open(join(folder, TENSORBOARD));
  let written = Promise.resolve();
  const append = (step: number, scalars: Readonly<Record<string, number>>): void => {
    written = written.then(() => file.append(step, scalars));
    // It is told at the end; a run does not stop for it.
    written.catch(() => undefined);
  };
  return {
    onStep(line) {
      const heads = Object.entries(line.heads).map(([name, loss]) => [`loss/${name}`, loss] as const);
      append(line.step, { loss: line.loss, rate: line.rate, ...(heads.length > 1 && Object.fromEntries(heads)) });
      watch.onStep?.(line);
    },
    onValidation(line, isBest) {
      const { pixelAccuracy, meanAccuracy, meanIU, frequencyWeightedIU } = line;
      append(line.step, validationScalars({ pixelAccuracy, meanAccuracy, meanIU, frequencyWeightedIU }));
      watch.onValidation?.(line, isBest);
    },
    async close() {
      await written.finally(() => file.close());
    },
  };
}
