"""The developers' script, as far as it can be tested without setting up a machine."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.clones import Clone, tools_in
from tests.packages import PACKAGES, ROOT

DEV = ROOT / "dev"
SCRIPTS = (DEV, *sorted((ROOT / ".ci").iterdir()))


def _dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DEV, *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_are_posix_sh_and_executable(script: Path) -> None:
    """Scripts parse with sh, use no feature of bash, and are executable."""
    assert os.access(script, os.X_OK)
    text = script.read_text("utf-8")
    assert text.startswith("#!/bin/sh\n")
    assert "set -eu" in text
    assert not re.search(r"\[\[|\blocal\b|\bsource\b|\bfunction\b|\$'|<<<|&>", text)
    subprocess.run(["/bin/sh", "-n", script], check=True, timeout=60)


def test_help_names_every_command() -> None:
    """The help lists exactly the commands that the script understands."""
    shown = set(re.findall(r"^  (\w+)", _dev("help").stdout, re.MULTILINE))
    known = set(
        re.findall(r"^    (\w+)(?: \|.*)?\) \w+ ?(?:\"\$@\" )?;;$", DEV.read_text("utf-8"), re.MULTILINE)
    )
    assert shown == known != set()


@pytest.mark.parametrize("arguments", [("frobnicate",), ("run", "--frobnicate"), ("run", "--port")])
def test_what_is_not_understood_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    """A usage error sets nothing up."""
    answer = _dev(*arguments)
    assert answer.returncode == 2
    assert arguments[-1] in answer.stderr


def test_without_apt_the_lines_to_type_are_shown(tmp_path: Path) -> None:
    """Where nothing can be installed the script stops, and prints what is missing and what to type."""
    tools_in(tmp_path)
    home = tmp_path / "clone"
    home.mkdir()
    (home / "dev").write_text(DEV.read_text("utf-8"), "utf-8")
    answer = subprocess.run(
        [tmp_path / "sh", home / "dev", "run"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 1
    assert "missing" in answer.stderr
    assert "python3" in answer.stderr.lower()
    assert not (home / ".venv").exists()


def test_the_lines_for_other_systems_are_in_the_readme_too() -> None:
    """The README has the lines that the script prints for macOS and Fedora."""
    said = [line.strip() for line in re.findall(r'say "    (.*)"$', DEV.read_text("utf-8"), re.MULTILINE)]
    lines = [line.replace("\\", "") for line in said if "apt-get" not in line]
    shown = (ROOT / "README.md").read_text("utf-8")
    assert [line.partition(" ")[0] for line in lines] == ["brew", "export", "sudo"]
    assert [line for line in lines if line not in shown] == []


PYTEST = "-m pytest -n auto --dist loadgroup --no-loadscope-reorder -p no:langsmith_plugin"
CHECKS = ["ruff: format --check .", "ruff: check .", "mypy: ", "lint-imports: "]


@pytest.mark.parametrize("failing", ["none", "ruff:*", "mypy:* | lint-imports:*"])
def test_check_runs_every_tool_and_no_test(pretended: Clone, failing: str) -> None:
    """All tools run even when one fails; failed ones are named."""
    pretended.set_up(failing)
    code, said, called = pretended.run("check")
    assert [line.removeprefix(".venv/bin/") for line in called] == CHECKS
    assert code == (failing != "none")
    assert all(tool in said.rpartition("failed:")[2] for tool in re.findall(r"([\w-]+):", failing))


def test_fix_mends_and_formats(pretended: Clone) -> None:
    """Fixes come first, as they may leave lines to format."""
    pretended.set_up()
    code, _said, called = pretended.run("fix")
    assert (code, called) == (0, [".venv/bin/ruff: check --fix .", ".venv/bin/ruff: format ."])


PROGRAMS = ("chromium", "curl", "git", "openssl")
COVERED = ["--cov", "--cov-report=", "--cov-fail-under=0"]
REPORT = "coverage: report --skip-covered"
CLUSTER = "python: -c import sys; from tests.cluster.java import missing; sys.exit(bool(missing()))"
FIRST = [
    "python: -m pytest --collect-only -q -p no:cacheprovider -p no:langsmith_plugin",
    "python: -m tests.cluster.java",
]


@pytest.mark.parametrize("arguments", [[], ["-k", "snippet"]], ids=["all", "some"])
def test_tests_come_after_the_checks(pretended: Clone, arguments: list[str]) -> None:
    """Tests run although a check fails, which fails the command; coverage is only measured of all tests."""
    pretended.set_up("mypy:*")
    (pretended.folder / "tests" / "__pycache__").mkdir(parents=True)
    for name in PROGRAMS:
        pretended.pretend(pretended.path, name)
    code, said, called = pretended.run("test", *arguments)
    command = " ".join(["python:", PYTEST, *(arguments or COVERED)])
    asked, told = ([], []) if arguments else ([CLUSTER], [REPORT])
    assert [line.removeprefix(".venv/bin/") for line in called] == [*CHECKS, *asked, command, *told]
    assert "left out of coverage" not in said
    assert (code, said.rstrip().endswith("failed: mypy")) == (1, True)


@pytest.mark.parametrize(
    ("failing", "code"), [("none", 0), ("mypy:*", 1), ("python:*--cov*", 1), ("coverage:*", 1)]
)
def test_for_the_first_time_tests_run_beside_the_checks(pretended: Clone, failing: str, code: int) -> None:
    """Test modules are compiled and the cluster fetched before; the checks' output comes at the end.

    Insufficient coverage fails the command too.
    """
    pretended.set_up(failing)
    for name in PROGRAMS:
        pretended.pretend(pretended.path, name)
    ended, said, called = pretended.run("test")
    named = [line.removeprefix(".venv/bin/") for line in called]
    command = " ".join(["python:", PYTEST, *COVERED])
    assert sorted(named) == sorted([*FIRST, *CHECKS, CLUSTER, command, REPORT])
    assert named.index(FIRST[0]) < named.index(command)
    assert ended == code
    assert ("failed: mypy" in said and said.rstrip().endswith("failed: checks")) == (failing == "mypy:*")
    assert "lint-imports" in said


def test_without_a_cluster_its_package_is_left_out_of_coverage(pretended: Clone) -> None:
    """Only tests of a cluster reach that package, so the coverage floor excludes it."""
    pretended.set_up("python:*missing*")
    for name in PROGRAMS:
        pretended.pretend(pretended.path, name)
    code, said, called = pretended.run("test")
    assert (code, "left out of coverage" in said) == (0, True)
    assert sum(line.endswith(" ".join(COVERED)) for line in called) == 1


def test_an_environment_for_tests_serves_too(pretended: Clone) -> None:
    """``./dev run`` installs nothing again, and builds an index of the sample if there is none."""
    pretended.set_up()
    pretended.pretend(pretended.folder / ".venv" / "bin", "onneshon")
    code, _said, called = pretended.run("run")
    build = "index build sample/articles.jsonl --index var/index"
    serve = "serve --host 127.0.0.1 --port 8000 --index var/index"
    assert code == 0
    assert [line.removeprefix(".venv/bin/onneshon: ") for line in called] == [build, serve]


def test_the_kernel_and_the_libraries_are_installed_at_the_same_time(pretended: Clone) -> None:
    """PyICU and the kernel, which are compiled, and the rest; a failure leaves the environment unready."""
    pretended.set_up()
    pretended.pretend(pretended.path, "python3.11", failing="*:*--no-deps*")
    code, _said, called = pretended.run("versions")
    installs = {
        line.partition("--disable-pip-version-check ")[2]
        for line in called
        if " -r " in line or "--no-deps" in line
    }
    environment = "var/environments/python3.11"
    assert installs == {
        "--no-deps -e .",
        f"--no-deps -r {environment}/compiled.txt",
        f"-r {environment}/requirements.txt --group test",
    }
    assert code != 0
    assert not (pretended.folder / environment / ".ready-test").exists()


def test_versions_are_those_that_are_here_and_the_lowest(pretended: Clone) -> None:
    """Each version has an environment; a missing Python is named; arguments are passed to pytest."""
    pretended.set_up()
    for name in ("python3.11", "python3.13"):
        pretended.pretend(pretended.path, name)
    code, said, called = pretended.run("versions", "-k", "snippet")
    assert code == 0
    assert "no Python 3.12" in said
    tested = [line.partition("/bin/")[0] for line in called if line.endswith(f"{PYTEST} -k snippet")]
    names = ["python3.11", "python3.13", "lowest"]
    assert tested == [f"var/environments/{name}" for name in names]
    assert any(line.endswith("--group test -c var/environments/lowest.txt") for line in called)
    lowest = (pretended.folder / "var" / "environments" / "lowest.txt").read_text("utf-8").splitlines()
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert lowest == [line.partition(",")[0].replace(">=", "==") for line in wanted]


PYTHON = """#!/bin/sh
[ "$1" != - ] || case $(cat) in *CONFIG_ARGS*) exit {slow} ;; *) exit 0 ;; esac
echo "{name}: $*" >>{log}
"""
"""A Python that serves, and logs what else it is called with."""


@pytest.mark.parametrize(
    ("slow", "chosen"), [((1, 0), "second"), ((1, 1), "first"), ((0, 0), "first")], ids=str
)
def test_a_python_built_with_optimisation_comes_first(
    pretended: Clone, tmp_path: Path, slow: tuple[int, int], chosen: str
) -> None:
    """Also one of the system behind one that somebody compiled; else the first on the path serves."""
    for name, code in zip(("first", "second"), slow, strict=True):
        (tmp_path / name).mkdir()
        script = tmp_path / name / "python3"
        script.write_text(PYTHON.format(slow=code, name=name, log=pretended.log), "utf-8")
        script.chmod(0o755)
    pretended.set_up()
    _code, _said, called = pretended.run(
        "versions", PATH=f"{tmp_path / 'first'}:{tmp_path / 'second'}:{pretended.path}"
    )
    assert [line for line in called if "venv" in line] == [f"{chosen}: -m venv var/environments/lowest"]


def test_versions_fail_where_one_of_them_does(pretended: Clone) -> None:
    """Other versions are tested all the same."""
    pretended.set_up()
    pretended.pretend(pretended.path, "python3.11")
    pretended.pretend(pretended.path, "python3.12", failing="*:*pytest*")
    code, said, called = pretended.run("versions")
    assert (code, len([line for line in called if line.endswith(PYTEST)])) == (1, 3)
    assert said.rstrip().endswith("failed with: var/environments/python3.12")


def test_programs_that_tests_need_are_named_where_they_cannot_be_installed(pretended: Clone) -> None:
    """One line names all missing programs, and the tests run."""
    pretended.set_up()
    pretended.pretend(pretended.path, "curl")
    code, said, called = pretended.run("test")
    assert (code, sum(PYTEST in line for line in called)) == (0, 1)
    assert "not on PATH: chromium git openssl;" in said


@pytest.mark.parametrize(
    ("failing", "browser"), [("none", "chromium-headless-shell"), ("apt-cache:*", "chromium")]
)
def test_a_browser_is_installed_that_makes_no_windows_where_there_is_one(
    pretended: Clone, failing: str, browser: str
) -> None:
    """A headless browser is preferred, as it opens no windows; another one is installed without it."""
    pretended.set_up()
    for name in ("apt-cache", "apt-get", "sudo"):
        pretended.pretend(pretended.path, name, failing)
    _code, _said, called = pretended.run("test")
    (installed,) = (line for line in called if " install " in line)
    assert installed.endswith(f" --no-install-recommends {browser} curl git openssl")


@pytest.mark.parametrize(("ci", "installed"), [("", []), ("1", ["chromium-headless-shell"])])
def test_a_machine_of_ci_has_one_beside_another_browser(
    pretended: Clone, ci: str, installed: list[str]
) -> None:
    """Elsewhere an installed browser suffices."""
    pretended.set_up()
    for name in (*PROGRAMS, "nginx", "systemd-analyze", "php", "apt-cache", "apt-get", "sudo"):
        pretended.pretend(pretended.path, name)
    _code, _said, called = pretended.run("test", CI=ci)
    lines = [line for line in called if " install " in line]
    assert [line.rpartition(" --no-install-recommends ")[2] for line in lines] == installed


def test_a_copy_for_the_sanitizer_has_all_packages() -> None:
    """The copy includes the packages that the links of the installed name point to."""
    (copied,) = re.findall(r"^    cp -Rp (.*) \$copy$", DEV.read_text("utf-8"), re.MULTILINE)
    assert {"onneshon", *PACKAGES} <= set(copied.split())
