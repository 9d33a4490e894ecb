import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { readAhead } from "../../targets/web/runtime/ahead.js";

/** Pieces of 10 bytes that know how many were asked for, and whether they were ended. */
function source(count: number, failAt = Infinity) {
  const told = { given: 0, isEnded: false };
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let index = 0; index < count; index++) {
        if (index === failAt) throw new Error("it broke");
        told.given++;
        yield new Uint8Array(10).fill(index);
      }
    } finally {
      told.isEnded = true;
    }
  }
  return { told, pieces: pieces() };
}

test("gives every piece in its order, and ends", async () => {
  const { pieces } = source(7);
  const found: (number | undefined)[] = [];
  for await (const piece of readAhead(pieces, 25)) found.push(piece[0]);
  expect(found).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("reads before it is asked, and not more than it may", async () => {
  const { told, pieces } = source(100);
  const ahead = readAhead(pieces, 25);
  await setImmediate();
  expect(told.given).toBe(3);
  await ahead.next();
  await setImmediate();
  expect(told.given).toBe(4);
  await ahead.return?.();
  expect(told.isEnded).toBe(true);
});

test("tells of a failure where it was, after what came before it", async () => {
  const { told, pieces } = source(5, 2);
  const ahead = readAhead(pieces, 1000);
  await setImmediate();
  expect(told.isEnded).toBe(true);
  expect((await ahead.next()).value?.[0]).toBe(0);
  expect((await ahead.next()).value?.[0]).toBe(1);
  await expect(ahead.next()).rejects.toThrow("it broke");
  expect(await ahead.next()).toEqual({ done: true, value: undefined });
});
