/** Makes the load plan: finds each tensor of a net among the sources, and says what becomes of what they have. */
import type { Plan, Tensor } from "../../model/plan.js";
import { countedMean } from "../counters.js";
import { describeProblem } from "../describe.js";
import { ELEMENT_TYPES } from "../formats/element-types.js";
import { groupsOf, infoOf } from "../init.js";
import type { WeightProblem } from "../problem.js";
import type { TensorInfo } from "../source.js";
import { inputWarnings } from "./expected-input.js";
import { fit, type Wanted } from "./fit.js";
import { kindOf } from "./kind.js";
import type { Found, LoadPlan, LoadSource, TensorLoad, UnusedTensor } from "./load-plan.js";
import { likeliest } from "./likeliest.js";
import { netName, readName } from "./net-names.js";
import { firstLayers, trunkLayers } from "./net-shape.js";
import type { OpenSource } from "./open-source.js";
import { trunkWarnings } from "./trunk-warnings.js";

export interface MadeLoadPlan {
  readonly load: LoadPlan;
  /** What `load.faults` says, as values. */
  readonly problems: readonly WeightProblem[];
}

/** The tensors of the sources that bear a name of the net. */
interface Candidate {
  readonly source: number;
  readonly info: TensorInfo;
}

/** @param sources in the order in which they are loaded */
export function makeLoadPlan(plan: Plan, sources: readonly OpenSource[]): MadeLoadPlan {
  const candidates = candidatesOf(sources);
  const trunk = trunkLayers(plan);
  const first = firstLayers(plan);
  const title = [...new Set(sources.map(({ file }) => file.title))].join(" and ") || "init";
  const intended = new Set(sources.flatMap(({ settings }) => settings.fresh));
  // A recipe's file is where training starts, and a release has no scores: those start as the spec says.
  const startsScores = sources.length === 0 || sources.some(({ isRecipe, map }) => isRecipe || map !== null);

  const problems: WeightProblem[] = [];
  const helps = new Map<WeightProblem, readonly string[]>();
  const used = new Set<TensorInfo>();
  const absent: Tensor[] = [];
  const tensors = plan.tensors.map((tensor): TensorLoad => {
    const { name, shape } = tensor;
    const made: TensorLoad = {
      name,
      shape,
      kind: tensor.generated ? "generated" : "fresh",
      from: null,
      steps: [],
      init: tensor.init,
    };
    const candidate = candidates.get(name);
    if (candidate === undefined || intended.has(tensor.layer)) {
      if (candidate !== undefined) used.add(candidate.info);
      else if (!tensor.generated && !intended.has(tensor.layer)) absent.push(tensor);
      return made;
    }
    const { info } = candidate;
    used.add(info);
    const source = sources[candidate.source] as OpenSource;
    if (!isFloat(info)) {
      problems.push({ kind: "mistyped", wanted: infoOf(tensor), found: info });
      return made;
    }
    const wanted: Wanted = {
      tensor,
      groups: groupsOf(plan, tensor),
      segments: first.get(name) ?? null,
      scores: !trunk.has(tensor.layer),
    };
    const { channels, classes } = source.settings;
    const rules = { layout: source.layout, channels, classes, colours: source.map?.input?.channels ?? null };
    const found = fit(info.shape, wanted, rules);
    if (found.fits === "fresh") return made;
    if (!found.fits) {
      const problem: WeightProblem = {
        kind: "misshapen",
        wanted: infoOf(tensor),
        dense: tensor.denseShape,
        found: info,
      };
      problems.push(problem);
      helps.set(problem, found.help);
      return made;
    }
    const from: Found = { source: candidate.source, name: info.name, shape: info.shape, dtype: info.dtype };
    const resized = found.steps.some((each) => each.step === "resize" && lacks(shape, each.copied));
    return { name, shape, kind: kindOf(found.steps), from, steps: found.steps, init: resized ? tensor.init : null };
  });

  const left = leftOver(sources, used, absent);
  for (const tensor of absent) {
    if (startsScores && !trunk.has(tensor.layer)) continue;
    const near = likeliest(
      infoOf(tensor),
      left.map(({ info, known }) => ({ ...info, name: known })),
    );
    const found = left.find(({ known }) => known === near)?.info ?? null;
    problems.push({ kind: "missing", wanted: infoOf(tensor), nearest: found });
  }
  // In the plan's order, as people look for them.
  const order = new Map(plan.tensors.map(({ name }, index) => [name, index]));
  const place = (problem: WeightProblem): number => ("wanted" in problem ? (order.get(problem.wanted.name) ?? 0) : 0);
  problems.sort((a, b) => place(a) - place(b));
  for (const { info, unused, source } of left)
    if (!unused.expected && !(sources[source] as OpenSource).isRecipe)
      problems.push({ kind: "left-over", found: info, nearest: unused.nearest });

  const given = sources.length > 0;
  const load: LoadPlan = {
    format: "fcnc-load-plan",
    version: 1,
    net: plan.net,
    digest: plan.digest,
    sources: sources.map(describeSource),
    tensors,
    unused: left.map(({ unused }) => unused),
    faults: problems.map((problem) => ({
      kind: problem.kind,
      tensor: "wanted" in problem ? problem.wanted.name : problem.found.name,
      message: describeProblem(problem, title),
      help: helps.get(problem) ?? [],
    })),
    warnings: given
      ? [...trunkWarnings(plan, tensors, trunk, intended), ...inputWarnings(first, tensors, sources)]
      : [],
    notes: sources.flatMap(({ map, recognised, file }) =>
      map !== null && recognised !== null
        ? [`${file.title} has the names of ${map.title}: they are taken by "${recognised}"`]
        : [],
    ),
  };
  return { load, problems };
}

function candidatesOf(sources: readonly OpenSource[]): Map<string, Candidate> {
  const found = new Map<string, Candidate>();
  for (const [source, { file, layout, settings, map }] of sources.entries())
    for (const info of file.tensors.values()) {
      const name = netName(info.name, layout, settings, map);
      if (name !== null) found.set(name, { source, info });
    }
  return found;
}

interface LeftOver {
  readonly info: TensorInfo;
  /** What the net would call it. */
  readonly known: string;
  readonly source: number;
  readonly unused: UnusedTensor;
}

/** What no source gives to the net; a file that is named twice is looked through once. */
function leftOver(
  sources: readonly OpenSource[],
  used: ReadonlySet<TensorInfo>,
  absent: readonly Tensor[],
): LeftOver[] {
  const files = new Map(sources.map(({ file }, index) => [file, index]));
  return [...files].flatMap(([file, source]) =>
    [...file.tensors.values()].flatMap((info): LeftOver[] => {
      if (used.has(info)) return [];
      const { layout, settings, map, isRecipe } = sources[source] as OpenSource;
      const { layer } = readName(info.name, layout);
      const mean = countedMean(file, info);
      if (mean !== null && (used.has(mean) || (map !== null && Object.hasOwn(map.layers, layer)))) return [];
      const known = netName(info.name, layout, settings, map) ?? info.name;
      const isKnown = map !== null && Object.hasOwn(map.layers, layer);
      const near = isKnown ? null : likeliest({ name: known, shape: info.shape }, absent);
      const unused = {
        source,
        name: info.name,
        shape: info.shape,
        nearest: near,
        expected: isKnown || (isRecipe && near === null),
      };
      return [{ info, known, source, unused }];
    }),
  );
}

/** Whether more is wanted than what is copied of the first two axes. */
const lacks = ([outer = 1, inner = 1]: readonly number[], [rows, columns]: readonly [number, number]): boolean =>
  rows < outer || columns < inner;

const isFloat = ({ dtype }: TensorInfo): boolean => ELEMENT_TYPES[dtype]?.decode != null;

function describeSource({ file, layout, settings, map, names, recognised }: OpenSource): LoadSource {
  const { suffix, rename, channels, classes, fresh } = settings;
  const path = recognised ?? names;
  return {
    file: file.title,
    tensors: file.tensors.size,
    layout,
    suffix,
    rename,
    channels,
    classes,
    fresh,
    names: map === null || path === null ? null : { path, title: map.title, recognised: recognised !== null },
  };
}
