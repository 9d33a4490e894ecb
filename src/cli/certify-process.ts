/**
 * Certificates are made in a process of their own: running a net takes several times its weights' memory, which is free
 * again when the process ends, and `fcnc compile` itself stays within its bound.
 */
import { fork } from "node:child_process";
import type { Certified } from "../../targets/certificate.js";
import type { WebRuntime } from "../../targets/web/runtimes.js";
import type { EngineName } from "../engines/engine.js";
import type { EngineDetail } from "./start-engine.js";
import type { WeightOptions } from "./weights.js";

/** What the process is told. */
export interface CertifyJob {
  /** Of the bundle that was written, with its plan. */
  readonly folder: string;
  readonly runtime: WebRuntime;
  readonly weights: WeightOptions;
  readonly engine: EngineName | "auto";
  /** As `--certify-with` names them; empty for the generated picture. */
  readonly images: readonly string[];
}

/** What it answers. */
export type CertifyAnswer =
  | { readonly stage: string }
  /** Before the first run. */
  | { readonly engine: EngineDetail }
  | { readonly certified: Certified }
  /** What a person is to know: the bundle is not put in place. */
  | { readonly fault: string }
  /** A stack: this is a bug of ours. */
  | { readonly bug: string };

/** The one that ends the work. */
type LastAnswer = Exclude<CertifyAnswer, { stage: string } | { engine: EngineDetail }>;

export interface CertifyOutcome {
  readonly certified?: Certified;
  readonly fault?: string;
}

interface CertifyCalls {
  readonly signal: AbortSignal;
  readonly onStage: (stage: string) => void;
  readonly onEngine: (engine: EngineDetail) => void;
}

/** Never fails for lack of memory or of an engine: then it says why there is no certificate. */
export async function certifyOutside(
  job: CertifyJob,
  { signal, onStage, onEngine }: CertifyCalls,
): Promise<CertifyOutcome> {
  const program = process.argv[1];
  if (program === undefined) throw new Error("fcnc does not know its own program");
  const child = fork(program, ["certify"], { stdio: ["ignore", "ignore", "pipe", "ipc"], signal });
  let answer: LastAnswer | null = null;
  let said = "";
  child.on("message", (message: CertifyAnswer) => {
    if ("stage" in message) onStage(message.stage);
    else if ("engine" in message) onEngine(message.engine);
    else answer = message;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4096)));
  child.send(job, () => undefined);
  const how = await new Promise<string>((settle) => {
    child.on("error", (error) => settle(error.message));
    child.on("close", (code, killedBy) => settle(killedBy ?? `code ${String(code)}`));
  });
  signal.throwIfAborted();
  return outcomeOf(answer, how, said);
}

function outcomeOf(answer: LastAnswer | null, how: string, said: string): CertifyOutcome {
  if (answer === null) {
    const words = said.trim().split("\n").at(-1) ?? "";
    return {
      certified: {
        uncertified: `the process that ran the nets ended with ${how}, as it does where memory is used up${words === "" ? "" : ` (${words})`}`,
      },
    };
  }
  if ("bug" in answer) throw new Error(`the process that ran the nets failed:\n${answer.bug}`);
  return answer;
}
