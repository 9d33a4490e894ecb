/** The net that the page runs: loading it, and running it on what is given, where what is newer ends what is older. */
import type { LoadOptions, LoadProgress, Net, Segmentation } from "../runtime/types.js";
import { megabytes } from "./facts.js";
import type { ReadyPicture } from "./picture.js";
import { announce, endProgress, showProgress } from "./status.js";

/** Of the folder that the page lies in. */
const BUNDLE = "./";
/** Scores of more pixels and classes than this are not kept: 96 MB. */
const MOST_SCORES = 24 * 1024 * 1024;

let net: Net | null = null;
let loading: AbortController | null = null;
let running: AbortController | null = null;

/** Work that was stopped, by a person or by newer work, which is then nobody's to speak of. */
export class Stopped extends Error {
  override readonly name = "Stopped";

  constructor(readonly byPerson: boolean) {
    super("It was stopped.");
  }
}

/**
 * Loads the net for a backend, in place of the one that was there.
 * @throws {FcnError} or {Stopped}
 */
export async function loadNet(backend: LoadOptions["backend"] & string): Promise<Net> {
  running?.abort();
  loading?.abort();
  net?.dispose();
  net = null;
  const mine = new AbortController();
  loading = mine;
  const stop = () => mine.abort("person");
  showProgress("Loading the net", stop);
  announce("Loading the net.");
  const onProgress = ({ done, total }: LoadProgress) => {
    if (loading !== mine) return;
    if (done < total) showProgress(`Reading weights: ${megabytes(done)} of ${megabytes(total)}`, stop, done, total);
    else showProgress("Preparing the net", stop);
  };
  try {
    const { load } = await import("../runtime/fcn.js");
    net = await load(BUNDLE, { backend, onProgress, signal: mine.signal });
    return net;
  } catch (error) {
    throw stoppedOr(error, mine);
  } finally {
    if (loading === mine) {
      loading = null;
      endProgress();
    }
  }
}

/**
 * Runs the net on pictures, by the names of its inputs; null where it is not loaded yet.
 * @throws {FcnError} or {Stopped}
 */
export async function runNet(pictures: ReadonlyMap<string, ReadyPicture>): Promise<Segmentation | null> {
  running?.abort();
  if (!net) return null;
  const mine = new AbortController();
  running = mine;
  const stop = () => mine.abort("person");
  showProgress("Segmenting", stop);
  announce("Segmenting the picture.");
  const [first] = pictures.values();
  const pixels = (first?.canvas.width ?? 0) * (first?.canvas.height ?? 0);
  const classes = net.outputs.reduce((sum, output) => sum + output.classes.length, 0);
  try {
    return await net.segment(Object.fromEntries([...pictures].map(([name, { source }]) => [name, source])), {
      scores: pixels * classes <= MOST_SCORES,
      signal: mine.signal,
      onProgress: ({ done, total }) => {
        if (running === mine) showProgress(`Segmenting: ${done} of ${total} tiles`, stop, done, total);
      },
    });
  } catch (error) {
    throw stoppedOr(error, mine);
  } finally {
    if (running === mine) {
      running = null;
      endProgress();
    }
  }
}

const stoppedOr = (error: unknown, { signal }: AbortController): unknown =>
  signal.aborted ? new Stopped(signal.reason === "person") : error;
