import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";
import type { Death, Deaths } from "./setup/test-process.js";

/**
 * Ends a run with every skipped test and its reason, every failed one and every file that did not come to its end, and
 * one plain line `N passed, N failed, N skipped`. From the failures on it goes to the file that FCNC_CLOSING_LINE names
 * instead, if any: `.ci/run` has more to do after the tests, and ends with them.
 */
export default class ClosingLine implements Reporter {
  readonly #deaths: Deaths;

  constructor(deaths: Deaths) {
    this.#deaths = deaths;
  }

  async onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): Promise<void> {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string): TestCase[] => tests.filter((test) => test.result().state === state);
    const skipped = inState("skipped");
    const faults = await Promise.all(
      modules.map(async (module) => ({ module, fault: await fileFault(module, this.#deaths.get(module.moduleId)) })),
    );
    const failures = [
      ...inState("failed").map(
        (test) => `${test.module.relativeModuleId} > ${test.fullName}: ${messages(test.result().errors)}`,
      ),
      ...faults.flatMap(({ module, fault }) => (fault ? [`${module.relativeModuleId} > ${fault}`] : [])),
      // An error outside of any test fails the run as well; that a process died is told above, with its file.
      ...errors.filter((error) => this.#deaths.size === 0 || !isDeath(error)).map(({ message }) => firstLine(message)),
    ];
    const end = [
      ...failures.map((failure) => `failed: ${failure}`),
      `${inState("passed").length} passed, ${failures.length} failed, ${skipped.length} skipped`,
    ].join("\n");

    for (const test of skipped)
      console.log(`skipped: ${test.module.relativeModuleId} > ${test.fullName}${reason(test)}`);
    const file = process.env["FCNC_CLOSING_LINE"];
    if (file) writeFileSync(file, `${end}\n`);
    else console.log(end);
  }
}

/** What is wrong with a file rather than with a test in it, if anything: it did not come to its end, or to its tests. */
async function fileFault(module: TestModule, death: Death | undefined): Promise<string | undefined> {
  if (death || module.state() === "pending") return unfinished([...module.children.allTests()], death);
  const { children } = module;
  // A file that cannot be loaded, and a hook that fails, have no test to blame.
  if (module.state() !== "failed" || [...children.allTests("failed")].length > 0) return;
  return messages([module, ...children.allSuites()].flatMap((suite) => suite.errors()));
}

/** Vitest sends results up to a tenth of a second late: the test at fault may be a few after the last that is named. */
async function unfinished(tests: readonly TestCase[], death: Death | undefined): Promise<string> {
  const mute = tests.filter((test) => test.result().state === "pending");
  const last = tests
    .filter((test) => !mute.includes(test))
    .sort((a, b) => end(a) - end(b))
    .at(-1);
  const words = (await death?.words)?.trim();
  return [
    death ? `its process ended with ${death.end}` : "it did not come to its end",
    `${mute.length} of ${tests.length} tests did not report`,
    last ? `the last that did is ${last.fullName}` : "none did",
    ...(words ? [`last words: ${words.split("\n").slice(-5).join(" / ")}`] : []),
  ].join("; ");
}

function end(test: TestCase): number {
  const times = test.diagnostic();
  return times ? times.startTime + times.duration : 0;
}

/** The error of vitest's pool of processes. */
const isDeath = ({ cause }: SerializedError): boolean => cause?.message === "Worker exited unexpectedly";

const messages = (errors: readonly SerializedError[] | undefined): string =>
  (errors ?? []).map(({ message }) => firstLine(message)).join("; ");

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

function reason(test: TestCase): string {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  return note ? `: ${note}` : "";
}
