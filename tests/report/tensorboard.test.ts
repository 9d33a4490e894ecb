/** Event files, beside the definitions of their format and as TensorFlow reads them. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { afterAll, expect, test } from "vitest";
import { writeRgbPng } from "../../src/images/png-write.js";
import { crc32c } from "../../src/report/crc32c.js";
import { EventFile } from "../../src/report/event-file.js";
import { parseRunLog } from "../../src/report/run-log.js";
import { eventFileName, firstEvent, imageEvent, logEvents, scalarEvent } from "../../src/report/tensorboard.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { madeLog } from "./made-log.js";

const folder = await mkdtemp(join(tmpdir(), "fcnc-events-"));
afterAll(() => rm(folder, { recursive: true }));

const log = parseRunLog(madeLog({ updates: 40, batch: 10, start: 2, every: 20 }), "log");

/** Events of a file: time, step and the bytes of their summary. Checks that lengths and checksums hold. */
function records(bytes: Uint8Array): { time: number; step: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unmasked = (stored: number): number => {
    const turned = (stored - 0xa282ead8) >>> 0;
    return ((turned << 15) | (turned >>> 17)) >>> 0;
  };
  const found: { time: number; step: number }[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmasked(view.getUint32(at + 8, true))).toBe(crc32c(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(unmasked(view.getUint32(at + 12 + length, true))).toBe(crc32c(data));
    const reader = new BinaryReader(data);
    const event = { time: 0, step: 0 };
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field === 1) event.time = reader.double();
      else if (field === 2) event.step = Number(reader.int64());
      else reader.skip(type);
    }
    found.push(event);
    at += 16 + length;
  }
  return found;
}

test("checksums are those of RFC 3720, appendix B.4", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
});

test("a log becomes an event for each update and validation, in the order of steps and times", () => {
  const events = records(logEvents(log));
  expect(events).toHaveLength(1 + 40 + 2);
  expect(events.map(({ step }) => step)).toEqual(events.map(({ step }) => step).toSorted((a, b) => a - b));
  expect(events[0]?.time).toBe(Date.parse("2026-01-02T03:04:05Z") / 1000);
  expect(events.at(-1)?.time).toBe(Date.parse("2026-01-02T03:04:15Z") / 1000);
});

test("a file that grows with its run, named as TensorBoard looks for it", async () => {
  const file = await EventFile.open(join(folder, "growing"));
  await file.append(1, { loss: 2 });
  await file.append(2, { loss: 1 });
  await file.close();
  expect(file.path).toMatch(/events\.out\.tfevents\.\d{10}\./);
  expect(records(await readFile(file.path)).map(({ step }) => step)).toEqual([0, 1, 2]);
  expect(eventFileName(1700000000123, "a/b")).toBe("events.out.tfevents.1700000000.a_b.fcnc");
});

test("TensorFlow reads what was logged", async (context) => {
  const missing = pythonMissing("tensorflow");
  if (missing) context.skip(missing);
  const picture = { width: 3, height: 2, data: new Uint8Array(18).fill(7) };
  const path = join(folder, eventFileName(0, "test"));
  const png = { ...picture, data: writeRgbPng(picture) };
  const more = [firstEvent(1), scalarEvent(2, 7, { nan: Number.NaN }), imageEvent(3, 8, "example", png)];
  await writeFile(path, Buffer.concat([logEvents(log), ...more]));
  const said = await runJudge("read_events.py", [path]);
  const events = said
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line.replaceAll("NaN", "null")) as { step: number; values: Record<string, unknown> });
  expect(events[0]).toMatchObject({ version: "brain.Event:2" });
  const [first, last] = [log.steps[0], log.validations[1]];
  expect(events[1]).toMatchObject({ step: 1, values: { images: 10, loss: expect.closeTo(first?.loss ?? 0, 5) } });
  expect(events[42]).toMatchObject({
    step: 40,
    values: { "validation/meanIU": expect.closeTo(last?.metrics.meanIU ?? 0, 6) },
  });
  expect(events.slice(-2).map(({ values }) => values)).toEqual([{ nan: null }, { example: [2, 3, 3] }]);
});
