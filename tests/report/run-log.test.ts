import { expect, test } from "vitest";
import { ReportError } from "../../src/report/error.js";
import { parseRunLog } from "../../src/report/run-log.js";
import { madeLog } from "./made-log.js";

const step = (number: number, loss: number | null = 1) =>
  JSON.stringify({ kind: "step", step: number, images: 20 * number, loss, rate: 0.1, seconds: 1 });

test("reads updates, validations with classes, and how the run ended", () => {
  const log = parseRunLog(madeLog({ updates: 40, batch: 10, start: 2, every: 20 }), "log.jsonl");
  expect(log.steps).toHaveLength(40);
  expect(log.steps[39]).toMatchObject({ step: 40, images: 400, rate: 1e-3, seconds: 10 });
  expect(log.validations.map(({ images }) => images)).toEqual([200, 400]);
  const [head] = log.validations[1]?.heads ?? [];
  expect(head).toMatchObject({ name: "score", confusion: [600, 0, 226, 174] });
  expect(head?.classes[1]).toEqual({ name: "disk", iu: 174 / 400, accuracy: 174 / 400, pixels: 400 });
  expect(log.sessions).toEqual([{ step: 0, time: "2026-01-02T03:04:05.000Z" }]);
  expect(log.stopped).toBe("done");
});

test("steps that a resumed run took again count once, as they were taken last", () => {
  const lines = [
    '{"kind":"start","step":0}',
    step(1),
    step(2, 5),
    step(3, 6),
    '{"kind":"validation","step":3,"images":60,"meanIU":0.5}',
    '{"kind":"resume","step":1,"time":"later"}',
    step(2, 7),
  ];
  const log = parseRunLog(lines.join("\n"), "log.jsonl");
  expect(log.steps.map(({ loss }) => loss)).toEqual([1, 7]);
  expect(log.validations).toEqual([]);
  expect(log.sessions).toHaveLength(2);
  expect(log.stopped).toBeNull();
});

test("a last line that is cut off is left out, a loss that is no number is a gap", () => {
  const log = parseRunLog(`${step(1)}\n${step(2, null)}\n${step(3).slice(0, 20)}`, "log.jsonl");
  expect(log.steps.map(({ loss }) => loss)).toEqual([1, null]);
});

test.each([
  ["another file", "hello\nworld\n"],
  ["a line that is cut off in the middle", `${step(1).slice(0, 20)}\n${step(2)}\n`],
  ["no object", "[1, 2]\n{}\n"],
])("%s is refused with its place", (_, text) => {
  expect(() => parseRunLog(text, "runs/a/log.jsonl")).toThrow(ReportError);
  expect(() => parseRunLog(text, "runs/a/log.jsonl")).toThrow("runs/a/log.jsonl:1: this is no line of a run's log");
});
