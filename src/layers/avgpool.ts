import { definePooling } from "./pooling.js";

export const avgpool = definePooling("average", {
  name: "avgpool",
  summary: "The mean of each window.",
  documentation: `
Sizes as for \`maxpool\`. The sum over the window is divided by the window's area, padding included but clipped to the
padded map, as Caffe does (pooling_layer.cpp). With \`dilation\`, which Caffe lacks, the values that fall there count.`,
  example: "pool5 = avgpool(7, stride: 1)",
});
