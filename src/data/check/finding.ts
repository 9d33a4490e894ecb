/** What a check of data has to say. */

export type FindingCode =
  | "no-image"
  | "missing-files"
  | "unreadable-files"
  | "colour-labels"
  | "label-sizes"
  | "labels-out-of-range"
  | "all-void"
  | "void-counted"
  | "absent-classes"
  | "repeated-images"
  | "train-and-validate"
  | "another-net"
  | "image-sizes"
  | "batch-sizes";

export interface Finding {
  /** Errors stop training or spoil what it is measured by; warnings do neither. */
  readonly severity: "error" | "warning";
  readonly code: FindingCode;
  /** The data set's title. */
  readonly data: string;
  readonly message: string;
  readonly help: readonly string[];
  /** Examples or files that it is about, as many as there are. */
  readonly about: readonly string[];
}

/** `1 image`, `3 images`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
