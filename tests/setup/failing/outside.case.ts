import { setTimeout } from "node:timers/promises";
import { test } from "vitest";

test("leaves something undone", async () => {
  void Promise.reject(new Error("nobody waits for it"));
  await setTimeout(50);
});
