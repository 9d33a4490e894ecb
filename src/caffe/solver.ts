/** SolverParameter, as far as a recipe can say it. */
import { Fields, type Origin } from "./fields.js";
import type { Message } from "./message.js";
import { readNotes, type Notes } from "./notes.js";

export interface CaffeSolver {
  readonly type: string;
  readonly rate: number | null;
  readonly momentum: number | null;
  readonly momentum2: number | null;
  readonly delta: number | null;
  readonly decay: number | null;
  readonly policy: string;
  readonly gamma: number | null;
  readonly power: number | null;
  readonly stepSize: number | null;
  readonly steps: number | null;
  readonly accumulate: number;
  readonly snapshot: number | null;
  readonly seed: number | null;
  /** Files, relative to the solver. */
  readonly trainNet: string | null;
  readonly testNet: string | null;
  readonly notes: Notes;
  readonly fields: Fields;
}

/** What says how a training runs and not what it computes. */
const RUNNING = [
  "average_loss",
  "debug_info",
  "device_id",
  "display",
  "layer_wise_reduce",
  "snapshot_after_train",
  "snapshot_diff",
  "snapshot_format",
  "snapshot_prefix",
  "solver_mode",
  "test_compute_loss",
  "test_initialization",
  "test_interval",
  "test_iter",
  "test_state",
  "train_state",
  "weights",
] as const;

const OLD_TYPES = ["SGD", "NESTEROV", "ADAGRAD", "RMSPROP", "ADADELTA", "ADAM"] as const;

export function readSolver(file: Message, origin: Origin): CaffeSolver {
  const fields = new Fields(file, "the solver", origin);
  fields.ignore(...RUNNING);
  const old = fields.word("solver_type", OLD_TYPES);
  const net = fields.text("net");
  const seed = fields.number("random_seed");
  const solver: CaffeSolver = {
    type: fields.text("type") ?? (old === null ? "SGD" : old === "ADAM" ? "Adam" : old),
    rate: fields.number("base_lr"),
    momentum: fields.number("momentum"),
    momentum2: fields.number("momentum2"),
    delta: fields.number("delta"),
    decay: fields.number("weight_decay"),
    policy: fields.text("lr_policy") ?? "fixed",
    gamma: fields.number("gamma"),
    power: fields.number("power"),
    stepSize: fields.count("stepsize"),
    steps: fields.count("max_iter"),
    accumulate: fields.count("iter_size") ?? 1,
    snapshot: fields.count("snapshot"),
    seed: seed === null || seed < 0 ? null : seed,
    trainNet: fields.text("train_net") ?? net,
    testNet: fields.texts("test_net")[0] ?? net,
    notes: readNotes(file).notes,
    fields,
  };
  return solver;
}
