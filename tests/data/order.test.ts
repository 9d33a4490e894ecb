import { expect, test } from "vitest";
import { DataError } from "../../src/data/dataset.js";
import { examplesOf, lengthOf, orderOf, withoutOrder, type Order } from "../../src/data/order.js";

const take = (order: Order, size: number, from: number, count: number): number[] => {
  const examples = examplesOf(order, size);
  return Array.from({ length: count }, (_, i) => examples.at(from + i));
};
const call = (given: Record<string, number | string>) => ({ kind: "voc", arguments: given, root: "" });

test("each epoch has every example once, in an order of its own", () => {
  const order = { kind: "epochs", seed: 1337 } as const;
  const [first, second] = [take(order, 50, 0, 50), take(order, 50, 50, 50)];
  const all = Array.from({ length: 50 }, (_, i) => i);
  expect(first.toSorted((a, b) => a - b)).toEqual(all);
  expect(second.toSorted((a, b) => a - b)).toEqual(all);
  expect(first).not.toEqual(all);
  expect(first).not.toEqual(second);
  expect(take({ ...order, seed: 1338 }, 50, 0, 50)).not.toEqual(first);
});

test.each(["epochs", "replacement", "once"] as const)("an order by %s can be taken up anywhere", (kind) => {
  const order = { kind, seed: 3 };
  const whole = take(order, 40, 0, 40);
  for (const from of [1, 7, 39]) expect(take(order, 40, from, 40 - from)).toEqual(whole.slice(from));
  // Backwards too: nothing is remembered from one place to the next.
  const examples = examplesOf(order, 7);
  if (kind !== "once")
    expect([20, 3, 20].map((image) => examples.at(image))).toEqual(
      [20, 3, 20].map((image) => take(order, 7, image, 1)[0]),
    );
});

test("drawing with replacement draws all examples equally often", () => {
  const counts = Array.from({ length: 10 }, () => 0);
  for (const example of take({ kind: "replacement", seed: 1 }, 10, 0, 10_000)) counts[example]! += 1;
  // Standard deviation 30: five of them.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test("a shuffle puts each example in each place equally often", () => {
  const counts = new Float64Array(16);
  for (let seed = 0; seed < 4000; seed += 1)
    take({ kind: "epochs", seed }, 4, 0, 4).forEach((example, place) => (counts[4 * place + example]! += 1));
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(140);
});

test("the listed order ends with its dataset", () => {
  expect(lengthOf({ kind: "once", seed: 0 }, 12)).toBe(12);
  expect(lengthOf({ kind: "epochs", seed: 0 }, 12)).toBe(Infinity);
  expect(take({ kind: "once", seed: 0 }, 3, 0, 3)).toEqual([0, 1, 2]);
});

test("a recipe's data call says the order and its seed", () => {
  expect(orderOf(call({}), 5)).toEqual({ kind: "epochs", seed: 5 });
  expect(orderOf(call({ seed: 1337, order: "replacement" }), 5)).toEqual({ kind: "replacement", seed: 1337 });
  expect(withoutOrder(call({ split: "train", seed: 1337, order: "epochs" })).arguments).toEqual({ split: "train" });
  expect(() => orderOf(call({ order: "random" }), 5)).toThrow(DataError);
  expect(() => orderOf(call({ seed: 1.5 }), 5)).toThrow(DataError);
});
