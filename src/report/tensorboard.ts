/**
 * Event files of TensorBoard: TFRecord framing, with Event and Summary messages of tensorflow/core/util/event.proto and
 * tensorflow/core/framework/summary.proto.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { RunLog } from "./run-log.js";
import { crc32c } from "./crc32c.js";

/** Field numbers. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, simple: 2, image: 4 } as const;
const IMAGE = { height: 1, width: 2, colorspace: 3, png: 4 } as const;
const RGB = 3;

/** The name of an event file: TensorBoard takes what has `tfevents` in it, and reads several in their names' order. */
export function eventFileName(milliseconds: number, host: string): string {
  return `events.out.tfevents.${String(Math.floor(milliseconds / 1000)).padStart(10, "0")}.${host.replace(/[^\w.-]/g, "_")}.fcnc`;
}

/** What every file begins with. `seconds` since 1970. */
export function firstEvent(seconds: number): Uint8Array {
  return record(
    event(seconds).uint32(key(EVENT.fileVersion, WireType.LengthDelimited)).string("brain.Event:2").finish(),
  );
}

/** Scalars of a step, by tag; those that are not finite are kept, as TensorBoard shows them. */
export function scalarEvent(seconds: number, step: number, scalars: Readonly<Record<string, number>>): Uint8Array {
  const summary = new BinaryWriter();
  for (const [name, value] of Object.entries(scalars)) {
    summary.uint32(key(SUMMARY_VALUE, WireType.LengthDelimited)).fork();
    summary.uint32(key(VALUE.tag, WireType.LengthDelimited)).string(name);
    summary.uint32(key(VALUE.simple, WireType.Bit32)).float(value).join();
  }
  return summaryEvent(seconds, step, summary);
}

/** A picture of a step, as the bytes of an RGB PNG. */
export function imageEvent(
  seconds: number,
  step: number,
  name: string,
  png: { readonly width: number; readonly height: number; readonly data: Uint8Array },
): Uint8Array {
  const summary = new BinaryWriter();
  summary.uint32(key(SUMMARY_VALUE, WireType.LengthDelimited)).fork();
  summary.uint32(key(VALUE.tag, WireType.LengthDelimited)).string(name);
  summary.uint32(key(VALUE.image, WireType.LengthDelimited)).fork();
  summary.uint32(key(IMAGE.height, WireType.Varint)).int32(png.height);
  summary.uint32(key(IMAGE.width, WireType.Varint)).int32(png.width);
  summary.uint32(key(IMAGE.colorspace, WireType.Varint)).int32(RGB);
  summary.uint32(key(IMAGE.png, WireType.LengthDelimited)).bytes(png.data).join().join();
  return summaryEvent(seconds, step, summary);
}

/** A whole log as an event file. Times are the run's: its start and the seconds that it trained since. */
export function logEvents(log: RunLog): Uint8Array {
  const began = Date.parse(log.sessions[0]?.time ?? "") / 1000;
  const start = Number.isFinite(began) ? began : 0;
  const secondsAt = new Map(log.steps.map(({ step, seconds }) => [step, seconds ?? 0]));
  const steps = log.steps.map(({ step, images, loss, rate }) => ({
    step,
    order: 0,
    scalars: { images, loss: loss ?? Number.NaN, ...(rate !== null && { rate }) },
  }));
  const validations = log.validations.map(({ step, metrics }) => ({
    step,
    order: 1,
    scalars: validationScalars(metrics),
  }));
  const all = [...steps, ...validations].toSorted((a, b) => a.step - b.step || a.order - b.order);
  const events = all.map(({ step, scalars }) => scalarEvent(start + (secondsAt.get(step) ?? 0), step, scalars));
  return Buffer.concat([firstEvent(start), ...events]);
}

/** Under one heading in TensorBoard. */
export function validationScalars(metrics: Readonly<Record<string, number | null>>): Record<string, number> {
  const known = Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== null);
  return Object.fromEntries(known.map(([name, value]) => [`validation/${name}`, value]));
}

const key = (field: number, type: WireType): number => (field << 3) | type;

const event = (seconds: number): BinaryWriter =>
  new BinaryWriter().uint32(key(EVENT.wallTime, WireType.Bit64)).double(seconds);

function summaryEvent(seconds: number, step: number, summary: BinaryWriter): Uint8Array {
  const written = event(seconds).uint32(key(EVENT.step, WireType.Varint)).int64(step);
  return record(written.uint32(key(EVENT.summary, WireType.LengthDelimited)).bytes(summary.finish()).finish());
}

/** TFRecord: length as uint64, its masked CRC, data, their masked CRC; all little-endian. */
function record(data: Uint8Array): Uint8Array {
  const written = new Uint8Array(data.length + 16);
  const view = new DataView(written.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(written.subarray(0, 8)), true);
  written.set(data, 12);
  view.setUint32(12 + data.length, masked(data), true);
  return written;
}

/** As TFRecord stores CRCs: turned right by 15 bits, plus a constant. */
function masked(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
