/** A spec, written for Caffe and imported again, is the same net: its plan has the same digest. */
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { importCaffe, type CaffeText } from "../../src/caffe/import/import.js";
import { printMessage } from "../../src/caffe/print.js";
import { renderTerminal } from "../../src/diagnostics/terminal.js";
import { nodeHost } from "../../src/node-host.js";
import { caffeNets } from "../../targets/caffe/nets.js";
import { planOf } from "../specs/library.js";

/** The nets of the reference repository, by the fixtures that say what it has. */
const references = readdirSync(new URL("../specs/fixtures", import.meta.url))
  .map((file) => basename(file, ".json"))
  .filter((name) => name !== "recipes");

test("there are 15", () => {
  expect(references.length).toBe(15);
});

describe.each(references)("%s", async (name) => {
  const plan = await planOf(`specs/${name}.fcn`);
  const { files } = caffeNets(plan);
  const text = (path: string): CaffeText | null => {
    const message = files.get(path);
    return message === undefined ? null : { path, text: printMessage(message) };
  };

  test.each([...files.keys()].filter((path) => path !== "solver.prototxt"))("from %s", async (path) => {
    const net = text(path);
    if (net === null) throw new Error(`no ${path}`);
    const { imported, diagnostics, sources } = await importCaffe({
      net,
      solver: text("solver.prototxt"),
      readNet: (named) => Promise.resolve(text(named)),
      meanOf: () => Promise.resolve(null),
      name: null,
      labels: null,
      stages: [],
      labelPath: (named) => Promise.resolve(named),
      isBilinear: () => Promise.resolve(null),
      host: nodeHost,
      specPath: (wanted) => `${wanted}.fcn`,
    });
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(renderTerminal(errors, sources, { color: false })).toBe("");
    expect(imported?.plan?.digest).toBe(plan.digest);
  });
});
