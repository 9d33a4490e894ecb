import { spawnSync } from "node:child_process";
import { mkdir, readdir, readlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { coresIn, gpusIn } from "../../src/engines/hardware.js";
import { describeInstall } from "../../src/engines/install/describe.js";
import { aliases, findLibrary, placeLibrary } from "../../src/engines/install/library.js";
import { commandFor } from "../../src/engines/install/tools.js";
import { cudaRequirements, unpackCommand } from "../../src/engines/install/wheel.js";
import { nativeHome, type Machine } from "../../src/engines/native-home.js";
import { scratch } from "../weights/scratch.js";
import { writePrograms } from "./native-fixture.js";

const folder = await scratch();
const linux: Machine = { platform: "linux", arch: "x64", env: {}, home: "/home/ada" };
const mac: Machine = { platform: "darwin", arch: "arm64", env: {}, home: "/Users/ada" };
const windows: Machine = { platform: "win32", arch: "x64", env: {}, home: "C:\\Users\\Ada" };

test("the user's folder is where each system keeps such things", () => {
  expect(nativeHome(linux)).toBe("/home/ada/.local/share/fcnc/native");
  expect(nativeHome({ ...linux, env: { XDG_DATA_HOME: "/data" } })).toBe("/data/fcnc/native");
  expect(nativeHome({ ...linux, env: { XDG_DATA_HOME: "data" } }), "relative").toBe(
    "/home/ada/.local/share/fcnc/native",
  );
  expect(nativeHome(mac)).toBe("/Users/ada/Library/Application Support/fcnc/native");
  expect(nativeHome(windows)).toBe("C:\\Users\\Ada\\AppData\\Local\\fcnc\\native");
  expect(nativeHome({ ...windows, env: { LOCALAPPDATA: "D:\\Local" } })).toBe("D:\\Local\\fcnc\\native");
});

describe("a dry run", () => {
  const request = { folder: "/data/native", gpu: false, from: null, build: false };
  const text = (more: object, machine = linux): string => describeInstall({ ...request, ...more }, machine).join("\n");

  test("on Linux: npm, else a wheel, and what is missing with the command that gets it", () => {
    const steps = text({});
    expect(steps).toMatch(
      / 1\. npm package @tensorflow\/tfjs-node@4\.22\.0\n +npm install --prefix \/data\/native\.draft --ignore-scripts /,
    );
    expect(steps).toMatch(/ 2\. TensorFlow 2\.9, as npm downloads it\n +npm rebuild /);
    expect(steps).toMatch(/ 3\. .*\n +python3 -m pip download .*--no-deps .* tensorflow-cpu\n/);
    expect(steps).toMatch(/ 5\. the addon.*\n.*node-pre-gyp install --build-from-source\n/);
    expect(steps).toMatch(/ 7\. \/data\/native\.draft renamed to \/data\/native\n/);
    expect(steps).toContain(
      "Now building takes python3, make, g++, which are not on this machine. To get what is missing:",
    );
    expect(steps).not.toContain("not tried");
  });

  test("with --build and --from npm's download is left out", () => {
    expect(text({ build: true })).not.toContain("npm rebuild");
    expect(text({ from: "/opt/libtensorflow" })).toMatch(
      / 2\. TensorFlow's library from \/opt\/libtensorflow\n +link its/,
    );
    expect(text({ from: "/opt/tensorflow.whl" })).toMatch(/ 2\. .*\/opt\/tensorflow.whl\n +unpack its/);
  });

  test("for GPUs it says that nobody tried", () => {
    const steps = text({ gpu: true });
    expect(steps).toContain("@tensorflow/tfjs-node-gpu@4.22.0");
    expect(steps).toMatch(/pip download .* tensorflow\n/);
    expect(steps).toContain("CUDA's libraries from the wheels that TensorFlow names for `and-cuda`");
    expect(steps).toMatch(/This was not tried on a GPU\.$/);
  });

  test("on macOS and ARM the wheel is `tensorflow`, and CUDA there is none", () => {
    expect(text({}, mac)).toMatch(/pip download .* tensorflow\n/);
    expect(text({}, mac)).toContain("xcode-select --install");
    expect(text({}, mac)).toMatch(/This was not tried on darwin arm64\.$/);
    expect(text({}, { ...linux, arch: "arm64" })).toMatch(/pip download .* tensorflow\n/);
    expect(() => text({ gpu: true }, mac)).toThrow("there is no CUDA on macOS");
  });

  test("on Windows there is npm's download, or a libtensorflow that is there", () => {
    const place = { folder: "C:\\native" };
    expect(text(place, windows)).not.toContain("pip download");
    expect(text(place, windows)).toContain("unpack a libtensorflow and name its folder: --from PATH");
    expect(text({ ...place, from: "C:\\tf" }, windows)).toMatch(
      /copy its headers and libraries to C:\\native\.draft\\node_modules/,
    );
    expect(text(place, windows)).toMatch(/This was not tried on win32 x64\.$/);
    expect(() => text({ ...place, build: true }, windows)).toThrow("no library that an addon can be built against");
  });
});

test.skipIf(process.platform === "win32")("missing tools are got by one command of the system's own", async () => {
  for (const [manager, command] of [
    ["apt-get", "sudo apt-get install -y python3 python3-pip g++"],
    ["dnf", "sudo dnf install -y python3 python3-pip gcc-c++"],
    ["pacman", "sudo pacman -S --needed python python-pip gcc"],
  ] as const) {
    const PATH = await writePrograms(join(folder, manager), { [manager]: "" });
    expect(commandFor(["python3", "g++"], { ...linux, env: { PATH } })).toBe(command);
  }
  expect(commandFor(["make"], linux)).toBe("the package manager of this system: install make");
});

describe("libraries", () => {
  test("have the names that the build wants", () => {
    expect(aliases(["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"], "linux")).toEqual([
      { linked: "libtensorflow.so", to: "libtensorflow_cc.so.2" },
      { linked: "libtensorflow_framework.so", to: "libtensorflow_framework.so.2" },
    ]);
    expect(aliases(["libtensorflow.so", "libtensorflow.so.2", "libtensorflow_framework.so"], "linux")).toEqual([]);
    expect(aliases(["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"], "darwin")).toEqual([
      { linked: "libtensorflow.2.dylib", to: "libtensorflow_cc.2.dylib" },
    ]);
    expect(() => aliases(["libtensorflow_cc.so.2"], "linux")).toThrow("there is no libtensorflow_framework.so");
  });

  test.skipIf(process.platform === "win32")("of others are linked, and stay where they are", async () => {
    const root = join(folder, "libtensorflow");
    await mkdir(join(root, "include/tensorflow/c"), { recursive: true });
    await writeFile(join(root, "include/tensorflow/c/c_api.h"), "");
    await expect(findLibrary(root)).rejects.toThrow("it has no libtensorflow in `lib`");
    await mkdir(join(root, "lib"));
    const ending = process.platform === "darwin" ? "2.dylib" : "so.2";
    for (const name of ["libtensorflow", "libtensorflow_framework", "libother"])
      await writeFile(join(root, "lib", `${name}.${ending}`), name);
    await placeLibrary(await findLibrary(root), join(folder, "deps"), false);
    const placed = await readdir(join(folder, "deps/lib"));
    expect(placed).toContain(`libtensorflow.${ending}`);
    expect(placed).not.toContain(`libother.${ending}`);
    expect(await readlink(join(folder, "deps/include"))).toBe(join(root, "include"));
    await expect(findLibrary(join(folder, "none"))).rejects.toThrow("there is no such folder or wheel");
    await expect(findLibrary(folder)).rejects.toThrow("it has no `include/tensorflow/c/c_api.h`");
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

describe("wheels", () => {
  async function unpack(names: readonly string[]): Promise<{ status: number | null; said: string; files: string[] }> {
    const place = join(folder, `wheel-${names.length}-${names[0]?.length}`);
    await mkdir(place);
    const make =
      "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w') as z:\n  for n in sys.argv[2:]: z.writestr(n, n)";
    spawnSync("python3", ["-c", make, join(place, "a.whl"), ...names]);
    const { args } = unpackCommand("python3", join(place, "out"), [join(place, "a.whl")]);
    const { status, stderr } = spawnSync("python3", [...args], { encoding: "utf8" });
    const entries = await readdir(join(place, "out"), { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name).slice(place.length + 5));
    return { status, said: stderr, files: files.sort() };
  }

  test.skipIf(!hasPython)("give headers, libraries and whose they are, and no more", async () => {
    const { status, files } = await unpack([
      "tensorflow/include/tensorflow/c/c_api.h",
      "tensorflow/libtensorflow_cc.so.2",
      "tensorflow/libtensorflow_framework.so.2",
      "tensorflow/python/pywrap.so",
      "tensorflow-2.21.0.dist-info/METADATA",
      "nvidia/cublas/lib/libcublas.so.12",
      "nvidia/cublas/include/cublas.h",
    ]);
    expect(status).toBe(0);
    expect(files).toEqual([
      "nvidia/cublas/lib/libcublas.so.12",
      "tensorflow-2.21.0.dist-info/METADATA",
      "tensorflow/include/tensorflow/c/c_api.h",
      "tensorflow/libtensorflow_cc.so.2",
      "tensorflow/libtensorflow_framework.so.2",
    ]);
  });

  test.skipIf(!hasPython)("leave no file outside of their folder", async () => {
    const { status, said, files } = await unpack(["tensorflow/include/../../../escaped.h"]);
    expect({ status, files }).toEqual({ status: 1, files: [] });
    expect(said).toContain("has a file outside of its folder");
    expect(await readdir(dirname(folder))).not.toContain("escaped.h");
  });

  test("name the CUDA libraries that go with them", () => {
    const metadata = [
      "Requires-Dist: numpy>=1.26",
      "Requires-Dist: nvidia-cublas-cu12 (<13.0,>=12.5.3.2) ; extra == 'and-cuda'",
      'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"',
      "Requires-Dist: nvidia-other; extra == 'other'",
    ].join("\n");
    expect(cudaRequirements(metadata)).toEqual([
      "nvidia-cublas-cu12<13.0,>=12.5.3.2",
      "nvidia-cudnn-cu12<10.0,>=9.3.0.75",
    ]);
  });
});

describe("hardware", () => {
  test("GPUs as nvidia-smi tells them", () => {
    expect(gpusIn("NVIDIA H100 80GB HBM3, 81559, 550.54.15\nNVIDIA T4, [N/A], 535.1\n\n")).toEqual([
      { name: "NVIDIA H100 80GB HBM3", memory: 81559 * 2 ** 20, driver: "550.54.15" },
      { name: "NVIDIA T4", memory: null, driver: "535.1" },
    ]);
  });

  test("cores are counted once, whatever their threads and sockets", () => {
    const thread = (socket: number, core: number) => `processor : 9\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`;
    expect(coresIn([thread(0, 0), thread(0, 1), thread(0, 0), thread(1, 0)].join("\n"))).toBe(3);
    expect(coresIn("processor : 0\nBogoMIPS : 50\n")).toBeNull();
  });
});
