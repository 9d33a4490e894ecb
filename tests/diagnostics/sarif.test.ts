/** SARIF 2.1.0 as its specification demands it: what is required, of which type, and that indices point somewhere. */
import { expect, test } from "vitest";
import { check } from "../../src/compile.js";
import { sarif } from "../../src/diagnostics/sarif.js";
import { catalogue } from "../../src/catalogue.js";
import { nodeHost } from "../../src/node-host.js";
import { checked, net, vggNet } from "../checks/expect-errors.js";

const text = { text: expect.stringMatching(/\S/) as string };
const region = {
  startLine: expect.any(Number) as number,
  startColumn: expect.any(Number) as number,
  endLine: expect.any(Number) as number,
  endColumn: expect.any(Number) as number,
};
const location = { physicalLocation: { artifactLocation: { uri: "spec.fcn" }, region } };

const wrong = vggNet(
  "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
  "up = vgg.fc7 -> conv(21, 1) -> upsample(32x)",
  "score = crop(to: image, offset: 34)",
  "output score",
);

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number }[];
    },
  ];
}

test("a log of findings", async () => {
  const found = [
    await checked(wrong),
    await checked(net("a = image -> conv(8, 3)", "b = image -> conv(8, 3)", "output a")),
  ];
  const log = sarif(found, catalogue, "1.2.3");
  expect(log).toEqual({
    $schema: expect.stringMatching(/^https:\/\/.*sarif.*2\.1\.0.*\.json$/) as string,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "fcnc",
            version: "1.2.3",
            rules: expect.toSatisfy((rules: readonly { readonly id: string }[]) =>
              rules.every((rule) => typeof rule.id === "string"),
            ) as unknown,
          },
        },
        columnKind: "utf16CodeUnits",
        results: expect.any(Array) as unknown[],
      },
    ],
  });
  const [{ tool, results }] = (log as unknown as Log).runs;
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  expect(results.find(({ ruleId }) => ruleId === "crop-offset")).toEqual({
    ruleId: "crop-offset",
    ruleIndex: 0,
    level: "error",
    message: { text: expect.stringContaining("crop offset 34 puts `score` 15 px off the image grid") as string },
    locations: [location],
    relatedLocations: expect.toSatisfy((related: readonly { readonly id: number }[]) =>
      related.every(({ id }, index) => id === index),
    ) as unknown,
    fixes: [
      {
        description: text,
        artifactChanges: [
          {
            artifactLocation: { uri: "spec.fcn" },
            replacements: [
              {
                deletedRegion: { startLine: 7, startColumn: 35, endLine: 7, endColumn: 37 },
                insertedContent: { text: "19" },
              },
            ],
          },
        ],
      },
    ],
  });
  expect(results.find(({ ruleId }) => ruleId === "unused-layer")).toMatchObject({
    level: "warning",
    message: text,
    locations: [location],
  });
});

test("a fault without a place, and paths as URIs", async () => {
  const log = sarif([await check({ path: "no such/näh.fcn" }, nodeHost)], catalogue, "1.0.0");
  expect(log.runs).toMatchObject([{ results: [{ ruleId: "cannot-read", locations: [] }] }]);
  const named = await check({ path: "/a b/ü.fcn", text: net("a = image -> convv(8, 3)", "output a") }, nodeHost);
  expect(JSON.stringify(sarif([named], catalogue, "1.0.0"))).toContain('"uri":"file:///a%20b/%C3%BC.fcn"');
});
