import { reservedNames } from "../../grammar/tokens.js";
import { mkdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { Fault } from "./fail.js";
import { labelsTemplate, specTemplate } from "./new-spec.js";
import { print } from "./output.js";
import { replaceFile } from "./write-file.js";

/** `fcnc new [DIR]`: a small spec to start from. Nothing that is there is overwritten. */
export async function run(folder: string): Promise<void> {
  const name = netName(basename(resolve(folder)));
  const files: readonly (readonly [string, string])[] = [
    [join(folder, `${name.replaceAll("_", "-")}.fcn`), specTemplate(name)],
    [join(folder, "classes.labels"), labelsTemplate],
  ];
  for (const [path] of files) {
    if (await stat(path).catch(() => null)) {
      throw new Fault(`\`${path}\` is there already`, ["name another folder: `fcnc new my-net`", "or move it away"]);
    }
  }
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault(`the folder \`${folder}\` cannot be made: ${reason}`, [], { cause: error });
  }
  for (const [path, text] of files) await replaceFile(path, text);
  const [[path] = [""]] = files;
  print(`wrote ${files.map(([written]) => written).join(" and ")}

Next:
  fcnc check ${path}
  fcnc inspect ${path} --size 128x128
  fcnc explain ${path} score
  fcnc draw ${path} -o ${path.replace(/fcn$/, "svg")}
  fcnc compile ${path} --weights init
`);
}

/** A folder's name as a net's: letters, digits and underscores, a letter first. */
function netName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "");
  return name === "" || reservedNames.has(name) ? "my_net" : name;
}
