/** `bundle.json` is a contract: real ones against the schema that documents it. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import schema from "../../docs/bundle.schema.json" with { type: "json" };
import { SMALL, workplace } from "../cli/material.js";
import { run } from "../cli/run.js";
import { schemaProblems } from "../inspect/json-schema.js";

const place = await workplace();
await place.write("small.fcn", SMALL);

test.each([[["--quantize", "uint8"]], [["--quantize", "float16"]], [["--no-certify"]]])(
  "the schema describes what compile %j writes",
  async (more) => {
    const { code } = await run(["compile", "small.fcn", "--weights", "init", "--out", "web", ...more], {
      cwd: place.folder,
    });
    expect(code).toBe(0);
    const bundle: unknown = JSON.parse(await readFile(place.path("web", "bundle.json"), "utf8"));
    expect(schemaProblems(schema, bundle)).toEqual([]);
    expect(schemaProblems(schema, { ...(bundle as object), digest: 3, weights: [{}] })).not.toEqual([]);
  },
);
