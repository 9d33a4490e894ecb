/**
 * Threads of TF.js are workers from `blob:` addresses that import another one, and TF.js waits for ever for those that a
 * page's policy refuses. Some are refused before they start, which the browser reports; others fail when they import, and
 * TF.js throws the event of that once more.
 *
 * @throws {Error} as soon as one is refused
 */
export async function unlessRefused<Value>(work: Promise<Value>): Promise<Value> {
  const over = new AbortController();
  let isRefused = false;
  const refused = new Promise<never>((_, reject) => {
    const refuse = (event: Event) => {
      // It would end the worker.
      event.preventDefault();
      isRefused = true;
      reject(new Error("the page's policy does not allow `blob:` in worker-src and script-src"));
    };
    addEventListener("securitypolicyviolation", (event) => event.blockedURI === "blob" && refuse(event), over);
    const isOfThread = ({ error, filename }: ErrorEvent) => error instanceof Event || filename.startsWith("blob:");
    addEventListener("error", (event) => isOfThread(event) && refuse(event), over);
  });
  try {
    return await Promise.race([work, refused]);
  } finally {
    // Where one thread is refused, others will be.
    if (!isRefused) over.abort();
  }
}
