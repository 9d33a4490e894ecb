import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/**
 * Ends a run with every skipped test and its reason, and one plain line `N passed, N failed, N skipped`, which goes to
 * the file that FCNC_CLOSING_LINE names instead, if any: `.ci/run` has more to do after the tests, and ends with it.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string): TestCase[] => tests.filter((test) => test.result().state === state);
    const skipped = inState("skipped");
    const failedTests = inState("failed").length;
    // A file that cannot be loaded has no test to blame, and an error outside of any test fails the run as well.
    const brokenFiles = modules.filter(
      (module) => module.state() === "failed" && ![...module.children.allTests("failed")].length,
    ).length;
    const line = [
      `${inState("passed").length} passed`,
      `${failedTests + brokenFiles + errors.length} failed`,
      `${skipped.length} skipped`,
    ].join(", ");

    for (const test of skipped)
      console.log(`skipped: ${test.module.relativeModuleId} > ${test.fullName}${reason(test)}`);
    const file = process.env["FCNC_CLOSING_LINE"];
    if (file) writeFileSync(file, `${line}\n`);
    else console.log(line);
  }
}

function reason(test: TestCase): string {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  return note ? `: ${note}` : "";
}
