import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openWeightFile } from "../../../src/weights/formats/index.js";
import { READ_LIMITS } from "../../../src/weights/formats/limits.js";
import { npyHeader } from "../../../src/weights/formats/npy-header.js";
import { npz } from "../../../src/weights/formats/npz.js";
import { pythonMissing, runJudge } from "../../judges/python.js";
import { scratch } from "../scratch.js";
import { bytesIn, fileInMemory, refusalOf, stored, survivesEdits, valuesIn } from "./source.js";

const folder = await scratch();
let files = 0;

async function write(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${++files}.npz`);
  await writeFile(path, bytes);
  return path;
}

interface Member {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflated?: boolean;
  /** Sizes and checksum stand behind the data and in the directory alone. */
  readonly descriptor?: boolean;
  readonly method?: number;
  readonly flags?: number;
  readonly size?: number;
  readonly compressed?: number;
  readonly crc?: number;
  readonly offset?: number;
}

/** An archive by PKWARE's note, member by member. */
function zip(members: readonly Member[], large = false, comment = ""): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const member of members) {
    const { name, data, deflated = false, descriptor = false } = member;
    const packed = deflated ? deflateRawSync(data) : Buffer.from(data);
    const crc = member.crc ?? crc32(data);
    const text = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(descriptor ? 8 : 0, 6);
    local.writeUInt16LE(deflated ? 8 : 0, 8);
    if (!descriptor) {
      local.writeUInt32LE(crc, 14);
      local.writeUInt32LE(packed.length, 18);
      local.writeUInt32LE(data.length, 22);
    }
    local.writeUInt16LE(text.length, 26);
    const trailer = descriptor ? Buffer.alloc(16) : Buffer.alloc(0);
    if (descriptor) trailer.writeUInt32LE(0x08074b50, 0);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(member.flags ?? (descriptor ? 8 : 0), 8);
    entry.writeUInt16LE(member.method ?? (deflated ? 8 : 0), 10);
    entry.writeUInt32LE(crc, 16);
    const sizes = [member.size ?? data.length, member.compressed ?? packed.length, member.offset ?? at];
    for (const [index, offset] of [24, 20, 42].entries())
      entry.writeUInt32LE(large ? 2 ** 32 - 1 : (sizes[index] ?? 0), offset);
    entry.writeUInt16LE(text.length, 28);
    const extra = Buffer.alloc(large ? 33 : 0);
    if (large) {
      entry.writeUInt16LE(extra.length, 30);
      // Another field stands before the one with the sizes.
      extra.writeUInt16LE(0x5455, 0);
      extra.writeUInt16LE(1, 2);
      extra.writeUInt16LE(1, 5);
      extra.writeUInt16LE(24, 7);
      for (const [index, size] of sizes.entries()) extra.writeBigUInt64LE(BigInt(size), 9 + 8 * index);
    }
    directory.push(entry, text, extra);
    parts.push(local, text, packed, trailer);
    at += local.length + text.length + packed.length + trailer.length;
  }
  const table = Buffer.concat(directory);
  if (large) {
    const end = Buffer.alloc(76);
    end.writeUInt32LE(0x06064b50, 0);
    end.writeBigUInt64LE(BigInt(members.length), 32);
    end.writeBigUInt64LE(BigInt(table.length), 40);
    end.writeBigUInt64LE(BigInt(at), 48);
    end.writeUInt32LE(0x07064b50, 56);
    end.writeBigUInt64LE(BigInt(at + table.length), 64);
    end.writeUInt32LE(1, 72);
    table.fill(table, 0);
    parts.push(table, end);
  } else parts.push(table);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(large ? 0xffff : members.length, 10);
  end.writeUInt32LE(large ? 2 ** 32 - 1 : table.length, 12);
  end.writeUInt32LE(large ? 2 ** 32 - 1 : at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, end, Buffer.from(comment)]);
}

const array = (shape: readonly number[], values: ArrayLike<number>, type = "<f4"): Uint8Array =>
  Buffer.concat([npyHeader(type, shape), Buffer.from(Float32Array.from(values).buffer)]);

const many = Float32Array.from({ length: 700_000 }, (_, index) => Math.sin(index));

describe("reading", () => {
  test.each<[string, Partial<Member>, boolean]>([
    ["stored", {}, false],
    ["deflated", { deflated: true }, false],
    ["with sizes behind the data", { deflated: true, descriptor: true }, false],
    ["of 64-bit sizes", {}, true],
  ])("members %s", async (_, how, large) => {
    const members = [
      { name: "conv1/kernel.npy", data: array([700, 1000], many), ...how },
      { name: "b.npy", data: array([2], [1, 2]), ...how },
    ];
    // A comment may hold the mark of the end.
    const file = await openWeightFile(
      await write(zip(members, large, large ? "" : "PK\x05\x06 and more of it, more than a record long")),
    );
    expect([...file.tensors.values()]).toMatchObject([
      { name: "conv1/kernel", dtype: "F32", shape: [700, 1000] },
      { name: "b", dtype: "F32", shape: [2] },
    ]);
    expect(await valuesIn(file, "conv1/kernel")).toEqual(many);
    // Forwards, backwards, and to and fro between two.
    expect(await file.read("conv1/kernel", 300_000, 300_002)).toEqual(many.slice(300_000, 300_002));
    expect(await file.read("b", 1, 2)).toEqual(Float32Array.of(2));
    expect(await file.read("conv1/kernel", 600_000, 600_002)).toEqual(many.slice(600_000, 600_002));
    expect(await file.read("conv1/kernel", 5, 7)).toEqual(many.slice(5, 7));
    await file.close();
  });
});

describe("files that lie", () => {
  const good = array([2], [1, 2]);
  const one = (more: Partial<Member>, name = "a.npy") => zip([{ name, data: good, ...more }]);
  const damaged = Buffer.from(one({ deflated: true }));
  // A block of the kind that deflate has not.
  damaged[30 + "a.npy".length] = 0x07;
  const pickled = Buffer.concat([npyHeader("|O", []), Buffer.from("\x80\x04N.", "latin1")]);
  const pair = zip([
    { name: "a.npy", data: good },
    { name: "b.npy", data: good, offset: 0 },
  ]);
  const zeros = array([2_000_000], new Float32Array(2_000_000));

  test.each<[string, Uint8Array, string]>([
    ["cut off", one({}).subarray(0, -1), "it has no directory"],
    ["only a beginning", Buffer.from("PK\x03\x04"), "it has no directory"],
    ["another name", one({}, "a.txt"), "`a.txt` is no array of NumPy"],
    ["a checkpoint of PyTorch", one({}, "archive/data.pkl"), "a checkpoint of PyTorch"],
    ["a model of Keras", one({}, "model.weights.h5"), "which `unzip` takes out of it"],
    ["pickled", zip([{ name: "a.npy", data: pickled }]), "array `a`: it holds Python objects (pickle)"],
    [
      "a name twice",
      zip([
        { name: "a.npy", data: good },
        { name: "a.npy", data: good },
      ]),
      "`a.npy` is there twice",
    ],
    ["shared bytes", pair, "members `a.npy` and `b.npy` share bytes"],
    ["encrypted", one({ flags: 1 }), "`a.npy` is encrypted"],
    ["bzip2", one({ method: 12 }), "packed by method 12"],
    ["stored in another size", one({ size: 999 }), "stored as it is, in another number of bytes"],
    ["beyond the archive", one({ compressed: 9999, size: 9999 }), "lies outside of the archive"],
    ["elsewhere", one({ offset: 3 }), "is not where the directory says"],
    ["a bomb", one({ deflated: true, size: 2 ** 31 }), "FCNC_LIMITS=expansion"],
    ["inflating to less", one({ deflated: true, size: good.length + 4 }), "needs 8 bytes and is given 12"],
    ["damaged data", damaged, "cannot be inflated"],
    ["another checksum", one({ crc: 7 }), "is not what its checksum says"],
    ["another checksum, deflated", one({ crc: 7, deflated: true }), "is not what its checksum says"],
  ])("%s", async (_, bytes, message) => {
    expect(await refusalOf(await write(bytes))).toContain(message);
  });

  test("lower limits", async () => {
    const path = await write(zip([{ name: "a.npy", data: zeros, deflated: true }]));
    const file = await openWeightFile(path);
    expect((await valuesIn(file, "a")).every((value) => value === 0)).toBe(true);
    await file.close();
    expect(await refusalOf(path, { ...READ_LIMITS, expansion: 100 })).toContain("FCNC_LIMITS=expansion");
    const two = await write(zip(["a.npy", "b.npy"].map((name) => ({ name, data: good }))));
    expect(await refusalOf(two, { ...READ_LIMITS, tensors: 1 })).toContain("it has 2 members, and at most 1 are read");
    expect(await refusalOf(two, { ...READ_LIMITS, headerBytes: 10 })).toContain("its directory of 2 members");
  });

  test.each([false, true])("random edits are read or refused, never worse (deflated: %s)", async (deflated) => {
    const members = ["a.npy", "b.npy"].map((name) => ({ name, data: good, deflated }));
    await survivesEdits(zip(members), write);
  });
});

describe("writing", () => {
  test("equal weights make equal files, and bfloat16 becomes float32", async () => {
    const source = fileInMemory([stored("a/b", "F16", [3]), stored("c", "BF16", [2, 2]), stored("n", "I64", [])]);
    const path = join(folder, "written.npz");
    await npz.write?.(path, source);
    const first = await readFile(path);
    await npz.write?.(path, source);
    expect(await readFile(path)).toEqual(first);
    const file = await openWeightFile(path);
    expect([...file.tensors.values()].map(({ name, dtype }) => [name, dtype])).toEqual([
      ["a/b", "F16"],
      ["c", "F32"],
      ["n", "I64"],
    ]);
    for (const name of ["a/b", "n"]) expect(await bytesIn(file, name)).toEqual(await bytesIn(source, name));
    expect(await valuesIn(file, "c")).toEqual(await valuesIn(source, "c"));
    await file.close();
  });

  test("what NumPy has no type for is refused, and the old file stays", async () => {
    const path = join(folder, "kept.npz");
    await writeFile(path, "old");
    const source = fileInMemory([stored("w", "F8_E4M3", [2])]);
    await expect(npz.write?.(path, source)).rejects.toThrow(
      "npz cannot hold tensor `w` of memory, which is of type F8_E4M3",
    );
    expect(await readFile(path, "utf8")).toBe("old");
  });

  test.each(["../w", "a/../../w", "/etc/w", "C:\\w", "a\\..\\w", "a\0b"])(
    "%j would leave the folder of who unpacks it",
    async (name) => {
      const source = fileInMemory([stored(name, "F32", [2])]);
      await expect(npz.write?.(join(folder, "astray.npz"), source)).rejects.toThrow("outside of the folder");
    },
  );
});

test("NumPy's own files, and ours read by NumPy", async (context) => {
  const missing = pythonMissing("numpy");
  if (missing) return context.skip(missing);
  const [plain, packed, ours] = ["plain", "packed", "ours"].map((name) => join(folder, `${name}.npz`)) as [
    string,
    string,
    string,
  ];
  await runJudge("npz_numpy.py", ["write", plain, packed]);
  for (const path of [plain, packed]) {
    const file = await openWeightFile(path);
    expect(file.tensors.get("fortran")).toMatchObject({ dtype: "F64", shape: [5, 3, 2] });
    await npz.write?.(ours, file);
    await file.close();
    expect(await runJudge("npz_numpy.py", ["same", path, ours])).toBe("same\n");
  }
});
