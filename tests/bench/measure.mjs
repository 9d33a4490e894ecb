/** Ratios of times measured in one run: by turns, and by their medians, so that a busy machine slows both sides. */

/**
 * @typedef {() => number | Promise<number>} Side One run; gives its milliseconds.
 * @typedef {{ name: string, ratio: number, target: number | null, [figure: string]: unknown }} Result
 */

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The medians of several sides, run in turn. The first three rounds warm up (the engine compiles what runs often) and are not counted.
 * @template {string} Name
 * @param {Readonly<Record<Name, Side>>} sides
 * @param {number} rounds
 * @returns {Promise<Record<Name, number>>}
 */
export async function byTurns(sides, rounds) {
  const times = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = -3; round < rounds; round++)
    for (const [name, side] of Object.entries(sides)) {
      const time = await side();
      if (round >= 0) times[name].push(time);
    }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

/** @param {Result} result */
export function report(result) {
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify(result));
    return;
  }
  const { name, ratio, target, ...figures } = result;
  const verdict = target === null ? "" : ` (at most ${target}: ${ratio <= target ? "met" : "MISSED"})`;
  const details = Object.entries(figures).map(([key, value]) => `${key} ${shown(value)}`);
  console.log(`${name}: ratio ${ratio.toFixed(2)}${verdict}; ${details.join(", ")}`);
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === "number" ? value.toPrecision(4) : String(value);
}

/**
 * The value of `--name VALUE` on the command line.
 * @param {string} name
 * @param {string} otherwise
 */
export function option(name, otherwise) {
  const index = process.argv.indexOf(`--${name}`);
  return process.argv[index === -1 ? process.argv.length : index + 1] ?? otherwise;
}
