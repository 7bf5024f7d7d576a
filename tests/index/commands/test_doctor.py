"""The doctor reports what exists and what is wrong, and works where no other command does."""

import errno
import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner, Result

from onneshon.index.commands import main as cli
from onneshon.index.commands.doctor import examine
from onneshon.index.commands.shared import size_text
from onneshon.index.commands.terminal import GROUP
from onneshon.index.configuration import FILE_NAME
from onneshon.index.indexer.builder import build, migrate
from onneshon.index.ranking import Basis
from onneshon.index.remote import Finding
from onneshon.index.storage.durable import writer_lock
from onneshon.index.storage.generations import Generations
from tests.building import build_numbered, overwrite, write_corpus


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index of twenty articles."""
    build_numbered(tmp_path / "index")
    return tmp_path / "index"


def findings(directory: Path) -> dict[str, Finding]:
    """The findings of the doctor, by name."""
    return {finding.name: finding for finding in examine(directory)}


def run(directory: Path, *arguments: str) -> Result:
    """Run `onneshon doctor`."""
    return CliRunner().invoke(cli.main, ["doctor", "--index", str(directory), *arguments])


def test_all_is_well_with_an_index(directory: Path) -> None:
    """The report has versions of libraries and the index, and nothing is wrong."""
    found = findings(directory)
    assert {name for name, finding in found.items() if finding.state == "wrong"} == set()
    assert "unicode" in found["ICU"].text
    assert "2.7" in found["Whoosh"].text or "3." in found["Whoosh"].text
    assert "20 articles, generation 000001" in found["index"].text
    assert {"index", "search", "web"} <= {*found["layers"].text.split(", ")}
    result = run(directory)
    assert result.exit_code == 0
    assert "ok    Python" in result.stdout


def test_articles_that_became_longer_ask_for_a_migration(tmp_path: Path) -> None:
    """Ranking takes the first articles for the average; a migration computes it from all of them."""
    records = [{"id": str(n), "body": "নদী " * (10 if n < 5 else 40)} for n in range(10)]
    corpus = write_corpus(tmp_path / "articles.jsonl", records)
    build([corpus], tmp_path / "index", basis=Basis(1.0, 10.0))
    found = findings(tmp_path / "index")["averages"]
    assert (found.state, found.exit_code) == ("note", 0)
    assert "150% off" in found.text
    assert "onneshon index migrate" in found.remedy
    migrate(tmp_path / "index")
    assert "averages" not in findings(tmp_path / "index")


@pytest.mark.parametrize("said", ['[facets]\nshown = ["catagory"]', "[weights]\nexac = 0.5", "[fields"])
def test_what_a_site_says_is_checked(directory: Path, said: str) -> None:
    """An invalid settings file keeps all updates from readers."""
    assert FILE_NAME not in findings(directory)
    (directory / FILE_NAME).write_text("[fields.desk]", "utf-8")
    assert (findings(directory)[FILE_NAME].state, run(directory).exit_code) == ("ok", 0)
    (directory / FILE_NAME).write_text(said, "utf-8")
    found = findings(directory)
    assert [check.name for check in found.values() if check.state == "wrong"] == [FILE_NAME]
    assert "mend the file" in found[FILE_NAME].remedy
    assert run(directory).exit_code == 1


def test_without_an_index_the_remedy_is_a_build(tmp_path: Path) -> None:
    """The exit code is that of every command for a missing index."""
    result = run(tmp_path / "nowhere")
    assert result.exit_code == 3
    assert "there is no index" in result.stdout
    assert "onneshon index build PATH" in result.stdout


def test_a_damaged_index_is_named(directory: Path) -> None:
    """The exit code is that of every command for a damaged index."""
    (directory / "CURRENT").write_text("rubbish")
    (directory / "manifest.json").unlink()
    result = run(directory)
    assert result.exit_code == 5
    assert "CURRENT is garbled" in result.stdout


def test_a_damaged_pointer_whose_copy_is_believed_is_a_note(directory: Path) -> None:
    """The index stays in use: readers are not sent back to an older generation."""
    (directory / "CURRENT").write_text("rubbish")
    found = findings(directory)
    assert found["index"].state == "ok"
    assert (found["CURRENT"].state, found["CURRENT"].exit_code) == ("note", 0)
    assert "next update" in found["CURRENT"].remedy


def test_a_byte_that_no_search_has_met_is_found(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole index is read, large files too, since the doctor must not call a damaged one sound."""
    monkeypatch.setattr("onneshon.index.storage.manifest._SMALL", 0)
    (path,) = directory.glob("generations/*/vocabulary.bin")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    overwrite(path, bytes(content))
    result = run(directory)
    assert result.exit_code == 5
    assert "vocabulary.bin was altered after it was built" in result.stdout


def test_what_belongs_to_another_user_is_reported_with_what_to_do(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build by root leaves this: neither CURRENT nor the folder of generations may be read."""

    def denied(path: Path) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        for name in ("iterdir", "read_bytes"):
            patched.setattr(Path, name, denied)
        found = findings(directory)
    assert "Permission denied" in found["index"].text
    assert found["index"].remedy == "give it to the user that runs this"


def test_a_folder_that_may_not_be_entered_hides_nothing_else(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if no name in it can be looked up, the installed libraries are reported."""

    def denied(path: Path, **_options: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        for name in ("stat", "read_bytes"):
            patched.setattr(Path, name, denied)
        found = findings(directory)
    assert found["ICU"].state == "ok"
    assert "Permission denied" in found["index"].text
    assert (found["folder"].state, found["folder"].remedy) == ("wrong", "give it to the user that runs this")


def test_a_writer_and_its_leftovers_are_told_apart(directory: Path) -> None:
    """A half-built generation belongs to the writer while there is one, and is a leftover afterwards."""
    Generations(directory).begin()
    with writer_lock(directory):
        found = findings(directory)
        assert "writes the index" in found["writer"].text
        assert "leftovers" not in found
        assert run(directory).exit_code == 4
    found = findings(directory)
    assert "writer" not in found
    assert "index gc" in found["leftovers"].remedy


def test_without_what_reads_an_index_the_remedy_is_an_installation(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All other checks are made."""
    monkeypatch.setitem(sys.modules, "onneshon.index.storage.reader", None)
    found = findings(directory)
    assert (found["index"].state, found["index"].exit_code) == ("wrong", 1)
    assert "install Onneshon again" in found["index"].remedy
    assert found["disk"].state == "ok"


def test_findings_are_json_for_programs(directory: Path) -> None:
    """A list of all findings."""
    listed = json.loads(run(directory, "--json").stdout)
    assert {"Python", "ICU", "Whoosh", "index", "disk"} <= {finding["name"] for finding in listed}


def test_a_library_that_this_python_does_not_need_is_not_missed(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library with a marker for older versions of Python is required only by these."""
    lines = ["click>=8", "backports-never >=1 ; python_version < '3.9'", 'never ; python_version < "3.11"']
    monkeypatch.setattr(metadata, "requires", lambda _name: lines)
    assert findings(directory)["libraries"].state == "ok"


def test_a_missing_library_is_named(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy has the command that installs it."""
    real = metadata.version

    def version(name: str) -> str:
        if name == "waitress":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", version)
    found = findings(directory)["libraries"]
    assert (found.state, found.remedy) == ("wrong", "`pip install waitress`")


def test_every_declared_library_is_checked(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Extras are not required, and Whoosh has a check of its own."""
    declared = [
        "numpy>=2.0",
        "whoosh-reloaded<3,>=2.7.5",
        'ir-measures>=0.3.7; extra == "evaluate"',
        "no.such_lib",
    ]
    monkeypatch.setattr(metadata, "requires", {"onneshon": declared}.get)
    found = findings(directory)["libraries"]
    assert found.text == "missing: no.such_lib"
    monkeypatch.undo()
    assert {"flask", "pyicu", "numpy"} <= set(findings(directory)["libraries"].text.replace(",", "").split())


@pytest.mark.parametrize(
    ("failing", "name", "remedy"),
    [
        ("onneshon.index.analysis.icu_text.versions", "icu", "libicu-dev"),
        ("onneshon.index.commands.doctor._providers", "whoosh", "install Onneshon again"),
    ],
)
def test_what_cannot_be_checked_is_wrong_and_the_rest_is_checked(
    directory: Path, monkeypatch: pytest.MonkeyPatch, failing: str, name: str, remedy: str
) -> None:
    """ICU is compiled, and so has its own remedy."""

    def broken() -> NoReturn:
        raise ImportError("libicui18n.so.72")

    monkeypatch.setattr(failing, broken)
    found = findings(directory)
    assert (found[name].state, found[name].text) == ("wrong", "ImportError: libicui18n.so.72")
    assert found[name].exit_code == 1
    assert remedy in found[name].remedy
    assert found["disk"].state == "ok"


@pytest.mark.parametrize(
    ("package", "name"), [("onneshon", "package name"), ("whoosh", "Whoosh")], ids=["ours", "Whoosh"]
)
def test_packages_that_overwrite_each_other_are_named(
    directory: Path, monkeypatch: pytest.MonkeyPatch, package: str, name: str
) -> None:
    """Two distributions that provide one package are always wrong."""
    monkeypatch.setattr(
        "onneshon.index.commands.doctor._providers", lambda: {package: ["onneshon", "another"]}
    )
    found = findings(directory)[name]
    assert (found.state, found.exit_code) == ("wrong", 1)
    assert "another" in found.text


def test_a_layer_that_cannot_be_loaded_is_named(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is in the finding."""
    entry = metadata.EntryPoint("serve", "index.nowhere:serve", GROUP)
    monkeypatch.setattr(metadata, "entry_points", lambda **_group: [entry])
    found = findings(directory)["layers"]
    assert "serve cannot be loaded: ModuleNotFoundError" in found.text
    looked = findings(directory)["index.nowhere"]  # its own checks
    assert (looked.state, looked.exit_code) == ("wrong", 1)
    monkeypatch.setattr(metadata, "entry_points", lambda **_group: [])
    for layers in (found, findings(directory)["layers"]):
        assert (layers.state, layers.exit_code) == ("wrong", 1)


def test_output_that_cannot_hold_bengali_is_a_note(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy is an environment variable."""
    monkeypatch.setattr(
        "onneshon.index.commands.doctor.sys.stdout", type("Ascii", (), {"encoding": "ANSI_X3.4-1968"})()
    )
    found = findings(directory)["output"]
    assert (found.state, "PYTHONUTF8" in found.remedy) == ("note", True)
    assert found.text.startswith("encoded as ansi_x3.4-1968: ")


@pytest.mark.parametrize(("beyond", "state"), [(0, "ok"), (-1, "note")])
def test_a_disk_without_room_for_another_build_is_a_note(
    directory: Path, monkeypatch: pytest.MonkeyPatch, beyond: int, state: str
) -> None:
    """A build needs as much space again as the index takes, and some to spare."""
    used = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    usage = type("Usage", (), {"free": 2 * used + beyond})()
    monkeypatch.setattr("onneshon.index.commands.doctor.shutil.disk_usage", lambda _path: usage)
    assert findings(directory)["disk"].state == state


def test_the_sizes_of_disk_and_index_are_in_units_that_suit_them(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small index has its size in kilobytes and not as "0.0 GB"."""
    usage = type("Usage", (), {"free": 3_200_000_000_000})()
    monkeypatch.setattr("onneshon.index.commands.doctor.shutil.disk_usage", lambda _path: usage)
    text = findings(directory)["disk"].text
    assert re.fullmatch(r"3\.2 TB free, the index takes [1-9]\d{0,2}\.\d (kB|MB)", text), text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (999_940, "999.9 kB"),
        (1_000_000, "1.0 MB"),
        (2_500_000_000, "2.5 GB"),
        (7_000_000_000_000_000, "7000.0 TB"),
    ],
)
def test_sizes_have_the_unit_that_leaves_them_the_fewest_figures(count: int, text: str) -> None:
    """A thousand of a unit are one of the next, up to the largest unit."""
    assert size_text(count) == text


WITHOUT_ICU = """
import sys
sys.modules["icu"] = None
from onneshon.index.commands.main import main
main(["doctor", "--index", sys.argv[1]])
"""


def test_without_icu_the_doctor_says_how_to_install_it(directory: Path) -> None:
    """Every other command needs ICU; the doctor works without it to say so."""
    command = [sys.executable, "-c", WITHOUT_ICU, str(directory)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "libicu-dev" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
