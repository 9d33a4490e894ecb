/** What fuzzing and a look at the readers found: each file is refused in words, by the reader that went wrong with it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../weights/scratch.js";
import { readers } from "./readers.js";

const found = join(import.meta.dirname, "found");
const folder = await scratch();

/** File, reader, what it says, and what went wrong once. */
const FOUND: readonly (readonly [file: string, reader: string, says: string, once: string])[] = [
  [
    "closing.h5",
    "hdf5",
    "cannot be read",
    "the library failed again as the file was closed, which was no clear message",
  ],
  [
    "deep.safetensors",
    "safetensors",
    "is nested deeper than 64",
    "objects in objects took memory before they were told",
  ],
  ["dictionary.png", "png", "its pixels cannot be decompressed", "pixels that are packed with a dictionary"],
  [
    "endless.h5",
    "hdf5",
    "its list of datasets keeps the HDF5 library busy without end",
    "the library went round in circles for ever",
  ],
  ["inputs.plan.json", "plan.json", "is no plan that this version of fcnc understands", "a plan whose input is null"],
  ["long-name.json", "map of names", "`optional` names `conv1conv1", "a message as long as the name in it"],
  ["long-name.prototxt", "solver", "is wanted after `momentummomentum", "a message as long as the name in it"],
];

test("every file that was found has its row", () => {
  expect(FOUND.map(([file]) => file)).toEqual(readdirSync(found).sort());
});

test.each(FOUND)("%s: %s", async (file, name, says) => {
  const reader = readers.find((one) => one.name === name);
  const bytes = new Uint8Array(readFileSync(join(found, file)));
  const refused: unknown = await Promise.resolve()
    .then(() => reader?.read(bytes, folder))
    .then(
      () => null,
      (error: unknown) => error,
    );
  const message = refused instanceof Error ? refused.message : "it was read";
  expect(
    reader?.refuses.some((kind) => refused instanceof kind),
    message,
  ).toBe(true);
  expect(message).toContain(says);
  expect(message.length).toBeLessThan(1000);
});
