/** What Caffe cannot say is refused with its layer, its line and a way out, and leaves nothing behind. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { caffeTarget } from "../../targets/caffe/caffe.js";
import { TargetError } from "../../targets/target.js";
import { compileText } from "../numbers/compiled.js";
import { scratch } from "../weights/scratch.js";

const folder = await scratch();
const small = (members: string): string => `fcn 1\nnet small {\n  input image: raw[H, W, 3]\n  ${members}\n}\n`;

const REFUSED: Readonly<Record<string, readonly [members: string, message: string]>> = {
  "a bilinear resize": [
    "score = image -> resize(2x)\n  output score",
    "4: Caffe cannot say `score`: it has no layer that resizes so. Write `upsample(2x)`, with a `crop` behind it, or " +
      "`resize(2x, method: nearest)`.",
  ],
  "a pooling with a dilation": [
    "score = image -> maxpool(2, stride: 1, dilation: 2)\n  output score",
    "4: Caffe cannot say `score`: its poolings have no dilation. Leave `dilation` out, and let convolutions have it.",
  ],
  "a reflection": [
    "wide = image -> pad(2, mode: reflect)\n  score = conv(3, 3)\n  output score",
    "4: Caffe cannot say `wide`: it pads with zeros alone, inside a convolution. Give the convolution behind it a " +
      "`pad` instead.",
  ],
  "a pad on one side": [
    "wide = image -> pad(top: 2)\n  score = conv(3, 3)\n  output score",
    "4: Caffe cannot say `wide`: it pads as much on one side as on the other. Give the convolution behind it a `pad` " +
      "instead.",
  ],
  "a pad before a pooling": [
    "wide = image -> pad(2)\n  score = maxpool(2)\n  output score",
    "4: Caffe cannot say `wide`: it has no layer that pads, and what follows is not one convolution. Give the " +
      "convolution behind it a `pad` instead.",
  ],
};

test.for(Object.entries(REFUSED))("%s", async ([title, [members, message]]) => {
  const out = join(folder, title);
  const plan = await compileText(small(members));
  const error = await caffeTarget.write(plan, null, out).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TargetError);
  expect(String(error)).toContain(message);
  expect(existsSync(out)).toBe(false);
});
