/** Numbers as people read them. */

/** `134,815,994` */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `20.8 G`, `1.79 k`, `999`: three digits, or so many after the point. */
export function scaled(value: number, digits?: number): string {
  return withUnit(value, 1000, ["", " k", " M", " G", " T", " P"], digits);
}

/** `613.9 MiB` */
export function bytes(value: number): string {
  return withUnit(value, 1024, [" bytes", " KiB", " MiB", " GiB", " TiB", " PiB"], 1);
}

function withUnit(value: number, base: number, units: readonly string[], digits?: number): string {
  let rest = value;
  let unit = 0;
  while (rest >= base && unit < units.length - 1) {
    rest /= base;
    unit++;
  }
  if (unit === 0) return `${value}${units[0]}`;
  return `${rest.toFixed(digits ?? (rest < 10 ? 2 : rest < 100 ? 1 : 0))}${units[unit]}`;
}

/** An exact fraction such as `-183/2`: as a decimal, `-91.5`, where that is exact and short, else as it is. */
export function decimal(fraction: string): string {
  const [numerator = "", denominator] = fraction.split("/");
  if (denominator === undefined) return fraction;
  const value = Number(numerator) / Number(denominator);
  return ["2", "4", "8", "16"].includes(denominator) && Number.isSafeInteger(Number(numerator)) ? `${value}` : fraction;
}

/** One text where both axes agree, else both: height, then width. */
export function bothAxes(y: string, x: string, separator = ", "): string {
  return y === x ? y : `${y}${separator}${x}`;
}
