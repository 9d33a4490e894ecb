/** A plan's operations as layers of Caffe, in their order, with the blobs that they give and take. */
import { field, message } from "../../src/caffe/message.js";
import type { Operation, Pair, Plan } from "../../src/model/plan.js";
import { parameters, unsupported, type CaffeLayer } from "./layer.js";
import { inputBlobs, LayerNames } from "./names.js";
import {
  ACTIVATIONS,
  dropout,
  leaky,
  localResponse,
  normalization,
  power,
  prelu,
  PRODUCT,
  RELU,
  repetition,
  scaling,
  sum,
  type Body,
} from "./pointwise.js";
import { Tensors } from "./tensors.js";
import { convolution, foldedPad, globalPooling, pooling, upsampling } from "./windows.js";

export interface LoweredNet {
  readonly layers: readonly CaffeLayer[];
  /** The blob of each operation's value. */
  readonly blobs: ReadonlyMap<string, string>;
  readonly names: LayerNames;
}

/**
 * @param dense names of `upsample` operations whose weights are not bilinear
 * @throws {TargetError} at the first operation that Caffe cannot say.
 */
export function lower(plan: Plan, dense: ReadonlySet<string>): LoweredNet {
  return new Lowering(plan, dense).run();
}

/** Layers whose gradient wants neither what they give nor, once it is given, what they took: so it may be overwritten. */
const OVERWRITABLE: ReadonlySet<Operation["op"]> = new Set([
  "conv",
  "deconv",
  "upsample",
  "pool",
  "crop",
  "sum",
  "product",
  "concat",
  "scale",
  "batchnorm",
  "dropout",
]);

class Lowering {
  readonly #layers: CaffeLayer[] = [];
  readonly #blobs = new Map<string, string>();
  readonly #names: LayerNames;
  readonly #tensors: Tensors;
  readonly #byName: ReadonlyMap<string, Operation>;
  /** The operations that take a value; one that is an output has none alone. */
  readonly #takers = new Map<string, Operation[]>();
  readonly #outputs: ReadonlySet<string>;
  /** What `pad` layers add to the convolution that takes them. */
  readonly #pads = new Map<string, Pair>();

  constructor(
    private readonly plan: Plan,
    private readonly dense: ReadonlySet<string>,
  ) {
    this.#names = new LayerNames(plan);
    this.#tensors = new Tensors(plan);
    this.#byName = new Map(plan.operations.map((operation) => [operation.name, operation]));
    this.#outputs = new Set(plan.outputs.map(({ value }) => value));
    for (const operation of plan.operations)
      for (const input of operation.inputs) this.#takers.set(input, [...(this.#takers.get(input) ?? []), operation]);
  }

  run(): LoweredNet {
    const inputs = inputBlobs(this.plan);
    for (const operation of this.plan.operations) {
      if (operation.op === "input") this.#blobs.set(operation.name, inputs.get(operation.name) ?? operation.name);
      // Caffe nets are fed with what is preprocessed already.
      else if (operation.op === "preprocess") this.#blobs.set(operation.name, this.#bottom(operation));
      else this.#lower(operation);
    }
    return { layers: this.#layers, blobs: this.#blobs, names: this.#names };
  }

  #lower(operation: Exclude<Operation, { readonly op: "input" | "preprocess" }>): void {
    switch (operation.op) {
      case "pad":
        return this.#pad(operation);
      case "conv": {
        const [y, x] = this.#pads.get(operation.inputs[0] ?? "") ?? [0, 0];
        const pad = [operation.pad[0] + y, operation.pad[1] + x] as const;
        return this.#add(operation, convolution(operation, this.#tensors, pad));
      }
      case "deconv":
        return this.#add(operation, convolution(operation, this.#tensors, operation.pad));
      case "upsample":
        return this.#add(operation, upsampling(operation, this.#tensors, this.dense.has(operation.name)));
      case "pool":
        return this.#add(operation, pooling(operation));
      case "globalpool":
        return this.#add(operation, globalPooling(operation));
      case "resize": {
        const { method, align, factor } = operation;
        if (method !== "nearest" || align !== "half_pixel" || factor === null || !Number.isInteger(factor))
          throw unsupported(
            operation,
            "it has no layer that resizes so",
            "Write `upsample(2x)`, with a `crop` behind it, or `resize(2x, method: nearest)`",
          );
        return this.#add(operation, repetition(operation, factor));
      }
      case "crop": {
        const [y, x] = operation.offset;
        const offsets = y === x ? [field("offset", y)] : [field("offset", y), field("offset", x)];
        const settings = [field("crop_param", message([field("axis", 2), ...offsets]))];
        return this.#add(operation, { type: "Crop", settings });
      }
      case "sum":
        return this.#sum(operation);
      case "product":
        return this.#add(operation, operation.inputs.length === 1 ? power(1, 0) : PRODUCT);
      case "concat":
        return this.#add(operation, { type: "Concat", settings: [parameters("concat_param", { axis: 1 })] });
      case "activation":
        return this.#activation(operation);
      case "leaky":
        return this.#add(operation, leaky(operation));
      case "prelu":
        return this.#add(operation, prelu(operation, this.#tensors));
      case "dropout":
        return this.#add(operation, dropout(operation));
      case "scale":
        return this.#add(operation, scaling(operation.weight, operation.bias, this.#tensors));
      case "batchnorm": {
        this.#add(operation, normalization(operation));
        const blob = this.#blobs.get(operation.name) ?? operation.name;
        const scale = scaling(operation.weight, operation.bias, this.#tensors);
        this.#push(`${operation.name}/scale`, scale, [blob], blob);
        return;
      }
      case "lrn":
        return this.#add(operation, localResponse(operation));
      case "softmax":
        return this.#add(operation, { type: "Softmax" });
      default:
        // Here the type checker names a primitive that is missing above.
        throw new Error(`Caffe is not told what ${JSON.stringify(operation satisfies never)} is`);
    }
  }

  /** The layer of an operation: over the blob that it takes, where that is nobody else's, or with a blob of its own. */
  #add(operation: Operation, body: Body): void {
    const name = this.#names.of(operation);
    const bottoms = operation.inputs.map((input) => this.#blobOf(input));
    const top = this.#isInPlace(operation) ? (bottoms[0] ?? operation.name) : operation.name;
    this.#push(name, body, bottoms, top);
    this.#blobs.set(operation.name, top);
  }

  #push(name: string, body: Body, bottoms: readonly string[], top: string): void {
    this.#layers.push({ name, bottoms, tops: [top], ...body });
  }

  #blobOf(value: string): string {
    const blob = this.#blobs.get(value);
    if (blob === undefined) throw new Error(`${value} is taken before it is given`);
    return blob;
  }

  #bottom({ inputs }: Operation): string {
    return this.#blobOf(inputs[0] ?? "");
  }

  /** Whether a layer writes over what it takes: activations within a flow, as all published nets have them. */
  #isInPlace({ name, op, inputs }: Operation): boolean {
    const isWithinFlow = name.includes("/");
    if (!isWithinFlow || !["activation", "leaky", "dropout"].includes(op)) return false;
    const [input = ""] = inputs;
    if (this.#takers.get(input)?.length !== 1 || this.#outputs.has(input)) return false;
    const before = this.#byName.get(input);
    if (before === undefined) return false;
    // A rectifier's gradient looks at a sign, which dropout leaves as it is or makes of no account.
    const isRectified = before.op === "leaky" || (before.op === "activation" && before.function === "relu");
    return OVERWRITABLE.has(before.op) || (op === "dropout" && isRectified);
  }

  #pad(operation: Extract<Operation, { readonly op: "pad" }>): void {
    const takers = this.#takers.get(operation.name) ?? [];
    const next = takers.length === 1 && !this.#outputs.has(operation.name) ? (takers[0] ?? null) : null;
    this.#pads.set(operation.name, foldedPad(operation, next));
    this.#blobs.set(operation.name, this.#bottom(operation));
  }

  #sum(operation: Extract<Operation, { readonly op: "sum" }>): void {
    const stated = this.plan.layers.find(({ name }) => name === operation.layer)?.settings["weights"];
    if (operation.inputs.length === 1) return this.#add(operation, power(operation.coefficients[0] ?? 1, 0));
    this.#add(operation, sum(operation, Array.isArray(stated)));
  }

  #activation(operation: Extract<Operation, { readonly op: "activation" }>): void {
    const { name, function: kind } = operation;
    switch (kind) {
      case "relu6":
        this.#clip(name, this.#bottom(operation), 1, name);
        break;
      case "hardsigmoid":
        this.#clip(name, this.#shifted(operation), 1 / 6, name);
        break;
      case "hardswish": {
        const gate = `${name}/gate`;
        this.#clip(name, this.#shifted(operation), 1 / 6, gate);
        this.#push(name, PRODUCT, [this.#bottom(operation), gate], name);
        break;
      }
      default:
        return this.#add(operation, ACTIVATIONS[kind]);
    }
    this.#blobs.set(name, name);
  }

  /** x + 3, as a blob of its own. */
  #shifted(operation: Operation): string {
    const shifted = `${operation.name}/shifted`;
    this.#push(shifted, power(1, 3), [this.#bottom(operation)], shifted);
    return shifted;
  }

  /**
   * scale * min(max(x, 0), 6), as scale * (6 - max(6 - max(x, 0), 0)): Caffe's own Clip is younger than most Caffes.
   * The difference rounds once, so that it is at most 2^-22 off.
   */
  #clip(name: string, bottom: string, scale: number, top: string): void {
    const positive = `${name}/positive`;
    const room = `${name}/room`;
    this.#push(positive, RELU, [bottom], positive);
    this.#push(room, power(-1, 6), [positive], room);
    this.#push(`${name}/clipped`, RELU, [room], room);
    this.#push(top, power(-scale, 6 * scale), [room], top);
  }
}
