/** Members and declarations: from the concrete tree of one part to nodes of ours. */
import type { CstNode, IToken } from "chevrotain";
import { ValueBuilder } from "./build-values.js";
import { demand, node, nodes, token, tokens } from "./cst.js";
import { endOf, type Faults } from "./faults.js";
import { numberOf, stringOf } from "./literals.js";
import type { PartRule } from "./parser.js";
import type { Edition, Flow, Import, ImportName, LayerStatement, Member, Name, Parameter, Reference } from "./tree.js";

/** What the head of a definition says. */
export interface DefinitionHead {
  readonly kind: "net" | "backbone" | "block";
  readonly name: Name;
  readonly parameters: readonly Parameter[] | null;
}

export class Builder {
  readonly values: ValueBuilder;

  constructor(readonly faults: Faults) {
    this.values = new ValueBuilder(faults);
  }

  edition(cst: CstNode): Edition {
    const number = numberOf(this.faults, demand(token(cst, "NumberLiteral")));
    const start = demand(token(cst, "fcn")).startOffset;
    return { kind: "edition", span: this.faults.span(start, number.span.end), number };
  }

  import(cst: CstNode): Import {
    const names = nodes(cst, "importName").map((name) => this.#importName(name));
    const from = stringOf(this.faults, demand(token(cst, "StringLiteral")));
    const start = demand(token(cst, "import")).startOffset;
    return { kind: "import", span: this.faults.span(start, from.span.end), names, from };
  }

  #importName(cst: CstNode): ImportName {
    const name = this.values.name(demand(token(cst, "Word")));
    const aliasToken = token(cst, "Identifier");
    const alias = aliasToken === undefined ? null : this.values.name(aliasToken);
    return {
      kind: "import-name",
      span: this.faults.span(name.span.start, (alias ?? name).span.end),
      name,
      alias,
    };
  }

  definitionHead(cst: CstNode): DefinitionHead {
    const kind = token(cst, "net") ? "net" : token(cst, "backbone") ? "backbone" : "block";
    const list = node(cst, "parameters");
    return {
      kind,
      name: this.values.name(demand(token(cst, "Identifier"))),
      parameters: list === undefined ? null : nodes(list, "parameter").map((parameter) => this.#parameter(parameter)),
    };
  }

  #parameter(cst: CstNode): Parameter {
    const name = this.values.name(demand(token(cst, "Identifier")));
    const type = this.values.name(demand(token(cst, "type")));
    const value = node(cst, "value");
    const given = value === undefined ? null : this.values.value(value);
    const span = this.faults.span(name.span.start, (given ?? type).span.end);
    return { kind: "parameter", span, name, type, default: given };
  }

  /** The name that a recipe or target is for, a recipe's own name, and the kind of a target. */
  heading(cst: CstNode): { readonly name: Name; readonly recipe: Name | null; readonly target: Name | null } {
    const recipe = token(cst, "recipe");
    const words = tokens(cst, "targetName");
    const [first, last] = [words[0], words.at(-1)];
    const text = words.map(({ image }) => image).join("-");
    return {
      name: this.values.name(demand(token(cst, "name"))),
      recipe: recipe === undefined ? null : this.values.name(recipe),
      target: first && last ? { kind: "name", span: this.faults.over(first, last), text } : null,
    };
  }

  member(rule: PartRule, cst: CstNode, first: IToken, last: IToken): Member {
    const span = this.faults.over(first, last);
    const settingsCst = node(cst, "settings");
    const settings = settingsCst === undefined ? null : this.values.settings(settingsCst);
    const value = node(cst, "value");
    switch (rule) {
      case "inputMember": {
        const dimensions = this.values.list(demand(node(cst, "list"))).items;
        const [name, format] = [this.#name(cst, "Identifier"), this.#name(cst, "format")];
        return { kind: "input", span, documentation: [], name, format, dimensions, settings };
      }
      case "outputMember":
        return { kind: "output", span, documentation: [], value: this.#reference(cst), settings };
      case "tapMember":
        return { kind: "tap", span, value: this.#reference(cst), stride: value ? this.values.value(value) : null };
      case "letMember":
        return { kind: "let", span, name: this.#name(cst, "Identifier"), value: this.values.value(demand(value)) };
      case "expectMember":
        return { kind: "expect", span, condition: this.values.value(demand(value)) };
      case "returnMember":
        return { kind: "return", span, value: this.#reference(cst) };
      default:
        return this.#layer(cst, first, last);
    }
  }

  #layer(cst: CstNode, first: IToken, last: IToken): LayerStatement {
    const head = demand(node(cst, "head"));
    const name = demand(token(head, "Identifier"));
    const tail = node(head, "tail");
    const settings = node(head, "settings");
    const given = tail && node(tail, "arguments");
    const rest = nodes(cst, "call").map((call) =>
      this.values.call(demand(token(call, "Identifier")), node(call, "arguments"), node(call, "settings")),
    );
    const headed = given !== undefined || settings !== undefined;
    const flow: Flow = {
      kind: "flow",
      span: this.faults.span(name.startOffset, endOf(last)),
      head: headed ? null : this.#asReference(head),
      calls: headed ? [this.values.call(name, given, settings), ...rest] : rest,
    };
    const layerName = this.values.name(demand(tokens(cst, "Identifier")[0]));
    return { kind: "layer", span: this.faults.over(first, last), documentation: [], name: layerName, flow };
  }

  #asReference(head: CstNode): Reference {
    const word = this.values.word(head);
    if (word.kind !== "reference") throw new Error("the head of a flow is a reference or a call");
    return word;
  }

  #name(cst: CstNode, label: string): Name {
    return this.values.name(demand(token(cst, label)));
  }

  #reference(cst: CstNode): Reference {
    return this.values.reference(demand(node(cst, "reference")));
  }
}
