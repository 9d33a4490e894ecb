import type { BackendName } from "./types.js";

/** What software calls itself that draws in place of a graphics processor. */
const IMITATIONS = /swiftshader|llvmpipe|softpipe|software|basic render/i;

interface Adapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: Readonly<Record<"vendor" | "architecture" | "device" | "description", string>> & {
    readonly isFallbackAdapter?: boolean;
  };
}

/**
 * What imitates the graphics processor that a backend would run on, or null where it is real or nobody knows of one.
 * @throws {Error} where WebGPU has none, for which its files need not be fetched
 */
export async function imitationOf(backend: BackendName): Promise<string | null> {
  if (backend === "webgpu") {
    const { gpu } = navigator as unknown as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
    if (!gpu) return null;
    const adapter = await gpu.requestAdapter().catch(() => null);
    if (!adapter) throw new Error("this browser has no graphics processor for it");
    const { vendor = "", architecture = "", device = "", description = "" } = adapter.info ?? {};
    const name = [vendor, architecture, device, description].join(" ").trim();
    const isImitation = adapter.isFallbackAdapter ?? adapter.info?.isFallbackAdapter ?? false;
    return isImitation || IMITATIONS.test(name) ? name || "this browser" : null;
  }
  if (backend !== "webgl") return null;
  const gl = makeCanvas(1, 1).getContext("webgl2") as WebGL2RenderingContext | null;
  if (!gl) return null;
  const named = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(named?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return IMITATIONS.test(name) ? name : null;
}

/** Where there is no OffscreenCanvas there is a page. */
export function makeCanvas(width: number, height: number): OffscreenCanvas | HTMLCanvasElement {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}
