/** Who may import whom: the table of ARCHITECTURE.md, held against every import of the sources. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Room -> rooms that it may import from, besides itself. Files directly in src are rooms of their own. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "src/limits.ts": [],
  "src/host.ts": ["src/limits.ts"],
  "src/diagnostics": [],
  "src/catalogue.ts": ["grammar", "src/checks", "src/diagnostics"],
  grammar: ["src/diagnostics"],
  "src/model": ["src/diagnostics"],
  "src/layers": ["src/model"],
  "src/passes": ["grammar", "src/diagnostics", "src/model", "src/layers", "src/host.ts"],
  "src/checks": ["src/diagnostics", "src/model", "src/passes"],
  "src/inspect": ["src/model", "src/layers", "src/diagnostics"],
  "src/draw": ["src/model", "src/layers", "src/inspect"],
  "src/diff": ["src/model", "src/inspect"],
  "src/stitch": ["src/model", "src/inspect", "src/engines"],
  "src/weights": ["src/limits.ts", "src/model", "src/diagnostics"],
  "src/images": ["src/limits.ts", "src/model", "src/weights"],
  "src/caffe": [
    "grammar",
    "src/compile.ts",
    "src/diagnostics",
    "src/host.ts",
    "src/layers",
    "src/limits.ts",
    "src/model",
    "src/weights",
  ],
  "src/engines": ["src/weights"],
  "targets/web/runtime": ["targets", "src/model", "src/engines"],
  "targets/web/page": ["targets/web/runtime", "src/model", "src/images"],
  targets: ["src/model", "src/weights", "src/caffe"],
  "src/serve": [],
  "src/metrics": ["src/inspect", "src/model"],
  "src/report": ["src/draw", "src/images", "src/metrics", "src/model", "src/weights"],
  "src/data": ["src/diagnostics", "src/model", "src/images", "src/limits.ts", "src/node-host.ts", "src/weights"],
  "src/train": [
    "targets",
    "src/compile.ts",
    "src/data",
    "src/engines",
    "src/images",
    "src/metrics",
    "src/model",
    "src/report",
    "src/weights",
  ],
  "src/certify": ["targets", "src/model", "src/inspect", "src/images", "src/weights", "src/engines"],
  "src/compile.ts": [
    "grammar",
    "src/catalogue.ts",
    "src/diagnostics",
    "src/model",
    "src/passes",
    "src/checks",
    "src/host.ts",
  ],
  "src/node-host.ts": ["src/host.ts"],
  "src/index.ts": [
    "grammar",
    "src/catalogue.ts",
    "src/compile.ts",
    "src/diagnostics",
    "src/diff",
    "src/draw",
    "src/model",
    "src/inspect",
    "src/host.ts",
  ],
  "src/node.ts": [
    "targets",
    "src/caffe",
    "src/certify",
    "src/data",
    "src/engines",
    "src/train",
    "src/weights",
    "src/node-host.ts",
  ],
  "src/cli": [
    "grammar",
    "src/catalogue.ts",
    "targets",
    "src/compile.ts",
    "src/diagnostics",
    "src/model",
    "src/layers",
    "src/limits.ts",
    "src/inspect",
    "src/draw",
    "src/diff",
    "src/stitch",
    "src/images",
    "src/weights",
    "src/caffe",
    "src/engines",
    "src/certify",
    "src/serve",
    "src/metrics",
    "src/report",
    "src/data",
    "src/train",
    "src/host.ts",
    "src/node-host.ts",
  ],
};

/** Packages that only some rooms may name; `@tensorflow` is loaded lazily, so that checking starts without it. */
const packages: readonly { readonly name: RegExp; readonly rooms: readonly string[] }[] = [
  { name: /^@tensorflow\//, rooms: ["src/engines", "src/train", "targets/web/runtime"] },
  { name: /^onnxruntime-web/, rooms: ["src/engines", "targets/web/runtime"] },
  { name: /^chevrotain$/, rooms: ["grammar"] },
  { name: /^prettier/, rooms: ["grammar"] },
  { name: /^commander$/, rooms: ["src/cli"] },
  { name: /^h5wasm/, rooms: ["src/weights"] },
  {
    name: /^node:/,
    rooms: [
      "src/cli",
      "src/weights",
      "src/images",
      "src/engines",
      "src/certify",
      "src/serve",
      "src/data",
      "src/train",
      "src/report",
      "src/node-host.ts",
      "targets",
    ],
  },
];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

function roomOf(path: string): string {
  for (const room of ["targets/web/runtime", "targets/web/page"]) if (path.startsWith(`${room}/`)) return room;
  const [top, second = ""] = path.split("/");
  return top === "src" ? `src/${second}` : (top ?? "");
}

const files = ["grammar", "src", "targets"].flatMap(sources);
const importPattern = /(?:^|\n)\s*(?:import|export)\s[^;"']*?from\s+["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? "");
}

test("every room has a rule, and every rule a room", () => {
  expect(new Set(files.map(roomOf))).toEqual(new Set(Object.keys(allowed)));
});

test.each(Object.keys(allowed))("%s imports only from rooms it may see", (room) => {
  const strayed = files
    .filter((file) => roomOf(file) === room)
    .flatMap((file) =>
      importsOf(file)
        .filter((name) => name.startsWith("."))
        .map((name) =>
          relative(root, resolve(root, dirname(file), name))
            .replaceAll("\\", "/")
            .replace(/\.js$/, ".ts"),
        )
        .filter((target) => !target.endsWith(".json") && roomOf(target) !== room)
        .filter((target) => !(allowed[room] ?? []).some((rule) => rule === target || rule === roomOf(target)))
        .map((target) => `${file} -> ${target}`),
    );
  expect(strayed).toEqual([]);
});

test("packages are named only in their rooms", () => {
  const strayed = files.flatMap((file) =>
    importsOf(file)
      .filter((name) => packages.some((rule) => rule.name.test(name) && !rule.rooms.includes(roomOf(file))))
      .map((name) => `${file} -> ${name}`),
  );
  expect(strayed).toEqual([]);
});
