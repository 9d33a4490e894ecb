/** `--image FILE` and `--image NAME=FILE`: a picture for each input of a net, read, and of sizes that the net takes. */
import { open } from "node:fs/promises";
import { DEFAULT_LIMITS, ImageError, tooManyBytes } from "../images/error.js";
import { readImage, type DecodedImage } from "../images/read.js";
import type { Plan, PlanInput } from "../model/plan.js";
import { contains } from "../model/size-set.js";
import { reasonOf } from "../weights/errors.js";
import { Fault, UsageError } from "./fail.js";
import { tellNote } from "./output.js";

/** The way out for who has more than one picture. */
export const SEVERAL = "several are segmented into a folder: name it, --out FOLDER";

export interface Picture {
  readonly input: PlanInput;
  readonly file: string;
  readonly image: DecodedImage;
}

/** One picture for each input, in the plan's order. */
export async function readPictures(plan: Plan, given: readonly string[]): Promise<Picture[]> {
  const files = assign(plan, given);
  const pictures: Picture[] = [];
  for (const input of plan.inputs) {
    const file = files.get(input.name) ?? "";
    const image = readImage(await bytesOf(file).catch(unreadable(file)), file);
    for (const note of image.notes) tellNote(`${file}: ${note}`);
    admit(plan, input, image, file);
    pictures.push({ input, file, image });
  }
  admitTogether(pictures);
  return pictures;
}

/** All bytes of a file, of whose size `readImage` decides: no more is read than shows that there are too many. */
async function bytesOf(path: string): Promise<Uint8Array> {
  const handle = await open(path, "r");
  try {
    const found = await handle.stat();
    const { size } = found;
    // Devices and pipes have no end that can be seen; a folder is told below.
    if (!found.isFile() && !found.isDirectory()) throw new Fault(`\`${path}\` is no ordinary file`);
    if (size <= DEFAULT_LIMITS.fileBytes) return await handle.readFile();
    throw tooManyBytes(size, DEFAULT_LIMITS).about(path);
  } finally {
    await handle.close();
  }
}

/**
 * `NAME=FILE`, or without a name a file of the one input that there is.
 * @throws {UsageError} where it could be for several
 */
export function inputOf(plan: Plan, text: string): { readonly input: string; readonly file: string } {
  const names = plan.inputs.map(({ name }) => name);
  const at = text.indexOf("=");
  const isNamed = at > 0 && names.includes(text.slice(0, at));
  const input = isNamed ? text.slice(0, at) : names.length === 1 ? names[0] : undefined;
  if (input === undefined)
    throw new UsageError(
      `${plan.net} has the inputs ${names.join(", ")}: say which one \`${text}\` is for, as in --image ${names[0]}=${text.slice(at + 1)}`,
    );
  return { input, file: isNamed ? text.slice(at + 1) : text };
}

/** Files by input. Without a name a file is for the one input that there is. */
function assign(plan: Plan, given: readonly string[]): ReadonlyMap<string, string> {
  const names = plan.inputs.map(({ name }) => name);
  const files = new Map<string, string>();
  for (const text of given) {
    const { input, file } = inputOf(plan, text);
    if (files.has(input)) throw new UsageError(`\`${input}\` is given two pictures`, [SEVERAL]);
    files.set(input, file);
  }
  const missing = names.filter((name) => !files.has(name));
  if (missing.length > 0)
    throw new UsageError(`${plan.net} also wants ${missing.map((name) => `--image ${name}=FILE`).join(" and ")}`);
  return files;
}

function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ImageError || error instanceof Fault) throw error;
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOENT") throw new Fault(`there is no file \`${path}\``);
    if (code === "EISDIR") throw new Fault(`\`${path}\` is a folder`, ["name a PNG or JPEG picture in it"]);
    throw new Fault(`\`${path}\` cannot be read: ${reasonOf(error)}`);
  };
}

/** Refuses a picture of a size at which the net is known not to work. */
function admit(plan: Plan, input: PlanInput, image: DecodedImage, file: string): void {
  for (const side of ["height", "width"] as const) {
    const actual = image[side];
    const wanted = input[side];
    if (typeof wanted === "number" && wanted !== actual)
      throw new Fault(`${file} has a ${side} of ${actual} px, and ${plan.net} takes ${wanted} px alone`, [
        `resize the picture to ${input.height}x${input.width}`,
      ]);
    const valid = typeof wanted === "string" ? plan.validFor[wanted] : undefined;
    if (valid && valid.undecided === null && !contains(valid, actual))
      throw new Fault(`${file} has a ${side} of ${actual} px, and ${plan.net} works for ${valid.text}`, [
        "resize or pad the picture to a size that works",
      ]);
  }
}

/** Sides of one name are of one size. */
function admitTogether(pictures: readonly Picture[]): void {
  const known = new Map<string, { readonly size: number; readonly file: string }>();
  for (const { input, file, image } of pictures)
    for (const side of ["height", "width"] as const) {
      const symbol = input[side];
      if (typeof symbol !== "string") continue;
      const earlier = known.get(symbol);
      if (earlier && earlier.size !== image[side])
        throw new Fault(
          `${earlier.file} and ${file} must be of one size: ${symbol} is ${earlier.size} px in one and ${image[side]} px in the other`,
        );
      known.set(symbol, { size: image[side], file });
    }
}
