import { describe, expect, test } from "vitest";
import { readNpy, writeNpy } from "../../src/images/npy.js";

const bytesOf = (header: string, data: ArrayBuffer): Uint8Array => {
  const prefix = Uint8Array.from(
    `\x93NUMPY\x01\0${String.fromCharCode(header.length & 255, header.length >> 8)}${header}`,
    (c) => c.charCodeAt(0),
  );
  return Uint8Array.of(...prefix, ...new Uint8Array(data));
};

describe(".npy", () => {
  test("float32 goes out and comes back", () => {
    const data = Float32Array.from({ length: 24 }, (_, i) => i / 7 - 1);
    data[3] = Number.NaN;
    data[4] = -Infinity;
    const file = writeNpy([2, 3, 4], data);
    expect(readNpy(file)).toEqual({ shape: [2, 3, 4], data });
    expect(readNpy(writeNpy([1], data.slice(0, 1))).shape).toEqual([1]);
    expect(readNpy(writeNpy([], data.slice(0, 1))).shape).toEqual([]);
    expect(() => writeNpy([5, 5], data)).toThrow("[5, 5] holds 25 values, not 24");
  });

  test("the header is as NumPy writes it: padded to 64, with a line end", () => {
    const file = writeNpy([2, 3], new Float32Array(6));
    const header = String.fromCharCode(...file.subarray(0, 128));
    expect(header).toBe(
      `\x93NUMPY\x01\0v\0${"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117)}\n`,
    );
    expect(file).toHaveLength(128 + 24);
  });

  test("other types are read", () => {
    const header = (type: string): string => `{'descr': '${type}', 'fortran_order': False, 'shape': (3,), }\n`;
    expect(readNpy(bytesOf(header("<f8"), Float64Array.of(1, 2, 0.1).buffer)).data).toEqual(Float64Array.of(1, 2, 0.1));
    expect(readNpy(bytesOf(header("<i4"), Int32Array.of(1, -2, 3).buffer)).data).toEqual(Int32Array.of(1, -2, 3));
    expect(readNpy(bytesOf(header("|u1"), Uint8Array.of(1, 2, 255).buffer)).data).toEqual(Uint8Array.of(1, 2, 255));
    expect(() => readNpy(bytesOf(header("<c8"), new ArrayBuffer(24)))).toThrow("arrays of '<c8' are not read");
  });

  test("what is wrong is said", () => {
    const whole = writeNpy([2, 3, 4], new Float32Array(24));
    for (let length = 0; length < whole.length; length += 1)
      expect(() => readNpy(whole.slice(0, length))).toThrow(/npy|cut off/);
    expect(() => readNpy(whole, 95)).toThrow("the array takes 96 bytes, more than 95");
    const vast = "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999, 99999999), }\n";
    expect(() => readNpy(bytesOf(vast, new ArrayBuffer(0)))).toThrow("more than");
    const fortran = "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }\n";
    expect(() => readNpy(bytesOf(fortran, new ArrayBuffer(4)))).toThrow("Fortran order");
    expect(() => readNpy(bytesOf("{}\n", new ArrayBuffer(4)))).toThrow("makes no sense");
  });
});
