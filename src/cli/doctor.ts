import { painter, type Paint } from "../inspect/text.js";
import type { Trial } from "../engines/trial-process.js";
import { examine, type DoctorReport } from "./doctor-report.js";
import { exitCodes } from "./fail.js";
import { print, printJson, showsColor, type FormatOption } from "./output.js";

interface DoctorOptions extends FormatOption {
  readonly limit: number;
}

/** `fcnc doctor` */
export async function run(options: DoctorOptions): Promise<void> {
  const report = await examine(options.limit);
  if (options.format === "json") printJson(report);
  else print(doctorText(report, painter(showsColor(process.stdout))));
  if (report.auto === null) process.exitCode = exitCodes.fault;
}

/** The report for people. */
export function doctorText(report: DoctorReport, paint: Paint): string {
  const { node, system, processor, memory, gpus, engines, auto, missing } = report;
  const row = (title: string, text: string): string => `${paint("bold", title.padEnd(11))}${text}`;
  const cores = processor.cores === null ? "" : `${counted(processor.cores, "core")}, `;
  const usable =
    processor.usableThreads < processor.threads ? `, ${processor.usableThreads} of them for this process` : "";
  const cards = gpus?.map(
    (gpu) => `${gpu.name}${gpu.memory === null ? "" : `, ${gibibytes(gpu.memory)}`}, driver ${gpu.driver}`,
  );
  const lines = [
    row("fcnc", report.fcnc),
    row("Node", `${node.version}, ${node.supported ? "supported" : "not supported"} (${node.wanted})`),
    row("System", `${system.platform} ${system.arch}, ${system.release}`),
    row("Processor", `${processor.model}, ${cores}${counted(processor.threads, "thread")}${usable}`),
    row("Memory", `${gibibytes(memory.total)}, ${gibibytes(memory.available)} of it available`),
    ...(cards === undefined || cards.length === 0
      ? [row("GPU", cards ? "none that nvidia-smi knows" : "none seen: there is no nvidia-smi that answers")]
      : cards.map((card, index) => row(index === 0 ? "GPU" : "", card))),
    "",
    paint("bold", "Engines, best first; each was started and ran a small net"),
  ];
  for (const trial of engines) {
    const [first = "", ...more] = engineLines(trial);
    const mark = trial.works ? paint("accent", "✓") : "✗";
    lines.push(
      `  ${mark} ${paint("bold", trial.name.padEnd(7))} ${first}`,
      ...more.map((line) => `            ${line}`),
    );
  }
  lines.push(
    "",
    auto === null
      ? `${paint("bold", "No net can be run")}: no engine starts`
      : `${paint("bold", "Nets can be run")}: \`--engine auto\` takes ${auto}`,
  );
  for (const { what, command, note } of missing)
    lines.push(`Missing: ${what}. To get it:`, `  ${paint("accent", command)}`, ...(note ? [`  (${note})`] : []));
  return lines.join("\n");
}

function engineLines(trial: Trial): string[] {
  if (!trial.works) return [trial.reason];
  const { tensorflowJs, native, wasm } = trial.facts;
  if (native)
    return [
      `TensorFlow ${native.tensorflow ?? "of an unknown version"}, ${native.package} ${tensorflowJs}`,
      `${native.found}: ${native.folder}`,
      native.usesGpu
        ? "runs on the GPU through CUDA"
        : native.package.endsWith("-gpu")
          ? "sees no GPU through CUDA: runs on the processor"
          : "runs on the processor",
      ...native.broken.map((line) => `passed over: ${line}`),
    ];
  if (wasm) {
    const threads = `${counted(wasm.threads, "thread")}${wasm.whyOneThread === null ? "" : ` (${wasm.whyOneThread})`}`;
    return [`TensorFlow.js ${tensorflowJs}, ${wasm.simd ? "SIMD" : "no SIMD on this processor"}`, threads];
  }
  return [`TensorFlow.js ${tensorflowJs}`];
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
