/** A map [C, H, W] in doubles. */
export class FeatureMap {
  constructor(
    readonly channels: number,
    readonly height: number,
    readonly width: number,
    readonly data: Float64Array,
  ) {
    if (height < 1 || width < 1) throw new Error(`an empty map, ${height} x ${width}`);
  }

  /** @throws where there is no such element: a reference that reads beyond a map is no reference. */
  at(c: number, y: number, x: number): number {
    if (c < 0 || c >= this.channels || y < 0 || y >= this.height || x < 0 || x >= this.width)
      throw new Error(`no element ${c}, ${y}, ${x} in ${this.channels} x ${this.height} x ${this.width}`);
    return this.data[(c * this.height + y) * this.width + x] as number;
  }

  map(change: (value: number) => number): FeatureMap {
    return new FeatureMap(this.channels, this.height, this.width, this.data.map(change));
  }

  /** As engines have it: [1, H, W, C]. */
  toNhwc(): { data: Float32Array; shape: number[] } {
    const { channels, height, width } = this;
    const data = new Float32Array(channels * height * width);
    let to = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) data[to++] = this.at(c, y, x);
    return { data, shape: [1, height, width, channels] };
  }
}

export function emptyMap(channels: number, height: number, width: number): FeatureMap {
  return new FeatureMap(channels, height, width, new Float64Array(channels * Math.max(0, height) * Math.max(0, width)));
}

export function mapOf(
  channels: number,
  height: number,
  width: number,
  value: (c: number, y: number, x: number) => number,
): FeatureMap {
  const result = emptyMap(channels, height, width);
  let to = 0;
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) result.data[to++] = value(c, y, x);
  return result;
}
