import { describe, test } from "vitest";
import { expectErrors, expectValid, spec } from "../checks/expect-errors.js";

describe("files and what they import", () => {
  test("a file that is not there", async () => {
    await expectErrors(spec('import trunk from "./trunk.fcn"')).toEqual([
      "2:19 cannot-read: there is no file `trunk.fcn`",
    ]);
  });

  test("what is imported from it is not reported again", async () => {
    await expectErrors(
      spec(
        'import trunk from "./trunk.fcn"',
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = image -> trunk { without: [fc8] }",
        "  b = a.pool4 -> conv(21, 1)",
        "  output b",
        "}",
      ),
    ).toEqual(["2:19 cannot-read: there is no file `trunk.fcn`"]);
  });

  test("a folder", async () => {
    await expectErrors(spec('import trunk from "fcnc/backbones"')).toEqual([
      "2:19 cannot-read: `fcnc/backbones` is a folder",
    ]);
  });

  test("a name that is not defined there", async () => {
    await expectErrors(spec('import vgg15 from "fcnc/backbones/vgg16.fcn"')).toEqual([
      "2:8 unknown-import: `fcnc/backbones/vgg16.fcn` defines no `vgg15`",
    ]);
  });

  test("a name that is imported twice", async () => {
    await expectErrors(
      spec('import vgg16 from "fcnc/backbones/vgg16.fcn"', 'import vgg16 from "fcnc/backbones/vgg16.fcn"'),
    ).toEqual(["3:8 name-twice: `vgg16` stands for two things"]);
  });

  test("a renamed import", async () => {
    await expectValid(
      spec(
        'import vgg16 as trunk from "fcnc/backbones/vgg16.fcn"',
        "net n {",
        "  input image: bgr[H, W, 3]",
        "  vgg = image -> trunk { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "  output vgg",
        "}",
      ),
    );
  });

  test("a file that imports itself", async () => {
    await expectErrors(
      spec('import n from "./spec.fcn"', "net n {", "  input image: rgb[H, W, 3]", "  output image", "}"),
    ).toEqual(["2:15 import-cycle: files import one another in a circle"]);
  });

  test("a circle of files", async () => {
    await expectErrors(
      spec(
        'import one from "./one.fcn"',
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = one(image)",
        "  output a",
        "}",
      ),
      {
        "one.fcn": 'fcn 1\nimport two from "./two.fcn"\nblock one(x: node) {\n  a = two(x)\n}\n',
        "two.fcn": 'fcn 1\nimport one from "./one.fcn"\nblock two(x: node) {\n  a = one(x)\n}\n',
      },
    ).toEqual(["two.fcn:2:17 import-cycle: files import one another in a circle"]);
  });

  test("a file whose text is faulty", async () => {
    await expectErrors(
      spec(
        'import one from "./one.fcn"',
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = one(image)",
        "  output a",
        "}",
      ),
      { "one.fcn": "fcn 1\nblock one(x: node) {\n  a = x -> \n}\n" },
    ).toEqual(["one.fcn:3:9 syntax: expected a layer after `->`"]);
  });

  test("an unknown edition there", async () => {
    await expectErrors(spec('import one from "./one.fcn"'), {
      "one.fcn": "fcn 7\nblock one(x: node) {\n  a = x -> relu\n}\n",
    }).toEqual(["one.fcn:1:1 edition: edition `7` is not known"]);
  });

  test("one file by two ways", async () => {
    await expectValid(
      spec(
        'import one from "./one.fcn"',
        'import two from "./two.fcn"',
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = one(image)",
        "  b = two(a)",
        "  output b",
        "}",
      ),
      {
        "one.fcn": "fcn 1\nblock one(x: node) {\n  a = x -> conv(8, 3)\n}\n",
        "two.fcn": 'fcn 1\nimport one from "./one.fcn"\nblock two(x: node) {\n  a = one(x)\n}\n',
      },
    );
  });

  test("a recipe for a net that is misspelt", async () => {
    await expectErrors(
      spec(
        "net scores {",
        "  input image: rgb[H, W, 3]",
        "  output image",
        "}",
        "train score { steps: 1 }",
        "target web for scors",
      ),
    ).toEqual([
      "6:7 unknown-name: there is no net `score` in this file",
      "7:16 unknown-name: there is no net `scors` in this file",
    ]);
  });
});
