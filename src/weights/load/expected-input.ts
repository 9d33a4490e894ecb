/** Whether a net feeds a layer with what its weights were trained on. */
import type { LoadWarning, TensorLoad } from "./load-plan.js";
import type { ExpectedInput } from "./name-map.js";
import type { Segment } from "./net-shape.js";
import type { OpenSource } from "./open-source.js";

/** Of 255: means of ImageNet differ by about one between its users. */
const MEAN_TOLERANCE = 2;
/** Relative. */
const SCALE_TOLERANCE = 0.02;

/** For every colour input of a layer whose weights come through a map that says what they expect. */
export function inputWarnings(
  first: ReadonlyMap<string, readonly Segment[]>,
  tensors: readonly TensorLoad[],
  sources: readonly OpenSource[],
): LoadWarning[] {
  const warnings = new Map<string, LoadWarning>();
  for (const { name, from } of tensors) {
    const map = from === null ? null : (sources[from.source]?.map ?? null);
    const expected = map?.input ?? null;
    if (map === null || expected === null) continue;
    for (const segment of first.get(name) ?? []) {
      const { input, channels } = segment;
      if ((input.format !== "bgr" && input.format !== "rgb") || channels !== 3 || agrees(segment, expected)) continue;
      warnings.set(input.name, {
        kind: "input",
        name: input.name,
        message: `${map.title} expects its input otherwise than \`${input.name}\` gives it: ${described(expected)}`,
        help: [`write \`input ${input.name}: ${written(segment, expected)}\``],
      });
    }
  }
  return [...warnings.values()];
}

/** In the net's order of channels. */
function inOrder({ input }: Segment, expected: ExpectedInput): { mean: readonly number[]; scale: readonly number[] } {
  const { mean, scale } = expected;
  return expected.channels === input.format
    ? { mean, scale }
    : { mean: [...mean].reverse(), scale: [...scale].reverse() };
}

function agrees(segment: Segment, expected: ExpectedInput): boolean {
  const { preprocess } = segment;
  if (preprocess?.log === true) return false;
  const wanted = inOrder(segment, expected);
  return [0, 1, 2].every((channel) => {
    const scale = preprocess?.scale[channel] ?? 1;
    const mean = 0 - (preprocess?.offset[channel] ?? 0) / scale;
    return (
      Math.abs(mean - (wanted.mean[channel] ?? 0)) <= MEAN_TOLERANCE &&
      Math.abs(scale / (wanted.scale[channel] ?? 1) - 1) <= SCALE_TOLERANCE
    );
  });
}

function described({ channels, mean, scale }: ExpectedInput): string {
  const order = channels.toUpperCase();
  const less = `${order} in 0..255 less [${mean.map(short).join(", ")}]`;
  return scale.every((factor) => factor === 1) ? less : `${less}, each by [${scale.map(factorText).join(", ")}]`;
}

/** The declaration that agrees, in the net's order of channels: the weights' is mended on loading. */
function written(segment: Segment, expected: ExpectedInput): string {
  const { input } = segment;
  const { mean, scale } = inOrder(segment, expected);
  const settings = [
    ...(mean.every((value) => value === 0) ? [] : [`mean: [${mean.map(short).join(", ")}]`]),
    ...(scale.every((value) => value === 1) ? [] : [`scale: [${scale.map(factorText).join(", ")}]`]),
  ];
  return `${input.format}[${input.height}, ${input.width}, 3] { ${settings.join(", ")} }`;
}

const factorText = (factor: number): string => (factor === 1 ? "1" : `1 / ${short(1 / factor)}`);

const short = (value: number): string => String(Number(value.toPrecision(7)));
