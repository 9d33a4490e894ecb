import { visible } from "../diagnostics/columns.js";
import { openWeightFile } from "../weights/formats/index.js";
import { ELEMENT_TYPES } from "../weights/formats/element-types.js";
import { elementsOf } from "../weights/formats/stored.js";
import type { TensorInfo, WeightFile } from "../weights/source.js";
import { isReadable, statisticsOf, type Statistics } from "../weights/statistics.js";
import { interruptible } from "./interrupt.js";
import { megabytes, print, printJson, progressLine, type FormatOption } from "./output.js";

interface ListOptions extends FormatOption {
  readonly stats?: boolean;
}

interface Row extends TensorInfo {
  readonly bytes: number;
  readonly statistics?: Statistics | null;
}

/** `fcnc weights list FILE`: what a file holds. Without `--stats` no number of it is read. */
export async function run(path: string, options: ListOptions): Promise<void> {
  const file = await openWeightFile(path);
  try {
    const rows = await interruptible((signal) => rowsOf(file, options.stats === true, signal));
    const total = {
      tensors: rows.length,
      elements: rows.reduce((sum, { shape }) => sum + elementsOf(shape), 0),
      bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    const { format, metadata } = file;
    if (options.format === "json") printJson({ file: path, format, metadata, tensors: rows, total });
    else {
      const count = `${total.tensors} ${total.tensors === 1 ? "tensor" : "tensors"}`;
      print(
        `${path} (${format}): ${count}, ${total.elements.toLocaleString("en")} elements, ${megabytes(total.bytes)}`,
      );
      for (const [key, text] of Object.entries(metadata)) print(`  ${visible(key)}: ${visible(text)}`);
      print(table(rows, options.stats === true));
    }
  } finally {
    await file.close();
  }
}

async function rowsOf(file: WeightFile, withStatistics: boolean, signal: AbortSignal): Promise<Row[]> {
  const rows = [...file.tensors.values()].map(({ name, shape, dtype, stored }): Row => ({
    name,
    shape,
    dtype,
    ...(stored === undefined ? {} : { stored }),
    bytes: elementsOf(shape) * (ELEMENT_TYPES[dtype]?.bytes ?? 1),
  }));
  if (!withStatistics) return rows;
  const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = progressLine("reading:");
  let done = 0;
  const looked: Row[] = [];
  try {
    for (const row of rows) {
      const statistics = isReadable(row.dtype) ? await statisticsOf(file, row.name, signal) : null;
      looked.push({ ...row, statistics });
      progress.update((done += row.bytes), total);
    }
  } finally {
    progress.end();
  }
  return looked;
}

function table(rows: readonly Row[], withStatistics: boolean): string {
  const cells = rows.map(({ name, dtype, shape, bytes, stored, statistics }) => [
    visible(name),
    dtype,
    `[${shape.join(", ")}]`,
    megabytes(bytes),
    ...(withStatistics ? statisticCells(statistics ?? null) : []),
    stored === undefined ? "" : `stored as ${stored}`,
  ]);
  const head = [
    "name",
    "type",
    "shape",
    "size",
    ...(withStatistics ? ["min", "max", "mean", "NaN", "infinite"] : []),
    "",
  ];
  const all = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

function statisticCells(statistics: Statistics | null): string[] {
  if (statistics === null) return ["", "", "", "", ""];
  const { min, max, mean, nan, infinite } = statistics;
  const shown = (value: number | null): string => (value === null ? "-" : String(Number(value.toPrecision(6))));
  return [shown(min), shown(max), shown(mean), String(nan), String(infinite)];
}
