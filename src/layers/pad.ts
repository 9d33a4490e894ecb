import { defineLayer } from "../model/layer-kind.js";

export const pad = defineLayer({
  name: "pad",
  summary: "Adds rows and columns around a map.",
  documentation: `
The grid moves with it, so that a later crop knows where the image lies. With \`mode: reflect\` the outermost pixel is
not repeated (TensorFlow's REFLECT, PyTorch's \`reflect\`): a map must then be larger than its padding, and the compiler
says for which inputs it is.`,
  example: "padded = image -> pad(top: 100, bottom: 100, left: 100, right: 100)",
  inputs: "one",
  parameters: {
    all: { type: "pixels", default: 0, documentation: "pixels on every side" },
    top: { type: "number", default: null, least: 0, below: 65_537, documentation: "rows above; `all` where left out" },
    bottom: {
      type: "number",
      default: null,
      least: 0,
      below: 65_537,
      documentation: "rows below; `all` where left out",
    },
    left: {
      type: "number",
      default: null,
      least: 0,
      below: 65_537,
      documentation: "columns on the left; `all` where left out",
    },
    right: {
      type: "number",
      default: null,
      least: 0,
      below: 65_537,
      documentation: "columns on the right; `all` where left out",
    },
    value: { type: "number", default: 0, documentation: "what is filled in" },
    mode: {
      type: "word",
      words: ["constant", "reflect"],
      default: "constant",
      documentation: "`reflect` mirrors the map about its outermost pixels",
    },
  },
  check(settings) {
    if (settings.mode === "reflect" && settings.value !== 0)
      return { problem: "what reflection fills in is the map itself", parameter: "value", help: "leave `value` out" };
    for (const side of ["top", "bottom", "left", "right"] as const)
      if (!Number.isInteger(settings[side] ?? 0))
        return { problem: `\`${side}\` must be a whole number of pixels`, parameter: side };
    return null;
  },
  channels: (_settings, [input = 0]) => input,
  transfer: (settings, axis) => ({
    rule: "padding",
    before: (axis === 0 ? settings.top : settings.left) ?? settings.all[axis],
    after: (axis === 0 ? settings.bottom : settings.right) ?? settings.all[axis],
    reflects: settings.mode === "reflect",
  }),
  lower: (settings) => ({
    op: "pad",
    vertical: [settings.top ?? settings.all[0], settings.bottom ?? settings.all[0]],
    horizontal: [settings.left ?? settings.all[1], settings.right ?? settings.all[1]],
    mode: settings.mode,
    value: settings.value,
  }),
});
