import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import ClosingLine from "./tests/reporter.js";
import { testProcesses, type Deaths } from "./tests/setup/test-process.js";

const deaths: Deaths = new Map();

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/setup/build.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default", new ClosingLine(deaths)],
    pool: testProcesses(deaths),
    env: {
      // The native engine greets with pages of advice otherwise.
      TF_CPP_MIN_LOG_LEVEL: "2",
      // No engine but those that a test names, whatever the person at this machine installed.
      XDG_DATA_HOME: fileURLToPath(new URL("tests/no-such-folder", import.meta.url)),
    },
  },
});
