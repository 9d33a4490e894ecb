import { expect, test } from "vitest";
import { sha256 } from "../../src/certify/feed.js";
import { generatedPicture } from "../../src/certify/picture.js";

test("the generated picture is the same on every machine", () => {
  expect(sha256(generatedPicture(16, 20, 3))).toBe("7389aaede2e51454bd49e16f30b0491223d411cbf6400a05c23ecde937471dd4");
});

test("a pixel depends on its place alone", () => {
  const [small, large] = [generatedPicture(5, 7, 2), generatedPicture(9, 11, 2)];
  for (let y = 0; y < 5; y++) for (let at = 0; at < 14; at++) expect(small[y * 14 + at]).toBe(large[y * 22 + at]);
});

test("it holds whole numbers of 1 to 255, and uses them", () => {
  const pixels = generatedPicture(64, 64, 3);
  expect(pixels.every((value) => Number.isInteger(value) && value >= 1 && value <= 255)).toBe(true);
  expect(new Set(pixels).size).toBeGreaterThan(200);
});
