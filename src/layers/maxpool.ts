import { definePooling } from "./pooling.js";

export const maxpool = definePooling("max", {
  name: "maxpool",
  summary: "The largest value of each window.",
  documentation: `
Size: \`ceil((n + 2 pad - kernel) / stride) + 1\`, less one where the last window would start in the padding (Caffe,
pooling_layer.cpp). Windows are clipped to the map and never see padding. \`round: floor\` drops a partial window
instead, as PyTorch does by default; with it some image sizes may no longer reach the deeper layers, and the compiler
says which.

Caffe has no \`dilation\` here: with it a window takes its values at a distance of one another and extends over
\`dilation (kernel - 1) + 1\`, which stands for the kernel in the size. It is what \`rarefy\` gives to windows that come
after a stride it takes away.`,
  example: "pool1 = maxpool(2)",
});
