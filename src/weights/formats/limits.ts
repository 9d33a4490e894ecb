/**
 * What is read of a stranger's file at most. Lengths that a file states are held against these before memory is taken
 * for them.
 */
export interface ReadLimits {
  /** Of one file. */
  readonly fileBytes: number;
  /** Of all that is not tensors' data: headers, names, tables. */
  readonly headerBytes: number;
  readonly tensors: number;
  readonly dimensions: number;
  /** Of one tensor. */
  readonly elements: number;
  /** How deep messages, groups or objects lie in one another. */
  readonly nesting: number;
  /** Bytes that one compressed byte may become. */
  readonly expansion: number;
}

/** Room for every published net, many times over. */
export const READ_LIMITS: ReadLimits = {
  fileBytes: 16 * 2 ** 30,
  headerBytes: 100_000_000,
  tensors: 100_000,
  dimensions: 8,
  elements: 2 ** 32,
  nesting: 64,
  expansion: 1100,
};
