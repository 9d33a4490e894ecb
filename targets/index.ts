/** Every target, sorted by name. A test holds this list against the folder and against what specs may declare. */
import { caffeTarget } from "./caffe/caffe.js";
import { onnxTarget } from "./onnx/onnx.js";
import { planTarget } from "./plan/plan.js";
import type { Target } from "./target.js";
import { tfjsNodeTarget } from "./tfjs-node/tfjs-node.js";
import { webTarget } from "./web/web.js";

export const targets: readonly Target[] = [caffeTarget, onnxTarget, planTarget, tfjsNodeTarget, webTarget];
