/** `fcnc predict --image FOLDER --out DIR`: masks and overlays of many pictures, and contact sheets of all. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { drawContactSheet, SHEET_TILES, tileOf, type Tile } from "../images/contact-sheet.js";
import { toRgb8 } from "../images/convert.js";
import { feedImage } from "../images/feed.js";
import { writeRgbPng } from "../images/png-write.js";
import { numberedLabels } from "../model/labels.js";
import type { Plan, PlanOutput } from "../model/plan.js";
import { reasonOf } from "../weights/errors.js";
import { deliverHead, fileOf, maskOfHead, shownPicture, type DeliveredHead, type HeadResult } from "./deliver.js";
import { exitCodes, Fault, isForPeople } from "./fail.js";
import { interruptible } from "./interrupt.js";
import { maskOf, startNet, type NetOptions, type NetSource, type RunningNet } from "./open-net.js";
import { print, printJson, statusLine, tellError } from "./output.js";
import { pictureSets, type PictureSet } from "./picture-sets.js";
import { readPictures } from "./pictures.js";
import { replaceFile } from "./write-file.js";

interface Done extends PictureSet {
  readonly milliseconds: number;
  readonly outputs: readonly DeliveredHead[];
  readonly written: readonly string[];
}

interface Failed extends PictureSet {
  readonly error: string;
}

const MASKS = "masks";
const OVERLAYS = "overlays";
const SHEET = "contact-sheet.png";

/** Goes on past a picture that cannot be read, and ends with 1 then. */
export async function predictSeveral(
  net: NetSource,
  given: readonly string[],
  out: string,
  options: NetOptions,
): Promise<void> {
  const { plan } = net;
  for (const { name, classes } of plan.outputs)
    if (classes > 256) throw new Fault(`\`${name}\` has ${classes} classes, and a mask at most 256`);
  const sets = await pictureSets(plan, given);
  for (const folder of [MASKS, OVERLAYS])
    await mkdir(join(out, folder), { recursive: true }).catch((error: unknown) => {
      throw new Fault(`\`${join(out, folder)}\` cannot be made: ${reasonOf(error)}`, [], { cause: error });
    });
  await interruptible(async (signal) => {
    const running = await startNet(net, options);
    const progress = statusLine("predicting:");
    const sheets = new Sheets(plan, out);
    const results: (Done | Failed)[] = [];
    try {
      for (const [index, set] of sets.entries()) {
        signal.throwIfAborted();
        progress.update(`${index + 1} of ${sets.length}, ${set.name}`);
        const result = await predictOne(plan, running, set, out, sheets);
        if ("error" in result) progress.end();
        if ("error" in result) tellError(result.error);
        results.push(result);
      }
      await sheets.end();
    } finally {
      progress.end();
      running.model.dispose();
    }
    report(plan, running, results, sheets.written, out, options);
  });
}

async function predictOne(
  plan: Plan,
  { model }: RunningNet,
  set: PictureSet,
  out: string,
  sheets: Sheets,
): Promise<Done | Failed> {
  try {
    const given = Object.entries(set.files).map(([input, file]) => `${input}=${file}`);
    const pictures = await readPictures(plan, given);
    const start = performance.now();
    const masks = plan.outputs.map(({ name }) => maskOf(model, name));
    const feeds = Object.fromEntries(pictures.map(({ input, image }) => [input.name, feedImage(image, input)]));
    const values = await model.run(feeds, masks);
    const milliseconds = Math.round(performance.now() - start);
    const heads = plan.outputs.map((output, i): HeadResult => ({
      output,
      mask: values[masks[i] ?? ""],
      scores: undefined,
    }));
    const files = { mask: join(out, MASKS, `${set.name}.png`), overlay: join(out, OVERLAYS, `${set.name}.png`) };
    const written: string[] = [];
    const outputs: DeliveredHead[] = [];
    const shown = toRgb8(shownPicture(pictures).image);
    for (const head of heads) {
      outputs.push(await deliverHead(head, { plan, pictures, heads }, files, written));
      await sheets.add(head.output, tileOf(set.name, shown, maskOfHead(head)));
    }
    return { ...set, milliseconds, outputs, written };
  } catch (error) {
    if (error instanceof Fault || isForPeople(error)) return { ...set, error: error.message };
    throw error;
  }
}

/** Contact sheets of each head, each written once it is full. */
class Sheets {
  readonly written: string[] = [];
  readonly #tiles = new Map<string, Tile[]>();
  readonly #pages = new Map<string, number>();

  constructor(
    readonly plan: Plan,
    readonly folder: string,
  ) {}

  async add(output: PlanOutput, tile: Tile): Promise<void> {
    const tiles = this.#tiles.get(output.name) ?? [];
    this.#tiles.set(output.name, [...tiles, tile]);
    if (tiles.length + 1 === SHEET_TILES) await this.#write(output);
  }

  async end(): Promise<void> {
    for (const output of this.plan.outputs) await this.#write(output);
  }

  async #write(output: PlanOutput): Promise<void> {
    const { name } = output;
    const tiles = this.#tiles.get(name) ?? [];
    if (tiles.length === 0) return;
    const page = (this.#pages.get(name) ?? 0) + 1;
    const sheet = page === 1 ? SHEET : SHEET.replace(".png", `-${page}.png`);
    const path = join(this.folder, fileOf(sheet, name, this.plan.outputs.length));
    const labels = output.labels ?? numberedLabels(output.classes);
    const title = this.plan.outputs.length === 1 ? this.plan.net : `${this.plan.net}: ${name}`;
    await replaceFile(path, writeRgbPng(drawContactSheet(tiles, labels, title)));
    this.written.push(path);
    this.#pages.set(name, page);
    this.#tiles.set(name, []);
  }
}

function report(
  { net }: Plan,
  { engine, engineDetail }: RunningNet,
  results: readonly (Done | Failed)[],
  contactSheets: readonly string[],
  out: string,
  { format }: NetOptions,
): void {
  const failed = results.filter((result) => "error" in result).length;
  if (failed > 0) process.exitCode = exitCodes.fault;
  if (format === "json") {
    const pictures = results.map(({ files, ...result }) => ({ ...result, images: files }));
    printJson({ net, engine, engineDetail, out, failed, pictures, contactSheets });
    return;
  }
  const count = results.length - failed;
  print(`${net} on ${count} ${count === 1 ? "picture" : "pictures"} (${engine})`);
  if (count > 0) print(`wrote ${join(out, MASKS)}, ${join(out, OVERLAYS)}, ${contactSheets.join(", ")}`);
  if (failed > 0) print(`${failed} of ${results.length} could not be predicted: the messages above say why`);
}
