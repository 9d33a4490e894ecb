import { modelParts, attribute } from "../../targets/onnx/proto.js";

/** The model that the module of bundles tries backends with: ones under a window of 3 x 3 ones. */
export function trialModel(): Uint8Array {
  const kernel = { name: "window", type: "float32", shape: [1, 1, 3, 3], bytes: 36 } as const;
  const parts = modelParts({
    name: "trial",
    producer: ["fcnc", ""],
    opset: 17,
    nodes: [
      {
        name: "sums",
        op: "Conv",
        inputs: ["ones", kernel.name],
        attributes: { kernel_shape: attribute.integers([3, 3]), pads: attribute.integers([1, 1, 1, 1]) },
      },
    ],
    inputs: [{ name: "ones", type: "float32", shape: [1, 1, 3, 3] }],
    outputs: [{ name: "sums", type: "float32", shape: [1, 1, 3, 3] }],
    initializers: [kernel],
    metadata: {},
  });
  const ones = new Uint8Array(new Float32Array(9).fill(1).buffer);
  return Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : ones)));
}
