"""The compiled part of the build; everything else is said in pyproject.toml."""

import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

if sys.byteorder != "little":
    sys.exit("onneshon reads its files as they are, which takes a little-endian machine: x86-64 or arm64")

KERNEL = Path("onneshon/index/kernel")

DIRECTIVES = {
    "language_level": 3,
    "boundscheck": False,
    "wraparound": False,
    "initializedcheck": False,
    "cdivision": True,
    "freethreading_compatible": False,
}

setup(
    ext_modules=cythonize(
        [
            Extension(
                f"onneshon.index.kernel.{path.stem}",
                [path.as_posix()],
                depends=[header.as_posix() for header in sorted(KERNEL.glob("*.pxd"))],
                extra_compile_args=[] if sys.platform == "win32" else ["-O3", "-g0"],
            )
            for path in sorted(KERNEL.glob("*.pyx"))
        ],
        compiler_directives=DIRECTIVES,
    )
)
