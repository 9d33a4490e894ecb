import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Target } from "../target.js";
import { LOAD_PLAN, wantedWeights } from "../wanted.js";
import { writeFolder } from "../write-folder.js";

const names = ["plan.json", "weights-wanted.json", LOAD_PLAN];

/** The plan itself, for programs: what other targets are made from, and the list of weights that they want. */
export const planTarget: Target = {
  name: "plan",
  summary: "the compiled net as plain JSON: layers, sizes, grids, offsets, operations, and the weights it wants",

  write: (plan, weights, folder) =>
    writeFolder(
      folder,
      (name) => names.includes(name),
      async (staging) => {
        const files = await Promise.all(
          [plan, wantedWeights(plan), ...(weights?.load ? [weights.load] : [])].map(async (value, index) => {
            const path = names[index] ?? "";
            const text = new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
            await writeFile(join(staging, path), text);
            return { path, bytes: text.length };
          }),
        );
        const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
        return { folder, files, bytes, hasWeights: false, notes: [] };
      },
    ),
};
