/** A run in which everything fails that can, for `tests/setup/reporter.test.ts`. */
import { defineConfig } from "vitest/config";
import ClosingLine from "../../reporter.js";
import { testProcesses, type Deaths } from "../test-process.js";

const deaths: Deaths = new Map();

export default defineConfig({
  test: { include: ["*.case.ts"], reporters: [new ClosingLine(deaths)], pool: testProcesses(deaths) },
});
