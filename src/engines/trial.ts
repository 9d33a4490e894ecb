/** The smallest net with a number that can only be right or wrong: what shows that an engine really runs. */
import { EngineError, type Engine, type GraphModelJson } from "./engine.js";

const IMAGE = [1, 2, 3, 4];
const KERNEL = [1, 10, 100, 1000];
/** One window: 1*1 + 2*10 + 3*100 + 4*1000, exact in every float format. */
const ANSWER = 4321;

/**
 * Runs a 2x2 convolution with a ReLU and looks at the number.
 * @returns how long it took, in milliseconds
 * @throws {EngineError} when the engine does not run it, or another number comes out.
 */
export async function tryEngine(engine: Engine): Promise<number> {
  const start = performance.now();
  const model = await engine.load({
    modelJson: MODEL,
    async *weightData() {
      yield new Uint8Array(Float32Array.from(KERNEL).buffer);
    },
  });
  try {
    const { y } = await model.run({ x: { data: Float32Array.from(IMAGE), shape: [1, 2, 2, 1] } }, ["y"]);
    const answer = y?.data[0];
    if (answer !== ANSWER || y?.data.length !== 1)
      throw new EngineError(`it computes wrongly: a convolution that is ${ANSWER} came out as ${String(answer)}`);
    return performance.now() - start;
  } finally {
    model.dispose();
  }
}

const float = { type: "DT_FLOAT" };
const dimensions = (...sizes: number[]): object => ({ dim: sizes.map((size) => ({ size: String(size) })) });
const ones = { list: { i: ["1", "1", "1", "1"] } };
const text = (value: string): object => ({ s: Buffer.from(value).toString("base64") });
const tensor = (name: string, ...sizes: number[]): object => ({
  name: `${name}:0`,
  dtype: "DT_FLOAT",
  tensorShape: dimensions(...sizes),
});

/** A graph model as TF.js reads it: strings in base64, whole numbers as strings. */
const MODEL: GraphModelJson = {
  format: "graph-model",
  modelTopology: {
    node: [
      { name: "x", op: "Placeholder", attr: { dtype: float, shape: { shape: dimensions(1, 2, 2, 1) } } },
      {
        name: "kernel",
        op: "Const",
        attr: { dtype: float, value: { tensor: { dtype: "DT_FLOAT", tensorShape: dimensions(2, 2, 1, 1) } } },
      },
      {
        name: "window",
        op: "Conv2D",
        input: ["x", "kernel"],
        attr: {
          T: float,
          strides: ones,
          dilations: ones,
          padding: text("VALID"),
          data_format: text("NHWC"),
        },
      },
      { name: "y", op: "Relu", input: ["window"], attr: { T: float } },
    ],
    versions: { producer: 1000 },
  },
  signature: { inputs: { x: tensor("x", 1, 2, 2, 1) }, outputs: { y: tensor("y", 1, 1, 1, 1) } },
  weightsManifest: [{ paths: [], weights: [{ name: "kernel", shape: [2, 2, 1, 1], dtype: "float32" }] }],
};
