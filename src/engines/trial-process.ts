/**
 * Engines tried in processes of their own: an addon that crashes or hangs takes nobody else down, and it can be loaded
 * again after it was mended.
 */
import { spawn } from "node:child_process";
import { EngineMissing, type EngineFacts, type EngineName } from "./engine.js";
import { nativeEngine } from "./native.js";
import { selectEngine } from "./select.js";
import { tryEngine } from "./trial.js";

export type Trial = { readonly name: EngineName } & (Works | Fails);

interface Works {
  readonly works: true;
  readonly description: string;
  readonly facts: EngineFacts;
  /** What the trial's net took, loading and all. */
  readonly milliseconds: number;
}

interface Fails {
  readonly works: false;
  /** False where there is nothing that could fail. */
  readonly installed: boolean;
  readonly reason: string;
}

/** The child's side: what it prints as one line of JSON. @param folder as of `nativeEngine`, for that engine alone */
export async function trialOf(name: EngineName, folder?: string): Promise<Trial> {
  try {
    const engine = folder === undefined ? (await selectEngine(name)).engine : await nativeEngine(folder);
    const milliseconds = await tryEngine(engine);
    return { name, works: true, description: engine.description, facts: engine.facts, milliseconds };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { name, works: false, installed: !(cause instanceof EngineMissing), reason };
  }
}

export interface TrialProcess {
  /** What Node runs to have `trialOf` printed: a program and its arguments. */
  readonly command: readonly string[];
  /** Milliseconds until the process is given up. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/** The parent's side. Never throws for what the child does; where it is interrupted, the trial fails. */
export async function tryInProcess(name: EngineName, { command, limit, signal }: TrialProcess): Promise<Trial> {
  const fails = (reason: string): Trial => ({ name, works: false, installed: true, reason });
  const child = spawn(process.execPath, [...command], {
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    // SIGKILL: what hangs in native code hears nothing else.
    timeout: limit,
    killSignal: "SIGKILL",
    ...(signal ? { signal } : {}),
  });
  const started = performance.now();
  const [out, err] = [child.stdout, child.stderr].map(lastOf);
  const ended = await new Promise<{ code: number | null; signal: string | null }>((settle) => {
    child.on("error", (error) => settle({ code: null, signal: error.message }));
    child.on("close", (code, killedBy) => settle({ code, signal: killedBy }));
  });
  const said = lastLine(err?.() ?? "");
  if (ended.signal === "SIGKILL" && performance.now() - started >= limit)
    return fails(`it does not answer within ${Math.round(limit / 1000)} s`);
  if (ended.signal !== null) return fails(`its process ends with ${ended.signal}${said === "" ? "" : `: ${said}`}`);
  const answer = answerIn(out?.() ?? "", name);
  if (answer) return answer;
  return fails(`its process ends with code ${String(ended.code)} and no answer${said === "" ? "" : `: ${said}`}`);
}

/** Packages may print what they like before the answer. */
function answerIn(out: string, name: EngineName): Trial | null {
  try {
    const value = JSON.parse(lastLine(out)) as Partial<Trial> | null;
    return value?.name === name && typeof value.works === "boolean" ? (value as Trial) : null;
  } catch {
    return null;
  }
}

/** Keeps the end of what a stream says, so that one that talks without end takes no memory. */
function lastOf(stream: NodeJS.ReadableStream): () => string {
  let kept = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => (kept = (kept + text).slice(-64 * 1024)));
  return () => kept;
}

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1)?.trim() ?? "";
