import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/setup/build.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default", "./tests/reporter.ts"],
    env: {
      // The native engine greets with pages of advice otherwise.
      TF_CPP_MIN_LOG_LEVEL: "2",
    },
  },
});
