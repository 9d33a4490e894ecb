/** What a net takes and gives: its inputs, with their preprocessing and their sizes, and its outputs. */
import type { Input, Output, Setting, Value } from "../../grammar/tree.js";
import { argumentType, inputFormat } from "../diagnostics/codes/arguments.js";
import { structure } from "../diagnostics/codes/names.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import { allSizes, intersect, isEmpty, isUndecided } from "../model/size-set.js";
import { reportUnknownArgument, whole } from "./bind.js";
import { readCondition } from "./conditions.js";
import type { Environment } from "./environment.js";
import { broken, describe, evaluate, resolveNode, type Evaluated, type NodeValue } from "./values.js";

const formats = { bgr: 3, rgb: 3, gray: 1, raw: null } as const;
type Format = keyof typeof formats;

/** Largest side of an image for which fcnc makes nets of a fixed size. */
const LARGEST_SIDE = 2 ** 16;

function isFormat(word: string): word is Format {
  return Object.hasOwn(formats, word);
}

function wrong(message: string, at: Span, report: Report, help: readonly string[] = []): void {
  report.add(diagnose(argumentType, message, { at, help }));
}

/** Declares an input of the graph, or the canonical input of a backbone that is looked at by itself. */
export function readInput(member: Input, environment: Environment): Evaluated {
  const { report, scope, builder } = environment;
  const format = member.format.text;
  if (!isFormat(format)) {
    const near = nearest(format, Object.keys(formats));
    report.add(
      diagnose(argumentType, `there is no input format \`${format}\``, {
        at: member.format.span,
        label: near ? `did you mean \`${near}\`?` : "unknown",
        help: [
          "formats are `bgr` and `rgb` (3 channels of a colour image), `gray` (1), and `raw` (any number, as it is)",
        ],
      }),
    );
    return broken;
  }
  const [height, width, channelCount] = member.dimensions;
  if (!height || !width || !channelCount || member.dimensions.length !== 3) {
    wrong("an input has a height, a width and channels", member.span, report, [`write \`${format}[H, W, 3]\``]);
    return broken;
  }
  const y = readSide(height, environment);
  const x = readSide(width, environment);
  const channels = whole(evaluate(channelCount, scope, report), 1, 2 ** 20);
  const expected = formats[format];
  if (channels === null)
    wrong("the number of channels is a whole number from 1 to 1,048,576", channelCount.span, report);
  else if (expected !== null && channels !== expected)
    wrong(
      `\`${format}\` has ${expected} ${expected === 1 ? "channel" : "channels"}, not ${channels}`,
      channelCount.span,
      report,
      [`write \`${format}[H, W, ${expected}]\`, or \`raw[H, W, ${channels}]\` for values as they are`],
    );
  const settings = readInputSettings(member, channels ?? 0, environment);
  if (y === null || x === null || channels === null || (expected !== null && channels !== expected)) return broken;
  for (const symbol of [y, x])
    if (typeof symbol === "string" && !builder.domain.has(symbol)) builder.domain.set(symbol, allSizes);
  let sound = true;
  for (const where of settings.where) {
    const condition = readCondition(where, [...builder.domain.keys()], report);
    if (!condition) sound = false;
    if (!condition) continue;
    const admitted = intersect(builder.domain.get(condition.symbol) ?? allSizes, condition.sizes);
    builder.domain.set(condition.symbol, admitted);
    if (isUndecided(admitted) || !isEmpty(admitted)) continue;
    sound = false;
    wrong(`no ${condition.symbol} meets this condition and those before it`, where.span, report);
  }
  const node = builder.addInput({
    name: environment.nameOf(member.name.text),
    place: { call: member.span, arguments: {}, settings: {}, sites: environment.sites },
    format,
    height: y,
    width: x,
    channels,
    mean: settings.mean,
    scale: settings.scale,
    log: settings.log,
  });
  // Which sizes are meant is not known where a condition is faulty, so nothing is proved about them.
  if (!sound) builder.incomplete = true;
  return node === null || !sound ? broken : { kind: "node", node, members: null };
}

function readSide(value: Value, environment: Environment): string | number | null {
  const side = evaluate(value, environment.scope, environment.report);
  if (side.kind === "word") return side.value;
  const fixed = whole(side, 1, LARGEST_SIDE);
  if (fixed !== null) return fixed;
  if (side.kind !== "broken")
    wrong(
      `a side is a name such as \`H\`, or from 1 to ${LARGEST_SIDE} pixels, not ${describe(side)}`,
      value.span,
      environment.report,
    );
  return null;
}

const settingNames = ["mean", "scale", "log", "where"];

interface InputSettings {
  readonly mean: readonly number[] | null;
  readonly scale: readonly number[] | null;
  readonly log: boolean;
  readonly where: readonly Value[];
}

function readInputSettings(member: Input, channels: number, environment: Environment): InputSettings {
  const { report, scope } = environment;
  let mean: readonly number[] | null = null;
  let scale: readonly number[] | null = null;
  let log = false;
  let where: readonly Value[] = [];
  for (const entry of member.settings?.entries ?? []) {
    const key = keyOf(entry);
    if (key === "where") {
      if (entry.value.kind === "list") where = entry.value.items;
      else where = [entry.value];
      continue;
    }
    if (!settingNames.includes(key)) {
      reportUnknownArgument(key, entry.key.span, settingNames, "an input", report);
      continue;
    }
    const value = evaluate(entry.value, scope, report);
    if (value.kind === "broken") continue;
    const at = entry.value.span;
    if (key === "mean" || key === "scale") {
      const numbers = perChannel(value, channels);
      if (numbers && key === "mean") mean = numbers;
      else if (numbers) scale = numbers;
      else if (channels > 0)
        wrong(
          channels === 1
            ? `\`${key}\` wants one number, not ${describe(value)}`
            : `\`${key}\` wants one number, or one for each of the ${channels} channels in the net's order`,
          at,
          report,
        );
    } else if (key === "log") {
      if (value.kind === "boolean") log = value.value;
      else wrong(`\`log\` wants \`true\` or \`false\`, not ${describe(value)}`, at, report);
    }
  }
  return { mean, scale, log, where };
}

/** A number for each channel, where one or as many are given. */
function perChannel(value: Evaluated, channels: number): readonly number[] | null {
  const items = value.kind === "list" ? value.items : [value];
  const numbers = items.flatMap((item) => (item.kind === "number" ? [item.value] : []));
  const [first = 0] = numbers;
  if (numbers.length !== items.length) return null;
  if (numbers.length === channels) return numbers;
  return numbers.length === 1 ? Array.from({ length: channels }, () => first) : null;
}

function keyOf(entry: Setting): string {
  return entry.key.parts.map((part) => part.text).join(".");
}

/** A backbone that is fed with another number or order of channels than it declares is refused. */
export function checkFormat(member: Input, fed: NodeValue, environment: Environment): void {
  const node = environment.builder.nodes[fed.node];
  const site = environment.sites[0];
  if (!node || node.kind !== "input" || !site) return;
  const wanted = member.format.text;
  const related = [
    { span: node.place.call, message: `is \`${node.format}\` with ${node.channels} channels` },
    { span: member.span, message: `wants \`${wanted}\`` },
  ];
  if (wanted === node.format || !isFormat(wanted) || wanted === "raw" || node.format === "raw") return;
  environment.report.add(
    diagnose(
      inputFormat,
      `\`${environment.definition.name.text}\` sees \`${wanted}\`, and is fed with \`${node.format}\``,
      {
        at: site,
        related,
        help: [
          `declare the net's input as \`${wanted}[...]\`: images are still given in their own order, fcnc reorders them`,
        ],
      },
    ),
  );
}

export function readOutput(member: Output, environment: Environment): void {
  const { report, scope, builder } = environment;
  const value = resolveNode(member.value, scope, report);
  let labels: { path: string; span: Span } | null = null;
  let ignore: number | null = null;
  for (const entry of member.settings?.entries ?? []) {
    const key = keyOf(entry);
    const setting = evaluate(entry.value, scope, report);
    if (setting.kind === "broken") continue;
    const at = entry.value.span;
    if (key === "labels") {
      if (setting.kind === "string") labels = { path: setting.value, span: at };
      else wrong(`\`labels\` wants the name of a file in quotes, not ${describe(setting)}`, at, report);
    } else if (key === "ignore") {
      ignore = whole(setting, 0, 255);
      if (ignore === null) wrong(`\`ignore\` wants a label from 0 to 255, not ${describe(setting)}`, at, report);
    } else reportUnknownArgument(key, entry.key.span, ["labels", "ignore"], "an output", report);
  }
  if (value.kind !== "node") {
    builder.incomplete = true;
    if (labels) builder.lostLabels.push(labels);
    return;
  }
  const name = member.value.parts.map((part) => part.text).join(".");
  const earlier = builder.outputs.find((output) => output.name === name);
  if (earlier)
    report.add(
      diagnose(structure, `\`${name}\` is an output already`, {
        at: member.value.span,
        label: "here again",
        related: [{ span: earlier.span, message: "first here" }],
        help: ["leave one of them out"],
      }),
    );
  else builder.outputs.push({ name, node: value.node, labels, ignore, span: member.value.span });
}
