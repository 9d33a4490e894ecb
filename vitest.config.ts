import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The native engine that `.ci/install-native` built, unless the caller names another one.
const native = fileURLToPath(new URL(".judges/native/node_modules/@tensorflow/tfjs-node", import.meta.url));
const engine = process.env["FCNC_NATIVE_ENGINE"] ?? (existsSync(native) ? native : undefined);

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/setup/build.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default", "./tests/reporter.ts"],
    env: {
      ...(engine && { FCNC_NATIVE_ENGINE: engine }),
      // The native engine greets with pages of advice otherwise.
      TF_CPP_MIN_LOG_LEVEL: "2",
    },
  },
});
