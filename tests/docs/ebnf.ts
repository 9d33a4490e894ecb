/** A grammar as EBNF in the notation of the W3C, made from what the parser says of itself. */
import type { ISerializedGast } from "chevrotain";

const WIDTH = 100;

/** One production: `tapMember ::= "tap" reference ( "at" "stride" value )?` */
export function production(rule: ISerializedGast, width: number): string {
  const head = `${ruleName(rule).padEnd(width)} ::= `;
  const alternatives = rule.definition?.length === 1 ? choicesOf(rule.definition[0]) : null;
  if (alternatives && alternatives.length > 1 && head.length + alternatives.join(" | ").length > WIDTH) {
    const [first = "", ...others] = alternatives;
    return [head + first, ...others.map((text) => `${" ".repeat(head.length - 2)}| ${text}`)].join("\n");
  }
  return wrapped(head, alternatives ? alternatives.join(" | ") : sequence(rule.definition));
}

export function ruleName(rule: ISerializedGast): string {
  return "name" in rule && typeof rule.name === "string" ? rule.name : "";
}

/** Names of the rules that a rule uses. */
export function used(rule: ISerializedGast): string[] {
  const own = rule.type === "NonTerminal" ? [ruleName(rule)] : [];
  return [...own, ...(rule.definition ?? []).flatMap(used)];
}

function choicesOf(item: ISerializedGast | undefined): string[] | null {
  return item?.type === "Alternation" ? (item.definition ?? []).map((choice) => sequence(choice.definition)) : null;
}

function sequence(items: readonly ISerializedGast[] | undefined): string {
  return (items ?? []).map(term).join(" ");
}

function term(item: ISerializedGast): string {
  switch (item.type) {
    case "Terminal":
      return terminal(item);
    case "NonTerminal":
      return ruleName(item);
    case "Alternation":
      return `( ${(choicesOf(item) ?? []).join(" | ")} )`;
    case "Option":
      return `${grouped(item)}?`;
    case "Repetition":
      return `${grouped(item)}*`;
    case "RepetitionMandatory":
      return `${grouped(item)}+`;
    default:
      throw new Error(`the grammar page does not know \`${item.type}\``);
  }
}

function grouped({ definition = [] }: ISerializedGast): string {
  const text = sequence(definition);
  return definition.length === 1 && !text.includes(" ") ? text : `( ${text} )`;
}

/** A mark or word as it is written; any other token by its name, which the page explains. */
function terminal(item: ISerializedGast): string {
  const pattern = "pattern" in item && typeof item.pattern === "string" ? item.pattern : "";
  return /^(?:[a-z]+|[^\w\s]{1,2})$/.test(pattern) && pattern !== "" ? `"${pattern}"` : ruleName(item);
}

function wrapped(head: string, text: string): string {
  const lines: string[] = [];
  let line = head.trimEnd();
  for (const word of text.split(/ (?=(?:[^"]*"[^"]*")*[^"]*$)/)) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = " ".repeat(head.length - 1);
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}
