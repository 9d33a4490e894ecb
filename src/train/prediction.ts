import type { Prediction } from "./trainer.js";

/** A tensor of TF.js, fcnc's own or that of a native package. */
interface Brought {
  readonly shape: readonly number[];
  data(): Promise<ArrayLike<number>>;
}

/** What a head gave, brought into plain numbers: scores only where they were asked for, as they are many. */
export async function predictionOf(
  name: string,
  maps: Brought | undefined,
  classes: Brought | undefined,
  hasScores: boolean,
): Promise<Prediction> {
  if (maps === undefined || classes === undefined) throw new Error(`the graph gave no \`${name}\``);
  const values = hasScores ? ((await maps.data()) as Float32Array) : null;
  return {
    scores: {
      shape: maps.shape,
      data: () =>
        values === null
          ? Promise.reject(
              new RangeError(`the scores of \`${name}\` were not asked for: predict(images, { scores: true })`),
            )
          : Promise.resolve(values),
    },
    mask: { shape: classes.shape, data: (await classes.data()) as Int32Array },
  };
}
