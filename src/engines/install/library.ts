/** TensorFlow's C library and its headers, put where tfjs-node's build looks for them: `deps` in the package. */
import { cp, mkdir, readdir, rename, stat, symlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { InstallError } from "./request.js";

export interface Library {
  /** Holds `tensorflow/c/c_api.h`. */
  readonly include: string;
  /** Paths of the shared libraries, each under its own name. */
  readonly libraries: readonly string[];
}

const LIBRARY = /^(lib)?tensorflow(_cc|_framework)?(\.\d+)*\.(so(\.\d+)*|dylib|dll|lib)$/;

/**
 * Finds the library in a folder: one of libtensorflow's (`include` and `lib`), or `tensorflow` of a Python's
 * site-packages, where the libraries lie beside `include`.
 * @throws {InstallError} that says what is not there.
 */
export async function findLibrary(folder: string): Promise<Library> {
  const root = resolve(folder);
  const found = await stat(root).catch(() => null);
  if (!found?.isDirectory()) throw notOne(folder, "there is no such folder or wheel");
  const include = join(root, "include");
  const header = await stat(join(include, "tensorflow", "c", "c_api.h")).catch(() => null);
  if (!header) throw notOne(folder, "it has no `include/tensorflow/c/c_api.h`");
  for (const place of [join(root, "lib"), root]) {
    const names = (await readdir(place).catch(() => [])).filter((name) => LIBRARY.test(name)).sort();
    if (names.length > 0) return { include, libraries: names.map((name) => join(place, name)) };
  }
  throw notOne(folder, "it has no libtensorflow in `lib` or beside `include`");
}

/**
 * Refuses what `--from` names and is neither a TensorFlow nor a wheel, before anything is done.
 * @throws {InstallError}
 */
export async function admitSource(from: string): Promise<void> {
  const found = await stat(from).catch(() => null);
  if (found?.isFile() !== true || !from.endsWith(".whl")) await findLibrary(from);
}

const notOne = (folder: string, reason: string): InstallError =>
  new InstallError(
    `\`${folder}\` is no TensorFlow to build against: ${reason}`,
    "name a folder with `include` and `lib` of libtensorflow, site-packages/tensorflow of a Python, or a wheel",
  );

/** Links `linked` (a name) to `to` (another name in the same folder). */
export interface Alias {
  readonly linked: string;
  readonly to: string;
}

/**
 * The names that the build and the loader want and the libraries do not have: wheels call the C library
 * `libtensorflow_cc`, and leave the names without version out.
 * @throws {InstallError} where a library is missing.
 */
export function aliases(names: readonly string[], platform: NodeJS.Platform): Alias[] {
  if (platform === "win32") return [];
  const ending = platform === "darwin" ? "dylib" : "so";
  // node-gyp links to these: on macOS by path and with the version, elsewhere with -l.
  const wanted = (library: string): string => (platform === "darwin" ? `lib${library}.2.dylib` : `lib${library}.so`);
  const made: Alias[] = [];
  for (const [library, sources] of [
    ["tensorflow", ["libtensorflow.", "libtensorflow_cc."]],
    ["tensorflow_framework", ["libtensorflow_framework."]],
  ] as const) {
    const linked = wanted(library);
    if (names.includes(linked)) continue;
    const to = sources.flatMap((start) => names.filter((name) => name.startsWith(start) && name.includes(ending)))[0];
    if (to === undefined)
      throw new InstallError(
        `there is no ${linked}, and nothing to be taken for it`,
        "name another TensorFlow: --from PATH",
      );
    made.push({ linked, to });
  }
  return made;
}

/**
 * Fills `deps` of the package. What fcnc unpacked is moved; what is somebody else's is linked, and on Windows, where
 * links take rights, copied.
 */
export async function placeLibrary(library: Library, deps: string, owned: boolean): Promise<void> {
  const place = owned ? rename : process.platform === "win32" ? copy : link;
  await mkdir(join(deps, "lib"), { recursive: true });
  await place(library.include, join(deps, "include"));
  for (const path of library.libraries) await place(path, join(deps, "lib", basename(path)));
  for (const { linked, to } of aliases(
    library.libraries.map((path) => basename(path)),
    process.platform,
  ))
    await symlink(to, join(deps, "lib", linked));
}

const copy = (from: string, to: string): Promise<void> => cp(from, to, { recursive: true });

const link = (from: string, to: string): Promise<void> => symlink(from, to);
