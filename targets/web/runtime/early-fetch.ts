/**
 * Asks for a file before TF.js does, which then gets that answer. For a worker of ours: nobody else fetches there.
 * @param address as TF.js will name it
 */
export function fetchEarly(address: string): void {
  const { fetch } = globalThis;
  const answer = fetch(address, { credentials: "same-origin" });
  // Whoever asks for it hears of a failure.
  answer.catch(() => undefined);
  globalThis.fetch = (input, init) => {
    if (input !== address) return fetch(input, init);
    globalThis.fetch = fetch;
    return answer;
  };
}
