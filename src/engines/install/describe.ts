/** What `--dry-run` prints. */
import { pathsOf, type Machine } from "../native-home.js";
import { admitRequest, packageOf, TFJS_NODE, triesDownload, untried, wheelOf, type InstallRequest } from "./request.js";
import { buildSteps, downloadStep, packageStep, type Site, type Step } from "./steps.js";
import { buildTools, commandFor, sayMissing } from "./tools.js";

/**
 * The steps of an installation, and what would stop it.
 * @throws {InstallError} for what cannot be.
 */
export function describeInstall(request: InstallRequest, machine: Machine): string[] {
  admitRequest(request, machine);
  const tools = buildTools(machine);
  const draft = `${request.folder}.draft`;
  const { basename } = pathsOf(machine);
  const python = tools.python === null ? "python3" : basename(tools.python);
  const site: Site = { request, machine, draft, python };
  const canBuild = request.from !== null || wheelOf(request, machine) !== null;
  const lines = [`${packageOf(request)} ${TFJS_NODE} would be installed in ${request.folder}:`];
  let number = 0;
  const add = (steps: readonly Step[]): void => {
    for (const { title, shows } of steps)
      lines.push(`${String(++number).padStart(2)}. ${title}`, ...shows.map((line) => `      ${line}`));
  };
  add([packageStep(site)]);
  if (triesDownload(request)) {
    add([downloadStep(site)]);
    lines.push(
      canBuild
        ? "    Where that does not serve, it is built:"
        : "    Where that does not serve, unpack a libtensorflow and name its folder: --from PATH",
    );
  }
  if (canBuild) add(buildSteps(site));
  lines.push(`${String(++number).padStart(2)}. a small net, run on it in a process of its own`);
  lines.push(`${String(++number).padStart(2)}. ${draft} renamed to ${request.folder}`);
  if (canBuild && tools.missing.length > 0)
    lines.push(`Now ${sayMissing(tools.missing)}. To get what is missing:`, `  ${commandFor(tools.missing, machine)}`);
  lines.push(...untried(request, machine));
  return lines;
}
