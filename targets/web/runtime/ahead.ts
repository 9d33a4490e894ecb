/**
 * Reads pieces before they are asked for, the first at once, as long as those that wait have less than so many bytes
 * together. What goes wrong is thrown where it would have been.
 */
export function readAhead(
  source: AsyncGenerator<Uint8Array, void, undefined>,
  most: number,
): AsyncIterableIterator<Uint8Array, void, undefined> {
  const waiting: Promise<IteratorResult<Uint8Array, void>>[] = [];
  let bytes = 0;
  let isFull = false;
  const read = (): void => {
    const piece = source.next();
    waiting.push(piece);
    piece.then(
      ({ done, value }) => {
        if (done === true) return;
        bytes += value.length;
        isFull = bytes >= most;
        if (!isFull) read();
      },
      () => undefined,
    );
  };
  read();
  return {
    async next() {
      const result = await waiting.shift();
      if (result === undefined || result.done === true) return { done: true, value: undefined };
      bytes -= result.value.length;
      if (isFull && bytes < most) {
        isFull = false;
        read();
      }
      return result;
    },
    // Also where nothing was asked for, the reading ends.
    return: () => source.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
