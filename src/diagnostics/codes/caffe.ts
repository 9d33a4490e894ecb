/** The codes of faults that `fcnc import caffe` finds in Caffe's files. */
import type { Code } from "../diagnostic.js";

export const prototxtSyntax: Code = {
  code: "prototxt-syntax",
  severity: "error",
  summary: "A prototxt is not protobuf's text format.",
  explanation: `A prototxt is a list of fields, \`name: value\` or \`name { ... }\`; \`#\` starts a comment. Values are numbers, strings in
quotes, \`true\`, \`false\` and the words of enums. Caffe itself stops at the same places, with less to say about them.`,
  example: null,
};

export const prototxtValue: Code = {
  code: "prototxt-value",
  severity: "error",
  summary: "A field of a prototxt has a value that Caffe would not take.",
  explanation: `Every field has a type in \`caffe.proto\`: a number, a text, a word of an enum or a message, once or several times.
Files that Caffe loads do not have this fault.`,
  example: null,
};

export const caffeNotUnderstood: Code = {
  code: "caffe-not-understood",
  severity: "error",
  summary: "A layer or setting of a Caffe net has no counterpart in a spec.",
  explanation: `What \`fcnc import caffe\` leaves out would change what the net computes, so it stops at a layer that it cannot say in
a spec, and names its line. Delete or replace the layer in a copy of the prototxt, or write that part of the spec by
hand. Layers that do nothing when a net predicts (\`Accuracy\`, \`Silence\`, data layers) are left out and listed.`,
  example: null,
};

export const caffeIgnored: Code = {
  code: "caffe-ignored",
  severity: "note",
  whenAllowed: null,
  summary: "A part of a Caffe net was left out of the spec, without harm.",
  explanation: `Data layers say where images lie and how they are batched, \`Accuracy\` and \`Silence\` compute nothing that is used, and
\`engine\` says which of Caffe's two implementations runs. A spec has no place for them.`,
  example: null,
};
