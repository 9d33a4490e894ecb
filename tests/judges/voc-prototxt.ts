/** The VGG16 FCNs for PASCAL VOC as prototxt, by hand after the published files: what the OpenCV judge reads. */
import type { VocNet } from "./voc-fcn.js";

type Settings = Readonly<Record<string, number | string>>;

/** For an input of one size, which Caffe's text names. */
export function vocPrototxt(net: VocNet, height: number, width: number, scale = 1, classes = 21): string {
  const layers: string[] = [];
  const layer = (
    name: string,
    type: string,
    bottoms: readonly string[],
    message?: string,
    settings?: Settings,
  ): string => {
    const inputs = bottoms.map((bottom) => ` bottom: "${bottom}"`).join("");
    const entries = Object.entries(settings ?? {}).map(([key, value]) => ` ${key}: ${value}`);
    const parameters = message ? ` ${message} {${entries.join("")} }` : "";
    layers.push(`layer { name: "${name}" type: "${type}"${inputs} top: "${name}"${parameters} }`);
    return name;
  };
  const conv = (name: string, bottom: string, outputs: number, kernel: number, pad: number): string =>
    layer(name, "Convolution", [bottom], "convolution_param", { num_output: outputs, kernel_size: kernel, pad });
  const relu = (bottom: string): string => layer(`relu_${bottom}`, "ReLU", [bottom]);
  const upsample = (name: string, bottom: string, factor: number): string =>
    layer(name, "Deconvolution", [bottom], "convolution_param", {
      num_output: classes,
      bias_term: "false",
      kernel_size: 2 * factor,
      stride: factor,
    });
  const crop = (name: string, bottom: string, to: string, offset: number): string =>
    layer(name, "Crop", [bottom, to], "crop_param", { axis: 2, offset });
  const sum = (name: string, first: string, second: string): string =>
    layer(name, "Eltwise", [first, second], "eltwise_param", { operation: "SUM" });
  const scaled = (name: string, bottom: string, value: number): string =>
    net === "voc-fcn8s-atonce" ? layer(name, "Power", [bottom], "power_param", { scale: value }) : bottom;

  let top = "data";
  [2, 2, 3, 3, 3].forEach((convolutions, stage) => {
    const outputs = 64 * 2 ** Math.min(stage, 3) * scale;
    for (let index = 1; index <= convolutions; index++)
      top = relu(conv(`conv${stage + 1}_${index}`, top, outputs, 3, top === "data" ? 100 : 1));
    top = layer(`pool${stage + 1}`, "Pooling", [top], "pooling_param", { pool: "MAX", kernel_size: 2, stride: 2 });
  });
  top = relu(conv("fc6", top, 4096 * scale, 7, 0));
  top = relu(conv("fc7", top, 4096 * scale, 1, 0));
  top = conv("score_fr", top, classes, 1, 0);

  if (net === "voc-fcn32s") {
    crop("score", upsample("upscore", top, 32), "data", 19);
  } else {
    const upscore2 = upsample("upscore2", top, 2);
    const pool4 = conv("score_pool4", scaled("scale_pool4", "pool4", 0.01), classes, 1, 0);
    const fuse4 = sum("fuse_pool4", upscore2, crop("score_pool4c", pool4, upscore2, 5));
    if (net === "voc-fcn16s") {
      crop("score", upsample("upscore16", fuse4, 16), "data", 27);
    } else {
      const upscore4 = upsample("upscore_pool4", fuse4, 2);
      const pool3 = conv("score_pool3", scaled("scale_pool3", "pool3", 0.0001), classes, 1, 0);
      const fuse3 = sum("fuse_pool3", upscore4, crop("score_pool3c", pool3, upscore4, 9));
      crop("score", upsample("upscore8", fuse3, 8), "data", 31);
    }
  }
  const input = `input: "data"\ninput_shape { dim: 1 dim: 3 dim: ${height} dim: ${width} }`;
  return [input, ...layers, ""].join("\n");
}
