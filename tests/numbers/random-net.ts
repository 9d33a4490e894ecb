/** Random nets as text: chains of every layer kind, and branches that meet again on one grid. */
import fc from "fast-check";

/** What is drawn for one step: numbers that a step takes as it needs them, and which step it is. */
interface Draw {
  readonly kind: number;
  readonly numbers: readonly number[];
}

/** How much larger than the image a map may become on each axis. */
const LARGEST_SCALE = 6;

/** The text of a net that mostly has no faults; where it has, the compiler says so. */
export const randomNet: fc.Arbitrary<string> = fc
  .record({
    format: fc.constantFrom("bgr", "rgb", "gray", "raw"),
    draws: fc.array(fc.record({ kind: fc.nat(99), numbers: fc.array(fc.nat(999), { minLength: 9, maxLength: 9 }) }), {
      minLength: 1,
      maxLength: 8,
    }),
    classes: fc.integer({ min: 1, max: 4 }),
    cropped: fc.boolean(),
  })
  .map(({ format, draws, classes, cropped }) => new Writer(format).write(draws, classes, cropped));

class Writer {
  readonly #lines: string[] = [];
  #channels: number;
  #scale = 1;
  #last = "image";
  #numbers: readonly number[] = [];
  #drawn = 0;

  constructor(format: string) {
    this.#channels = format === "gray" ? 1 : format === "raw" ? 2 : 3;
    // Values of about 1: an engine's rounding of large ones is large where a saturated activation has a step.
    const settings = format === "raw" ? "" : " { mean: 128, scale: 0.01 }";
    this.#lines.push(`input image: ${format}[H, W, ${this.#channels}]${settings}`);
  }

  write(draws: readonly Draw[], classes: number, cropped: boolean): string {
    for (const { kind, numbers } of draws) {
      this.#numbers = numbers;
      this.#drawn = 0;
      STEPS[kind % STEPS.length]?.call(this);
    }
    this.#add("score", `${this.#last} -> conv(${classes}, 1)`);
    if (cropped && this.#scale === 1) this.#add("cut", "crop(to: image)");
    return `fcn 1\nnet random {\n  ${[...this.#lines, `output ${this.#last}`].join("\n  ")}\n}\n`;
  }

  #add(stem: string, call: string): void {
    const name = `${stem}${this.#lines.length}`;
    this.#lines.push(`${name} = ${call}`);
    this.#last = name;
  }

  #draw(least: number, most: number): number {
    return least + ((this.#numbers[this.#drawn++] ?? 0) % (most - least + 1));
  }

  #pick<Choice>(...choices: readonly [Choice, ...Choice[]]): Choice {
    return choices[this.#draw(0, choices.length - 1)] ?? choices[0];
  }

  readonly conv = (): void => {
    const groups = this.#pick(1, 1, this.#channels);
    const channels = groups * this.#draw(1, groups > 1 ? 2 : 4);
    const [height, width] = [this.#draw(1, 4), this.#draw(1, 4)];
    const settings = [
      `${height}x${width}`,
      `stride: ${this.#pick(1, 1, 2, 3)}`,
      `pad: ${this.#draw(0, 3)}`,
      `dilation: ${this.#pick(1, 1, 2)}`,
      `groups: ${groups}`,
      `bias: ${this.#pick(true, false)}`,
    ];
    const after = this.#pick("", " -> relu", " -> relu6", " -> tanh");
    this.#add("conv", `${this.#last} -> conv(${channels}, ${settings.join(", ")})${after}`);
    this.#channels = channels;
  };

  readonly pool = (): void => {
    const kernel = this.#draw(2, 3);
    // Steps beyond the kernel may put a last window wholly past the map, where Caffe's value is undefined.
    const settings = [
      `${kernel}`,
      `stride: ${this.#draw(1, kernel)}`,
      `pad: ${this.#draw(0, kernel - 1)}`,
      `round: ${this.#pick("ceil", "ceil", "floor")}`,
    ];
    this.#add("pool", `${this.#last} -> ${this.#pick("maxpool", "avgpool")}(${settings.join(", ")})`);
  };

  readonly deconv = (): void => {
    const stride = this.#draw(1, 2);
    if (this.#scale * stride > LARGEST_SCALE) return;
    const groups = this.#pick(1, this.#channels);
    const channels = groups * this.#draw(1, groups > 1 ? 1 : 3);
    const settings = [`${this.#draw(1, 4)}`, `stride: ${stride}`, `pad: ${this.#draw(0, 1)}`, `groups: ${groups}`];
    const bias = this.#pick(true, false);
    this.#add("deconv", `${this.#last} -> deconv(${channels}, ${settings.join(", ")}, bias: ${bias})`);
    this.#channels = channels;
    this.#scale *= stride;
  };

  readonly upsample = (): void => {
    const factor = this.#draw(1, 3);
    if (this.#scale * factor > LARGEST_SCALE) return;
    const kernel = this.#pick("", "", `, kernel: ${this.#draw(1, 5)}`);
    const pad = this.#pick("", ", pad: 1");
    const learned = this.#pick("", ", learned: true");
    this.#add("up", `${this.#last} -> upsample(${factor}x${kernel}${pad}${learned})`);
    this.#scale *= factor;
  };

  readonly pointwise = (): void => {
    const call = this.#pick(
      "scale(0.5)",
      "scale(1.5, learned: true, bias: true)",
      "lrn(3, alpha: 0.1)",
      "softmax",
      "sigmoid",
      "relu",
      "dropout(0.2)",
      "pad(1x2, value: 0.25)",
      "pad(top: 2, right: 1)",
    );
    this.#add("point", `${this.#last} -> ${call}`);
  };

  /** Two convolutions of one map, of which the one that loses less at its border is cropped to the other. */
  readonly branch = (): void => {
    const from = this.#last;
    const channels = this.#draw(1, 3);
    const arms = [0, 1].map(() => {
      const half = this.#draw(0, 2);
      const pad = this.#draw(0, 3);
      return { lost: half - pad, call: `conv(${channels}, ${2 * half + 1}, pad: ${pad})` };
    });
    const names = arms
      .toSorted((a, b) => b.lost - a.lost)
      .map(({ call }) => {
        this.#add("arm", `${from} -> ${call}`);
        return this.#last;
      });
    const merge = this.#pick("sum", "product", "concat");
    const weights = merge === "sum" ? this.#pick("", ", weights: [0.5, -2]") : "";
    this.#add("join", `${merge}(${names.join(", ")}${weights}, crop: auto)`);
    this.#channels = merge === "concat" ? 2 * channels : channels;
  };

  /** Down by two, up by two, and cropped back to where it came from. */
  readonly skip = (): void => {
    const from = this.#last;
    this.#add("down", `${from} -> ${this.#pick("maxpool", "avgpool")}(2)`);
    this.#add("deep", `${this.#last} -> conv(${this.#channels}, ${this.#pick("1", "3, pad: 1")})`);
    this.#add("back", `${this.#last} -> upsample(2x)`);
    this.#add("fuse", `${this.#pick("sum", "concat")}(${from}, ${this.#last}, crop: auto)`);
    if (this.#lines.at(-1)?.includes("concat")) this.#channels *= 2;
  };
}

const STEPS: readonly ((this: Writer) => void)[] = [
  function () {
    this.conv();
  },
  function () {
    this.conv();
  },
  function () {
    this.pool();
  },
  function () {
    this.pool();
  },
  function () {
    this.deconv();
  },
  function () {
    this.upsample();
  },
  function () {
    this.pointwise();
  },
  function () {
    this.branch();
  },
  function () {
    this.skip();
  },
];
