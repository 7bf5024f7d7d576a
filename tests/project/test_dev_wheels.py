"""``./dev run`` with wheels in ``dist``: nothing is compiled where they fit."""

import subprocess
import sys

import pytest

from tests.clones import Clone

SUM = "cat pyproject.toml setup.py index/kernel/*.p[xy][xd]* | cksum"

PIP_OF_WHEELS = """#!/bin/sh
case $1 in
    *.whl/pip) mkdir -p {kernel}; echo >{kernel}/terms.so ;;
    -c) [ "${{2#*purelib}}" != "$2" ] && echo .venv/lib/site || exit 1 ;;
esac
echo "$*" >>{log}
[ "$1" != "{refused}" ] || exit 1
"""
"""The Python of an environment made from wheels, as far as the script calls it."""


def _with_wheels(clone: Clone, *, python: str = "cp311", refused: str = "nothing") -> None:
    """Put wheels of the clone's sources into ``dist``, and a Python that only makes environments."""
    for folder in ("dist", "index/kernel", "var/index"):
        (clone.folder / folder).mkdir(parents=True)
    (clone.folder / "var" / "index" / "CURRENT").touch()  # so that no sample is indexed
    for name in ("pip-26.3-py3-none-any.whl", f"pyicu-2.17-{python}-{python}-manylinux_2_35_x86_64.whl"):
        (clone.folder / "dist" / name).touch()
    made = subprocess.run(["/bin/sh", "-c", SUM], cwd=clone.folder, capture_output=True, check=True).stdout
    (clone.folder / "dist" / "sources").write_bytes(made)
    kernel = ".venv/lib/site/onneshon/index/kernel"
    inner = PIP_OF_WHEELS.format(log=clone.log, refused=refused, kernel=kernel)
    (clone.path / "python3").write_text(f"""#!/bin/sh
echo "python3 $*" >>{clone.log}
if [ "$1" = -c ]; then exec {sys.executable} "$@"; fi
[ "$2" = venv ] || exit 1
for folder in "$@"; do :; done
mkdir -p "$folder/bin"
cat >"$folder/bin/python" <<'END'
{inner}END
printf '#!/bin/sh\\necho "onneshon $*" >>{clone.log}\\n' >"$folder/bin/onneshon"
chmod +x "$folder/bin/python" "$folder/bin/onneshon"
""")
    (clone.path / "python3").chmod(0o755)


HERE = f"cp{sys.version_info[0]}{sys.version_info[1]}"


def test_run_uses_wheels_that_fit(pretended: Clone) -> None:
    """Wheels of this Python and these sources need no compiler; Python files are used from the clone."""
    _with_wheels(pretended, python=HERE)
    code, said, called = pretended.run("run", "--port", "8123")
    assert (code, "with the wheels in dist" in said) == (0, True)
    (installed,) = (line for line in called if "install" in line)
    assert "--no-index --find-links dist --constraint dist/constraints.txt onneshon" in installed
    assert called[-1] == "onneshon serve --host 127.0.0.1 --port 8123 --index var/index"
    site = pretended.folder / ".venv" / "lib" / "site"
    assert (site / "onneshon.pth").read_text("utf-8") == f"{pretended.folder}\n"
    assert not (site / "onneshon").exists()
    assert (pretended.folder / "index" / "kernel" / "terms.so").exists()


def test_what_is_set_up_from_wheels_stays(pretended: Clone) -> None:
    """A second run installs nothing."""
    _with_wheels(pretended, python=HERE)
    pretended.run("run")
    pretended.log.unlink()
    code, _said, called = pretended.run("run")
    assert code == 0
    assert not [line for line in called if "install" in line or "venv" in line]


@pytest.mark.parametrize("reason", ["other Python", "other sources", "other machine"])
def test_run_compiles_where_no_wheels_fit(reason: str, pretended: Clone) -> None:
    """Since nothing can be compiled in the test, the missing programs are named."""
    _with_wheels(
        pretended,
        python="cp399" if reason == "other Python" else HERE,
        refused="dist/pip-26.3-py3-none-any.whl/pip" if reason == "other machine" else "nothing",
    )
    if reason == "other sources":
        (pretended.folder / "pyproject.toml").write_text("", "utf-8")
    code, said, called = pretended.run("run")
    assert (code, "these are missing" in said) == (1, True)
    assert ("they do not fit this machine" in said) == (reason == "other machine")
    assert not [line for line in called if line.startswith("onneshon")]
