/** WebAssembly's memory as TF.js uses it: for the engine in Node, and for the module that runs bundles in pages. */

export interface Heap {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

const guarded = new WeakSet<Heap>();

/**
 * TF.js does not look at what malloc returns: where the memory is used up, it would write over what lies at address 0,
 * and scores could be wrong in silence.
 */
export function refuseNull(heap: Heap): void {
  if (guarded.has(heap)) return;
  guarded.add(heap);
  // Emscripten puts the real function in place when it is first called.
  heap["_free"](heap["_malloc"](8));
  const malloc = heap["_malloc"];
  heap["_malloc"] = (bytes) => {
    // Beyond 32 bits the number would be cut, and less set aside than is written to.
    const address = bytes < 2 ** 32 ? malloc(bytes) : 0;
    if (address === 0 && bytes > 0) throw new RangeError("the 4 GiB of memory that WebAssembly has are used up");
    return address;
  };
}
