import type { BundleFile } from "./fetching.js";

const SHARD = /^group1-shard(\d+)of\d+\.bin$/;

const numberOf = ({ path }: BundleFile): number => Number(SHARD.exec(path)?.[1]);

/** The files of weights among those of a bundle, in their order. */
export const shardsOf = (files: readonly BundleFile[]): BundleFile[] =>
  files.filter(({ path }) => SHARD.test(path)).sort((one, other) => numberOf(one) - numberOf(other));

export const bytesOf = (files: readonly BundleFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
