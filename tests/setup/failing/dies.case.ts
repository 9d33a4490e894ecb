import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { test } from "vitest";

test("passes", () => undefined);

test("passes later", () => setTimeout(250));

// Sent by itself, as the system sends it to whom it takes for too large: no room is left to say anything more.
test("dies", async () => {
  await setTimeout(400);
  writeSync(2, "free(): invalid pointer\n");
  process.kill(process.pid, "SIGKILL");
  await setTimeout(10_000);
});

test("never runs", () => undefined);
