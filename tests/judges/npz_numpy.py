"""npz as NumPy writes it (`write FILE`), and whether two hold the same arrays (`same A B`)."""

import sys
import numpy


def arrays():
    random = numpy.random.default_rng(1)
    return {
        "conv1/kernel": random.normal(size=(3, 3, 4, 8)).astype("f4"),
        "fortran": numpy.asfortranarray(random.normal(size=(5, 3, 2)).astype(">f8")),
        "half": random.normal(size=7).astype("f2"),
        "steps": numpy.int64(7),
        "none": numpy.zeros((0, 3), "f4"),
        "flags": numpy.array([True, False]),
    }


command, *paths = sys.argv[1:]
if command == "write":
    numpy.savez(paths[0], **arrays())
    numpy.savez_compressed(paths[1], **arrays())
else:
    a, b = (numpy.load(path, allow_pickle=False) for path in paths)
    assert set(a.files) == set(b.files), (a.files, b.files)
    for name in a.files:
        assert a[name].dtype.newbyteorder("=") == b[name].dtype, name
        assert numpy.array_equal(a[name], b[name]), name
    print("same")
