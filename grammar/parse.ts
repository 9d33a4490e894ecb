/** From the text of a file to its tree: every fault is reported once, and spoils no more than its own member. */
import type { Diagnostic } from "../src/diagnostics/diagnostic.js";
import { attachComments } from "./comments.js";
import { Faults } from "./faults.js";
import { Landmarks } from "./landmarks.js";
import { outline } from "./outline.js";
import { Reader } from "./reader.js";
import { checkCharacters } from "./spelling.js";
import { tokenize } from "./tokens.js";
import type { File } from "./tree.js";

export interface Parsed {
  readonly tree: File;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses the text of a `.fcn` file. `file` is the path under which spans name it. A text at fault has diagnostics and
 * a tree all the same: what could be read of it, and `broken` nodes for the rest.
 */
export function parse(text: string, file: string): Parsed {
  const faults = new Faults(file, text);
  const { tokens, comments, unexpected } = tokenize(text);
  checkCharacters(faults, unexpected);
  const marks = new Landmarks(tokens, text);
  const reader = new Reader(faults, marks, unexpected);
  const tree = reader.file(outline(marks, faults));
  attachComments(tree, comments, faults, reader.openings);
  return { tree, diagnostics: faults.diagnostics() };
}
