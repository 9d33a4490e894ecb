/** What fcnc says where a map lies on no known grid. */
import { test } from "vitest";
import { expectErrors, net } from "../checks/expect-errors.js";

const DEEP = ["a = image -> conv(4, 3, pad: 1)", "b = a -> maxpool(2)"];

test("a merge is passed with a warning", () =>
  expectErrors(net(...DEEP, "c = b -> resize(to: a)", "d = sum(a, c)", "output d")).toEqual([
    "7:7 unknown-grid: how `c` lies depends on the size of the input, so the merge is not checked",
  ]));

test("a merge of maps whose sizes differ is refused all the same", () =>
  expectErrors(net(...DEEP, "c = b -> resize(2x, align: corners)", "d = sum(a, c)", "output d")).toEqual([
    "7:7 input-sizes: `c` and `a` differ in size for H mod 2 = 1",
    "7:7 unknown-grid: how `c` lies depends on the size of the input, so the merge is not checked",
  ]));

test("features of the whole image are merged without a word", () =>
  expectErrors(net(...DEEP, "c = b -> globalpool -> resize(to: a)", "d = concat(a, c)", "output d")).toEqual([]));

test("what comes after a merge lies where its first known map does", () =>
  expectErrors(
    net(
      ...DEEP,
      "c = b -> globalpool -> resize(to: b)",
      "d = concat(c, b)",
      "e = upsample(2x, pad: 1)",
      "output e",
    ).replace("output e", "output e\n  expect stride(e) == 1\n  expect origin(d) == 1/2"),
  ).toEqual([]));

test("a crop is refused", () =>
  expectErrors(net(...DEEP, "c = b -> resize(to: a)", "d = crop(to: image)", "output d")).toEqual([
    "7:7 crop-grid: `c` has no grid that holds for every size, so no offset can be derived",
  ]));

test("a claim is not passed over", () =>
  expectErrors(net(...DEEP, "c = b -> resize(to: a)", "output c", "expect rf(c) == 5")).toEqual([
    "8:3 expectation: `c` has no grid that holds for every size of the input",
  ]));

test("a size is wanted, and only one", () =>
  expectErrors(net("a = image -> resize()", "b = image -> resize(2x, to: image)", "output a", "output b")).toEqual([
    "4:16 layer-settings: `resize` does not say to what size",
    "5:23 layer-settings: a map is resized by a factor or to a map, not both",
  ]));
