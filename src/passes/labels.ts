/** The label lists that outputs name. */
import { labelFile } from "../diagnostics/codes/files.js";
import { diagnose, type Report } from "../diagnostics/diagnostic.js";
import type { Sources } from "../diagnostics/sources.js";
import { nearest } from "../diagnostics/suggest.js";
import { HostError, resolvePath, type Host } from "../host.js";
import type { Graph } from "../model/graph.js";
import { parseLabels } from "../model/labels.js";
import type { Labels } from "../model/plan.js";

/** The label lists of the library, to suggest one. */
const libraryLabels = [
  "membranes.labels",
  "nyud.labels",
  "pascalcontext.labels",
  "siftflow-geometric.labels",
  "siftflow-semantic.labels",
  "voc.labels",
];

/** Label files stand beside the spec, or in the library. */
export async function readLabels(
  graph: Graph,
  host: Host,
  sources: Sources,
  report: Report,
): Promise<ReadonlyMap<string, Labels>> {
  const found = new Map<string, Labels>();
  const wanted = [...graph.outputs, ...graph.lostLabels.map((labels) => ({ name: null, labels }))];
  for (const output of wanted) {
    if (!output.labels) continue;
    const { path, span } = output.labels;
    const file = await readFirst([resolvePath(graph.file, `./${path}`), path, `fcnc/${path}`], host);
    if (file === null) {
      const near = nearest(path, libraryLabels);
      report.add(
        diagnose(labelFile, `there is no label file "${path}"`, {
          at: span,
          label: near ? `did you mean "${near}"?` : "",
          help: [`it is looked for beside the spec and in the library, which has ${libraryLabels.join(", ")}`],
        }),
      );
      continue;
    }
    const { labels, problems } = parseLabels(file.text, path);
    if (labels && output.name !== null) found.set(output.name, labels);
    if (problems.length > 0) sources.add(file.path, file.text);
    for (const { start, end, message, help } of problems)
      report.add(diagnose(labelFile, message, { at: { file: file.path, start, end }, help: [help] }));
  }
  return found;
}

async function readFirst(
  paths: readonly string[],
  host: Host,
): Promise<{ readonly path: string; readonly text: string } | null> {
  for (const path of paths) {
    try {
      return { path, text: await host.read(path) };
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
    }
  }
  return null;
}
