/** Whether, and by which steps, a source's tensor becomes one of the net's. */
import type { Tensor } from "../../model/plan.js";
import { arrange, isShape, type Arranged, type Layout } from "./layouts.js";
import type { LoadStep } from "./load-plan.js";
import type { Segment } from "./net-shape.js";
import type { ChannelRule, ClassRule } from "./source-settings.js";

export interface Wanted {
  readonly tensor: Tensor;
  readonly groups: number;
  /** Where it is the kernel of a first layer: what it sees. */
  readonly segments: readonly Segment[] | null;
  /** Whether its layer makes scores, so that its classes may be others than the source's. */
  readonly scores: boolean;
}

export interface Rules {
  readonly layout: Layout;
  readonly channels: ChannelRule | null;
  readonly classes: ClassRule | null;
  /** The order of the colours that the source was trained with, where it is known. */
  readonly colours: "rgb" | "bgr" | null;
}

export type Fit =
  | { readonly fits: true; readonly steps: readonly LoadStep[] }
  /** The classes are others, and the recipe wants the layer fresh then. */
  | { readonly fits: "fresh" }
  | { readonly fits: false; readonly help: readonly string[] };

export function fit(found: readonly number[], wanted: Wanted, rules: Rules): Fit {
  const arranged = arrange(found, wanted.tensor, wanted.groups, rules.layout);
  for (const way of arranged) {
    const steps = exactly(way, wanted, rules);
    if (steps !== null) return { fits: true, steps };
  }
  for (const way of arranged) {
    const mixed = withChannels(way, wanted, rules);
    if (mixed !== null) return mixed;
    const resized = withClasses(way, wanted, rules);
    if (resized !== null) return resized;
  }
  return { fits: false, help: otherLayout(found, wanted, rules) };
}

/** The wanted shape itself, or grouped where the other is dense. */
function exactly({ shape, steps }: Arranged, wanted: Wanted, rules: Rules): LoadStep[] | null {
  const { tensor, groups } = wanted;
  if (isShape(shape, tensor.shape)) return [...steps, ...colourSteps(shape, wanted, rules)];
  const [outer, inner = 1, ...kernel] = tensor.shape;
  const [foundOuter, foundInner = 1, ...foundKernel] = shape;
  if (tensor.role === "vector" || outer !== foundOuter || !isShape(kernel, foundKernel)) return null;
  // A first layer with other channels is a matter of channels.
  if (wanted.segments !== null) return null;
  if (groups > 1 && foundInner === inner * groups) return [...steps, { step: "group", groups }];
  const parts = inner / foundInner;
  // As many groups as the rows allow; a bilinear upsampling is one channel a group.
  if (groups === 1 && Number.isInteger(parts) && parts > 1 && (outer ?? 1) % parts === 0 && isGrouping(wanted, parts))
    return [...steps, { step: "spread", groups: parts }];
  return null;
}

/** A score's kernel [21, 4096, 1, 1] is no grouping of [21, 2048, 1, 1]; of groups there is nothing but the shape. */
const isGrouping = ({ scores, tensor }: Wanted, parts: number): boolean =>
  !scores || (tensor.role === "deconv" && parts === tensor.shape[0]);

/** Nothing, or the colours the other way round. */
function colourSteps(shape: readonly number[], { segments }: Wanted, { colours }: Rules): LoadStep[] {
  const channels = shape[1] ?? 0;
  const order = orderOf(segments, channels, colours);
  return order === null
    ? []
    : [{ step: "channels", rule: "reverse", matrix: order.map((from) => row(channels, from)) }];
}

/**
 * The source's channel for each of the net's, where colours are reversed; null where they are not. A net that sees
 * colour and more has its colours first.
 */
function orderOf(
  segments: readonly Segment[] | null,
  sourceChannels: number,
  colours: "rgb" | "bgr" | null,
): readonly number[] | null {
  if (segments === null || colours === null) return null;
  let reversed = false;
  const order = segments.flatMap(({ input, channels }, index) => {
    const before = segments.slice(0, index).reduce((sum, segment) => sum + segment.channels, 0);
    const own = Array.from({ length: channels }, (_, channel) => before + channel);
    const coloured = (input.format === "bgr" || input.format === "rgb") && channels === 3;
    if (!coloured || input.format === colours || before + 3 > sourceChannels) return own;
    reversed = true;
    return own.reverse();
  });
  return reversed ? order : null;
}

const row = (length: number, at: number): number[] => Array.from({ length }, (_, index) => (index === at ? 1 : 0));

/** Another number of input channels than the source has. */
function withChannels({ shape, steps }: Arranged, wanted: Wanted, rules: Rules): Fit | null {
  const [outer, inner = 1, ...kernel] = wanted.tensor.shape;
  const [foundOuter, source = 1, ...foundKernel] = shape;
  if (wanted.segments === null || outer !== foundOuter || !isShape(kernel, foundKernel)) return null;
  if (rules.channels === null)
    return {
      fits: false,
      help: [
        `with \`channels: mean\` in its \`weights(...)\` a channel that the file lacks gets the mean of the ${source} it has, ` +
          "with `channels: repeat` one after the other",
      ],
    };
  const order = orderOf(wanted.segments, source, rules.colours);
  const mean = Array.from({ length: source }, () => 1 / source);
  const matrix = Array.from({ length: inner }, (_, channel) => {
    const own = row(source, order?.[channel] ?? channel % source);
    if (rules.channels === "repeat") return own;
    return inner > source && channel < source ? own : mean;
  });
  return { fits: true, steps: [...steps, { step: "channels", rule: rules.channels, matrix }] };
}

/** Another number of classes than the source has. */
function withClasses({ shape, steps }: Arranged, wanted: Wanted, rules: Rules): Fit | null {
  if (!wanted.scores) return null;
  const [outer = 1, inner = 1, ...kernel] = wanted.tensor.shape;
  const [foundOuter = 1, foundInner = 1, ...foundKernel] = shape;
  if (!isShape(kernel, foundKernel)) return null;
  const isVector = wanted.tensor.role === "vector";
  // A score's convolution has its classes first and sees what the trunk gives; a deconvolution has classes twice.
  if (wanted.tensor.role === "conv" && inner !== foundInner) return null;
  switch (rules.classes) {
    case "copy": {
      if (wanted.tensor.generated) return { fits: "fresh" };
      const copied = [Math.min(outer, foundOuter), isVector ? 1 : Math.min(inner, foundInner)] as const;
      return { fits: true, steps: [...steps, { step: "resize", copied }] };
    }
    case "fresh":
      return { fits: "fresh" };
    case "refuse":
    case null: {
      const help =
        "with `classes: copy` in its `weights(...)` the first classes are copied, with `classes: fresh` none";
      return { fits: false, help: rules.classes === null ? [help] : ["its `weights(...)` says `classes: refuse`"] };
    }
  }
}

/** A file in another layout than was thought. */
function otherLayout(found: readonly number[], wanted: Wanted, rules: Rules): string[] {
  const other = rules.layout === "keras" ? "pytorch" : "keras";
  const fits = arrange(found, wanted.tensor, wanted.groups, other).some(
    (way) => exactly(way, wanted, { ...rules, layout: other }) !== null,
  );
  return fits ? [`its shape is that of \`layout: ${other}\`, which \`weights(...)\` can say`] : [];
}
