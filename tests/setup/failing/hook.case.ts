import { afterAll, test } from "vitest";

test("passes", () => undefined);

afterAll(() => {
  throw new Error("the folder is gone");
});
