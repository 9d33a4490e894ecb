/** In what order the examples of a dataset come: each place of the order can be asked for by itself. */
import { bits, stream } from "../weights/random.js";
import { DataError, type DatasetCall } from "./dataset.js";

export interface Order {
  /**
   * `epochs`: all examples, shuffled anew each time. `replacement`: each is drawn from all, as the reference's layers do
   * while they train (`random.randint` a step). `once`: as the dataset lists them, one time.
   */
  readonly kind: "epochs" | "replacement" | "once";
  readonly seed: number;
}

const KINDS = ["epochs", "replacement"] as const;

/** What a data call says about the order, and not about the dataset. */
export const ORDER_ARGUMENTS: readonly string[] = ["seed", "order"];

/**
 * The order that a recipe asks for: `sbdd(split: "train", seed: 1337, order: "replacement")`; shuffled epochs where it
 * does not say.
 *
 * @param seed of the recipe, for a call without one
 * @throws {DataError} when an argument is no order, or no seed
 */
export function orderOf(call: DatasetCall, seed: number): Order {
  const { order: said = "epochs", seed: own = seed } = call.arguments;
  const kind = KINDS.find((one) => one === said);
  if (kind === undefined)
    throw new DataError(`\`order: ${said}\` of \`${call.kind}\` is no order of examples`, [
      'write `order: "epochs"` (shuffled anew each time, the default) or `order: "replacement"` (each drawn from all)',
    ]);
  if (typeof own !== "number" || !Number.isSafeInteger(own))
    throw new DataError(`\`seed: ${own}\` of \`${call.kind}\` is no whole number`, [
      "write a number, as in `seed: 1337`",
    ]);
  return { kind, seed: own };
}

/** The call without what `orderOf` reads of it. */
export function withoutOrder(call: DatasetCall): DatasetCall {
  const rest = Object.entries(call.arguments).filter(([name]) => !ORDER_ARGUMENTS.includes(name));
  return { ...call, arguments: Object.fromEntries(rest) };
}

/** How many images an order has. */
export const lengthOf = (order: Order, size: number): number => (order.kind === "once" ? size : Infinity);

/** A number in [0, 1) from 32 bits. */
export const uniform = (word: number): number => (word >>> 0) / 4294967296;

/** The examples of an order over `size` of them: image number `image`, from 0 on, is example `at(image)`. */
export function examplesOf(order: Order, size: number): { at(image: number): number } {
  if (order.kind === "once") return { at: (image) => image };
  if (order.kind === "replacement") {
    const draws = stream(order.seed, "order");
    return { at: (image) => Math.floor(uniform(bits(draws, image)) * size) };
  }
  let epoch = -1;
  let shuffled = new Uint32Array(0);
  return {
    at(image) {
      const wanted = Math.floor(image / size);
      if (wanted !== epoch) {
        epoch = wanted;
        shuffled = shuffle(size, order.seed, epoch);
      }
      return shuffled[image % size]!;
    },
  };
}

/** Fisher and Yates, with numbers that belong to the epoch alone. */
function shuffle(size: number, seed: number, epoch: number): Uint32Array<ArrayBuffer> {
  const draws = stream(seed, `order of epoch ${epoch}`);
  const places = Uint32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i -= 1) {
    const j = Math.floor(uniform(bits(draws, i)) * (i + 1));
    const kept = places[i]!;
    places[i] = places[j]!;
    places[j] = kept;
  }
  return places;
}
