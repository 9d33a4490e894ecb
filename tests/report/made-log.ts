/** Lines of a log as a run writes them, made here: a loss that falls with noise, a validation now and then. */
export interface MadeLog {
  readonly updates: number;
  /** Images of an update. */
  readonly batch: number;
  readonly start: number;
  readonly every: number;
}

export function madeLog({ updates, batch, start, every }: MadeLog): string {
  const lines: object[] = [{ kind: "start", step: 0, time: "2026-01-02T03:04:05.000Z" }];
  let state = 7;
  const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let step = 1; step <= updates; step += 1) {
    const images = step * batch;
    const loss = start * (0.06 + Math.exp(-images / 400)) * (0.6 + 0.8 * random());
    const rate = images > 1200 ? 1e-4 : 1e-3;
    lines.push({ kind: "step", step, images, loss, heads: { score: loss }, rate, seconds: step / 4, wait: 0.01 });
    if (step % every === 0) lines.push(validation(step, images));
  }
  lines.push({ kind: "stop", step: updates, why: "done" });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Of the classes ground and disk, whose confusion follows from the number of images. */
function validation(step: number, images: number): object {
  const share = 1 - Math.exp(-images / 700);
  const right = Math.round(400 * share);
  const confusion = [600, 0, 400 - right, right];
  const ious = [600 / (1000 - right), right / 400];
  const classes = [
    { name: "ground", iu: ious[0], accuracy: 1, pixels: 600 },
    { name: "disk", iu: ious[1], accuracy: right / 400, pixels: 400 },
  ];
  const metrics = {
    pixelAccuracy: (600 + right) / 1000,
    meanAccuracy: (1 + right / 400) / 2,
    meanIU: (ious[0]! + ious[1]!) / 2,
    frequencyWeightedIU: 0.6 * ious[0]! + 0.4 * ious[1]!,
  };
  return { kind: "validation", step, images, ...metrics, heads: { score: { ...metrics, classes, confusion } } };
}
