import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataError } from "../../src/data/dataset.js";
import { matLabels } from "../../src/data/mat/labels.js";
import { readMat } from "../../src/data/mat/read-mat.js";
import { compressed, element, matFile, matrix, words } from "./mat-bytes.js";

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, "fixtures", name));
const as = (value: number): number => value;
const little = { littleEndian: true };
const big = { littleEndian: false };

/** What a file is refused with. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof DataError) return [error.fault, error.message, ...error.help].join("\n");
    throw error;
  }
  return "it was read";
}

test.each(["sbd.mat", "sbd-compressed.mat"])("%s has its labels in a structure's field", (name) => {
  expect(matLabels(fixture(name), name, ["GTcls", "Segmentation"], as)).toEqual({
    width: 3,
    height: 2,
    indices: Uint8Array.from([0, 1, 2, 15, 0, 20]),
  });
  const structure = readMat(fixture(name), name).get("GTcls");
  expect(structure).toMatchObject({ kind: "structure", shape: [1, 1] });
  if (structure?.kind !== "structure") return;
  expect([...structure.fields.keys()]).toEqual(["Boundaries", "Segmentation", "CategoriesPresent"]);
  expect(structure.fields.get("Boundaries")?.[0]).toMatchObject({
    kind: "cell",
    shape: [2, 1],
    items: [
      { kind: "other", shape: [2, 3] },
      { kind: "other", shape: [2, 3] },
    ],
  });
});

test("numbers of every storage are read, whole doubles too", () => {
  const semantic = matLabels(fixture("siftflow-semantic.mat"), "a.mat", ["S"], (value) =>
    value === 0 ? 255 : value - 1,
  );
  expect([...semantic.indices]).toEqual([255, 0, 32, 1, 2, 3]);
  const geometric = matLabels(fixture("siftflow-geometric.mat"), "a.mat", ["S"], (value) =>
    value < 1 ? 255 : value - 1,
  );
  expect([...geometric.indices]).toEqual([255, 0, 1, 2, 255, 0]);
  expect([...matLabels(fixture("nyud.mat"), "a.mat", ["segmentation"], as).indices]).toEqual([0, 1, 40, 2, 2, 3]);
});

test("big-endian files are read in columns as well, compressed or not", () => {
  const shorts = element(big, 4, Uint8Array.from([0, 7, 0, 8, 0, 9, 0, 10, 0, 11, 0, 12]));
  const array = matrix(big, 6, [2, 3], "S", shorts);
  for (const file of [matFile(big, array), matFile(big, compressed(big, array))])
    expect([...matLabels(file, "a.mat", ["S"], as).indices]).toEqual([7, 9, 11, 8, 10, 12]);
});

test("what is no such file is said to be what it is", () => {
  const hdf5 = Buffer.concat([Buffer.from("MATLAB 7.3 MAT-file, Platform: GLNXA64".padEnd(128)), Buffer.alloc(400)]);
  expect(refusal(() => readMat(hdf5, "a.mat"))).toMatch(/version 7\.3[^]*-v7/);
  expect(refusal(() => readMat(Buffer.from("cat"), "a.mat"))).toMatch(/a\.mat is no MAT-file/);
  expect(refusal(() => matLabels(fixture("nyud.mat"), "n.mat", ["LabelMap"], as))).toMatch(
    /n\.mat has no `LabelMap`: it has segmentation/,
  );
  expect(refusal(() => matLabels(fixture("sbd.mat"), "s.mat", ["GTcls", "Seg"], as))).toMatch(/no field `Seg`/);
  expect(refusal(() => matLabels(fixture("sbd.mat"), "s.mat", ["GTcls"], as))).toMatch(/no matrix of numbers/);
  expect(refusal(() => matLabels(fixture("nyud.mat"), "n.mat", ["segmentation"], () => null))).toMatch(
    /has the value 0, which is no class/,
  );
});

test("a file cut off anywhere is refused, or lacks the variable that was cut off", () => {
  const whole = fixture("sbd.mat");
  for (let length = 0; length < whole.length; length += 7)
    expect(refusal(() => matLabels(whole.subarray(0, length), "s.mat", ["GTcls", "Segmentation"], as))).toMatch(
      /^unreadable\ns\.mat (is damaged|is no MAT-file|has no `GTcls`)/,
    );
});

test("claims are held against the bytes and the limits before memory is taken", () => {
  const bomb = matFile(
    little,
    compressed(little, matrix(little, 9, [1, 9e6], "S", element(little, 2, new Uint8Array(9e6)))),
  );
  const refused = (array: Uint8Array): string => refusal(() => readMat(matFile(little, array), "a.mat"));
  expect(readMat(bomb, "a.mat").get("S")).toMatchObject({ shape: [1, 9e6] });
  expect(refused(matrix(little, 1, [60000, 60000], "c"))).toMatch(/an array of 3600000000 items has/);
  expect(refused(matrix(little, 9, [2 ** 31 - 1, 2 ** 31 - 1], "S"))).toMatch(/FCNC_LIMITS=elements/);
  expect(refused(matrix(little, 9, [-1, 1], "S"))).toMatch(/has the shape -1 x 1/);
  expect(refused(matrix(little, 9, [2, 2], "S", element(little, 2, new Uint8Array(3))))).toMatch(/2 x 2 has 3 bytes/);
  expect(
    refused(
      matrix(
        little,
        9,
        Array.from({ length: 99 }, () => 1),
        "S",
      ),
    ),
  ).toMatch(/99 dimensions/);
  const deep = Array.from({ length: 70 }).reduce<Uint8Array>(
    (inner) => matrix(little, 1, [1, 1], "c", inner),
    matrix(little, 9, [0, 0], "S", element(little, 2, new Uint8Array(0))),
  );
  expect(refused(deep)).toMatch(/nested more than 64 deep/);
  const fields = [element(little, 5, words(little, 0)), element(little, 1, new Uint8Array(4))];
  expect(refused(matrix(little, 2, [1, 1], "s", ...fields))).toMatch(/names of 0 bytes do not fit/);
});
