/** Writes the use of a backbone or block out: its members become layers of the net that uses it. */
import type { Call, Definition } from "../../grammar/tree.js";
import { notALayer, nothingFlows, recursion } from "../diagnostics/codes/names.js";
import { diagnose, Report, type Span } from "../diagnostics/diagnostic.js";
import { bindParameters } from "./block-parameters.js";
import { listed, type Given } from "./bind.js";
import type { PreparedUse } from "./prepared.js";
import { canonicalKernels } from "./canonical.js";
import { misplaced, type Environment } from "./environment.js";
import { graphOf } from "./graph-of.js";
import { rarefy } from "./rarefy.js";
import type { NamedDefinition } from "./resolve.js";
import { readUse, type Use } from "./use.js";
import { broken, describe, Scope, type Evaluated, type NodeValue } from "./values.js";

export function incoming(
  value: Evaluated | null,
  heads: boolean,
  call: Call,
  environment: Environment,
): NodeValue | typeof broken {
  const taken = heads ? environment.above : value;
  if (taken === null) {
    environment.report.add(
      diagnose(nothingFlows, `nothing flows into \`${call.callee.text}\``, {
        at: call.span,
        label: "there is no line above",
        help: [`say what it works on: \`value -> ${call.callee.text}\``],
      }),
    );
    return broken;
  }
  return taken.kind === "node" ? taken : broken;
}

interface WrittenUse {
  readonly value: Evaluated;
  readonly members: Scope;
}

export function writeUse(
  prepared: PreparedUse,
  owner: string,
  value: Evaluated | null,
  heads: boolean,
  environment: Environment,
): WrittenUse {
  const { report, builder } = environment;
  const { call, target } = prepared;
  const { definition } = target;
  const scope = new Scope();
  const failed: WrittenUse = { value: broken, members: scope };
  if (environment.stack.includes(definition)) {
    reportCircle(definition, call, environment);
    return failed;
  }
  if (definition.kind === "net") {
    misplaced(
      call.callee.span,
      `\`${definition.name.text}\` is a net, and nets cannot be used in one another`,
      "make it a `backbone` or a `block`",
      report,
    );
    return failed;
  }
  const site = siteOf(call);
  const given = new Map(prepared.given);
  const slot = slotsOf(definition).find((name) => !given.has(name));
  if (slot !== undefined) given.set(slot, { value: incoming(value, heads, call, environment), span: call.callee.span });
  else if (!heads)
    report.add(
      diagnose(nothingFlows, `\`${definition.name.text}\` has no place for what flows into it`, {
        at: call.span,
        help: ["all its maps are named in its parentheses already"],
      }),
    );
  const use = readUse(call.settings, prepared.overrides, definition, environment.scope, report);
  if (!use.sound || !prepared.sound)
    for (const map of slotsOf(definition)) given.set(map, { value: broken, span: site });
  const inner: Environment = {
    builder,
    report,
    module: target.module,
    definition,
    scope,
    use: { ...use, kernels: kernelsOf(target, use, given, environment) },
    nameOf: namesOf(definition, use, owner, environment),
    sites: [site, ...environment.sites],
    stack: [...environment.stack, definition],
    write: environment.write,
    canonical: environment.canonical,
    above: null,
  };
  for (const member of definition.members)
    if (member.kind === "input") scope.set(member.name.text, fedWith(member.name.text, given, inner));
  bindParameters(definition.parameters ?? [], given, inner, site, prepared.sound);
  const first = builder.nodes.length;
  environment.write(inner);
  if (use.sound && use.rarefy.names.size > 0) {
    const { nodes, incomplete } = builder;
    const rarefied = { definition, rarefy: use.rarefy, depth: inner.sites.length, nodes, first, incomplete };
    if (!rarefy(rarefied, report)) return { value: broken, members: scope };
  }
  return { value: inner.above ?? broken, members: scope };
}

/**
 * A circle of definitions is reported once, whichever of them it was entered through: at the call that closes it for
 * the one that stands first.
 */
function reportCircle(again: Definition, call: Call, { stack, sites, report }: Environment): void {
  const depth = stack.indexOf(again);
  const circle = stack.slice(depth);
  // Where each definition of the circle is called from the one before it; the first one, by the call that closes it.
  const calls = [siteOf(call), ...sites.toReversed().slice(depth)];
  const entered = new Map(circle.map((definition, index) => [definition, calls[index]]));
  const [first = again] = circle.toSorted(
    (a, b) => compareText(a.span.file, b.span.file) || a.span.start - b.span.start,
  );
  const at = circle.indexOf(first);
  const others = [...circle.slice(at + 1), ...circle.slice(0, at)].map(({ name }) => name.text);
  report.add(
    diagnose(recursion, `\`${first.name.text}\` uses itself${others.length > 0 ? ` through ${listed(others)}` : ""}`, {
      at: entered.get(first) ?? siteOf(call),
      label: "closes the circle",
      related: [{ span: first.name.span, message: "defined here" }],
    }),
  );
}

/** Where a use is shown: without its braces, which may be long. */
function siteOf(call: Call): Span {
  return call.settings ? call.callee.span : call.span;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The kernels of the dense layers that the use makes convolutions, from the backbone as it is by itself. */
function kernelsOf(
  target: NamedDefinition,
  use: Use,
  given: ReadonlyMap<string, Given>,
  environment: Environment,
): Use["kernels"] {
  if (use.convolutionize.names.size === 0) return use.kernels;
  const maps = slotsOf(target.definition);
  const parameters = new Map([...given].filter(([name]) => !maps.includes(name)));
  const { canonical } = environment;
  const key = JSON.stringify(
    [...parameters].map(([name, { value }]) => [name, value]),
    spelledOut,
  );
  const known = canonical.get(target.definition)?.get(key);
  if (known) return known;
  const kernels = canonicalKernels(graphOf(target, new Report(), parameters, environment.write, canonical));
  const ofTarget = canonical.get(target.definition) ?? new Map<string, Use["kernels"]>();
  canonical.set(target.definition, ofTarget.set(key, kernels));
  return kernels;
}

/** Settings and the arguments of calls are maps, which JSON would leave out. */
function spelledOut(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value.entries()] : value;
}

/** What a backbone's input is fed with, where that is a map. */
function fedWith(input: string, given: ReadonlyMap<string, Given>, { definition, report }: Environment): Evaluated {
  const fed = given.get(input);
  if (!fed || fed.value.kind === "node" || fed.value.kind === "broken") return fed?.value ?? broken;
  report.add(
    diagnose(notALayer, `\`${input}\` of \`${definition.name.text}\` is a layer, not ${describe(fed.value)}`, {
      at: fed.span,
      label: "no layer",
    }),
  );
  return broken;
}

/** The places for maps: a backbone's inputs, a block's parameters of type `node`. */
function slotsOf(definition: Definition): string[] {
  return [
    ...(definition.parameters ?? []).filter((parameter) => parameter.type.text === "node").map((p) => p.name.text),
    ...definition.members.flatMap((member) => (member.kind === "input" ? [member.name.text] : [])),
  ];
}

/**
 * A backbone's layers keep their own names, with the suffix or new name that its use gives them, so that weights load by
 * the names they were published under. A block's layers are named after its use, since a block is used many times.
 */
function namesOf(definition: Definition, use: Use, owner: string, outer: Environment): (local: string) => string {
  const own = (local: string): string => use.rename.get(local) ?? `${local}${use.suffix}`;
  if (definition.kind === "block") return (local) => `${owner}.${own(local)}`;
  return (local) => outer.nameOf(own(local));
}
