import { expect, test } from "vitest";
import { parseParamStr } from "../../src/caffe/param-str.js";

test.each([
  [
    "{'mean': (104.0, 116.5, -1e-3), 'seed': 1337, 'on': True, 'x': None}",
    { mean: [104, 116.5, -0.001], seed: 1337, on: true, x: null },
  ],
  ["{'tops': ['color', \"label\"], 'dir': 'it\\'s'}", { tops: ["color", "label"], dir: "it's" }],
  ["((1), (1,), ())", [1, [1], []]],
  [" 'text' ", "text"],
])("%s", (text, value) => {
  expect(parseParamStr(text)).toEqual(value);
});

test.each(["{'a': __import__('os')}", "{'a': 1", "{a: 1}", "1 + 1", "", "[1 2]", "(".repeat(1000), "{'a': lambda: 1}"])(
  "what is no literal is not read: %s",
  (text) => {
    expect(parseParamStr(text)).toBeNull();
  },
);
