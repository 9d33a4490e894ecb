/** A WebGPU device that is taken away, as a driver that is updated or a laptop that changes its processor does it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { WebRuntime } from "../../targets/web/runtimes.js";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { compileBundle } from "./module-nets.js";
import { closeBrowser, openSite, type ModuleSite } from "./module-page.js";
import type { Answer } from "./static-server.js";

const folder = await scratch();
const sites = new Map<WebRuntime, ModuleSite>();
const RUNTIMES = ["tfjs", "onnxruntime-web"] as const;

/** Few kinds of layers: in software, each costs a device some seconds. */
const NET = `fcn 1
net plain {
  input image: rgb[H, W, 3]
  conv1 = image -> conv(4, 3, pad: 1) -> relu
  score = conv(5, 1)
  output score
}
`;

/** Says on a channel that devices are to be lost, to the page and to workers alike. */
const LOSING = `{
  const { requestDevice } = GPUAdapter.prototype;
  const devices = [];
  GPUAdapter.prototype.requestDevice = async function (...given) {
    const device = await requestDevice.apply(this, given);
    devices.push(device);
    return device;
  };
  const told = new BroadcastChannel("lose");
  told.onmessage = ({ data }) => {
    if (data !== "lose") return;
    for (const device of devices) device.destroy();
    told.postMessage(devices.splice(0).length);
  };
}
`;

const missing = chromiumMissing();
beforeAll(async () => {
  if (missing) return;
  for (const runtime of RUNTIMES) {
    const bundle = await compileBundle(NET, join(folder, runtime), 9, { runtime });
    const answers: Record<string, Answer> = {
      "/bundle/runtime/engine.js": {
        type: "text/javascript",
        body: LOSING + readFileSync(join(bundle, "runtime/engine.js"), "utf8"),
      },
    };
    sites.set(runtime, await openSite(bundle, { answers }));
  }
});
afterAll(async () => {
  if (missing) return;
  await closeBrowser();
  for (const site of sites.values()) await site.close();
});
beforeEach((context) => {
  if (missing) context.skip(missing);
});

describe.each(RUNTIMES)("on %s", (runtime) => {
  test.each([
    ["a worker", true],
    ["the page", false],
  ])("is an error in %s, the next call starts anew, and after a second time on another backend", async (_, worker) => {
    const page = await sites.get(runtime)?.open();
    const found = await page?.page.evaluate(async (worker) => {
      const net = await fcn.load({ backend: ["webgpu", "wasm"], worker });
      const picture = () =>
        new ImageData(
          new Uint8ClampedArray(4 * 12 * 10).map((_, at) => (at % 4 === 3 ? 255 : (at * 37) % 251)),
          12,
          10,
        );
      const lose = () =>
        new Promise<number>((resolve) => {
          const channel = new BroadcastChannel("lose");
          channel.addEventListener("message", ({ data }) => {
            channel.close();
            resolve(data as number);
          });
          channel.postMessage("lose");
        });
      const masks = [[...(await net.segment(picture())).mask]];
      const rounds = [];
      for (let round = 0; round < 2; round++) {
        const lost = await lose();
        const fault = await fcn.fault(() => net.segment(picture()));
        masks.push([...(await net.segment(picture())).mask]);
        rounds.push({ lost, fault, backend: net.backend.name, passedOver: net.passedOver });
      }
      const isWorker = net.worker;
      net.dispose();
      const anew = await fcn.load({ backend: ["webgpu", "wasm"], worker });
      masks.push([...(await anew.segment(picture())).mask]);
      return { rounds, masks, isWorker, anew: anew.backend.name };
    }, worker);
    expect(found?.isWorker).toBe(worker);
    const [first, second] = found?.rounds ?? [];
    for (const round of [first, second]) {
      expect(round?.lost).toBeGreaterThan(0);
      expect(round?.fault).toMatchObject({
        name: "FcnError",
        code: "context-lost",
        message: expect.stringMatching(/^The graphics processor is gone \(.*\)\. The next call starts anew\.$/),
      });
    }
    expect(first?.backend, "once is no reason").toBe("webgpu");
    expect(first?.passedOver).toEqual([expect.stringMatching(/^webgpu: The graphics processor is gone/)]);
    expect(second?.backend).toBe("wasm");
    expect(second?.passedOver).toHaveLength(2);
    expect(found?.anew, "a net that is loaded later has the device again").toBe("webgpu");
    const [mask, ...others] = found?.masks ?? [];
    expect(mask).toHaveLength(120);
    for (const other of others) expect(other).toEqual(mask);
    await page?.close();
  });
});

test.each(RUNTIMES)(
  "is an error also while a picture is run on %s, and not taken for a cancelled run",
  async (runtime) => {
    const page = await sites.get(runtime)?.open();
    const found = await page?.page.evaluate(async () => {
      const net = await fcn.load({ backend: ["webgpu", "wasm"] });
      await net.segment(new ImageData(8, 8));
      const channel = new BroadcastChannel("lose");
      let tiles = 0;
      const onProgress = () => {
        if (tiles++ === 0) channel.postMessage("lose");
      };
      const fault = await fcn.fault(() => net.segment(new ImageData(200, 200), { tile: 20, onProgress }));
      const { mask } = await net.segment(new ImageData(8, 8));
      return { fault, length: mask.length, tiles };
    });
    expect(found?.fault).toMatchObject({ name: "FcnError", code: "context-lost" });
    expect(found?.tiles).toBeLessThan(100);
    expect(found?.length).toBe(64);
    await page?.close();
  },
);
