/** The pictures of `fixtures/`, and what another program reads from them. */
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("./fixtures/", import.meta.url);

export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, folder)));
}

export function fixtureNames(pattern: RegExp): string[] {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort();
}

export interface Expected {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** What Pillow reads from `NAME.jpg` or `NAME.png`: `NAME.ppm` or `NAME.pgm`, or null where there is neither. */
export function expected(name: string): Expected | null {
  const stem = name.replace(/\.\w+$/, "");
  const file = fixtureNames(/\.p[gp]m$/).find((other) => other.startsWith(`${stem}.`));
  if (!file) return null;
  const bytes = fixture(file);
  const header = /^P([56])\s(\d+) (\d+)\s255\s/.exec(String.fromCharCode(...bytes.subarray(0, 40)));
  if (!header) throw new Error(`${file} is no netpbm file`);
  return {
    width: Number(header[2]),
    height: Number(header[3]),
    channels: header[1] === "5" ? 1 : 3,
    data: bytes.slice(header[0].length),
  };
}
