/** Wheels: TensorFlow's library as Python's package index has it, through the user's own pip. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "./command.js";

/** Gets the wheels of these requirements, without what they depend on. @param version of Python, where not its own */
export function downloadCommand(
  python: string,
  into: string,
  requirements: readonly string[],
  version: string | null = null,
): Command {
  const options = ["--no-input", "--no-deps", "--only-binary", ":all:", "--dest", into];
  const other = version === null ? [] : ["--python-version", version];
  return { program: python, args: ["-m", "pip", "download", ...options, ...other, ...requirements] };
}

/** TensorFlow has wheels for it, where the user's Python is too new for any: the library is the same in all of them. */
export const KNOWN_PYTHON = "3.12";

export const isForNoSuchPython = (said: string): boolean => /No matching distribution found/i.test(said);

/**
 * Python's own zip reader takes out what building needs: headers, shared libraries, CUDA's where there are any, and what
 * says whose they are. It refuses names that leave the folder and more than wheels have.
 */
const UNPACK = `
import pathlib, re, sys, zipfile
needed = re.compile(
    r"tensorflow/include/|tensorflow/libtensorflow[\\w.]*\\.(so[\\d.]*|dylib)$|nvidia/(?!.*/include/)"
    r"|[\\w.+-]+\\.dist-info/(METADATA|LICENSE)")
folder = sys.argv[1]
for wheel in sys.argv[2:]:
    with zipfile.ZipFile(wheel) as archive:
        members = [one for one in archive.infolist() if needed.match(one.filename)]
        if len(members) > 200_000 or sum(one.file_size for one in members) > 16 << 30:
            sys.exit(wheel + " unpacks to more than 16 GiB or 200,000 files: it is no wheel of TensorFlow")
        for one in members:
            path = pathlib.PurePosixPath(one.filename)
            if path.is_absolute() or ".." in path.parts or "\\\\" in one.filename:
                sys.exit(wheel + " has a file outside of its folder: " + one.filename)
            archive.extract(one, folder)
`;

export const unpackCommand = (python: string, into: string, wheels: readonly string[]): Command => ({
  program: python,
  args: ["-c", UNPACK, into, ...wheels],
});

export const wheelsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith(".whl")).map((name) => join(folder, name));

/** What TensorFlow's wheel wants beside it for GPUs: pip's requirements of its extra `and-cuda`. */
export function cudaRequirements(metadata: string): string[] {
  return [...metadata.matchAll(/^Requires-Dist:\s*(nvidia-[^;\n]+);[^\n]*extra\s*==\s*["']and-cuda["']/gm)].map(
    ([, requirement = ""]) => requirement.replace(/[\s()]/g, ""),
  );
}

/** The metadata of an unpacked wheel of TensorFlow; empty where there is none. */
export async function metadataIn(folder: string): Promise<string> {
  const info = (await readdir(folder)).find((name) => /^tensorflow(_cpu)?-[\d.]+.*\.dist-info$/.test(name));
  return info === undefined ? "" : readFile(join(folder, info, "METADATA"), "utf8");
}
