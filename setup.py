"""The compiled part of the build; everything else is said in pyproject.toml."""

import multiprocessing
import os
import runpy
import sys
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

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

# Whoever says how far to optimise, as a packager or a run that watches memory does, knows why.
OPTIONS = [] if sys.platform == "win32" or "-O" in os.environ.get("CFLAGS", "") else ["-O3", "-g0"]

# Cython's own code for arrays, half of all that is compiled, once instead of in each module.
SHARED = "onneshon.index.kernel._shared"


def extension(name: str, source: Path) -> Extension:
    """An extension, compiled anew when any header is."""
    headers = [header.as_posix() for header in sorted(KERNEL.glob("*.pxd"))]
    return Extension(name, [source.as_posix()], depends=headers, extra_compile_args=OPTIONS)


class ParallelBuildExt(build_ext):
    """A module for each processor at once; so pip compiles them as well, which passes no ``-j``."""

    def finalize_options(self) -> None:
        """Keep what was asked for."""
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()


class CommitBuildPy(build_py):
    """Writes into a wheel of which commit it is, for ``onneshon --version``; a checkout is asked itself."""

    def run(self) -> None:
        """Copy the files, and write that one."""
        super().run()
        if not self.editable_mode:
            version = runpy.run_path("onneshon/index/commands/version.py")
            text = version["commit_of"](Path.cwd()) + "\n"
            Path(self.build_lib, "onneshon", version["COMMIT_FILE"]).write_text(text, "utf-8")


if __name__ == "__main__":
    modules = [extension(f"onneshon.index.kernel.{path.stem}", path) for path in sorted(KERNEL.glob("*.pyx"))]
    setup(
        cmdclass={"build_ext": ParallelBuildExt, "build_py": CommitBuildPy},
        ext_modules=cythonize(
            [*modules, extension(SHARED, KERNEL / "_shared.c")],
            compiler_directives=DIRECTIVES,
            shared_utility_qualified_name=SHARED,
            # Elsewhere each process would run this file once more.
            nthreads=os.cpu_count() if multiprocessing.get_start_method() == "fork" else 0,
        ),
    )
