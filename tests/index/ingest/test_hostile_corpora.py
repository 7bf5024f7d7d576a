"""Malformed corpora: every article is indexed or reported, and no traceback is shown.

Each is built by itself with the command, once with all limits lifted and once with the defaults.
"""

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onneshon.index import open_index
from onneshon.index.commands.main import main

pytestmark = pytest.mark.no_cover  # many tries of lines that other tests cover

GOOD = '{"title": "নদীর কথা", "body": "পদ্মা একটি নদী।"}\n'.encode()


def deep_folders(path: Path) -> None:
    """Make nested folders with a file in each."""
    for depth in range(30):
        path.mkdir()
        (path / "a.txt").write_text(f"নদী {depth}।", encoding="utf-8")
        path /= "ভেতর"


def odd_names(path: Path) -> None:
    """Make files whose names have a line end, an escape sequence, an emoji, dots, a space."""
    path.mkdir()
    for name in ("a\nb.txt", "\x1b[2J.txt", "😀.txt", "....txt", " .txt"):
        (path / name).write_text("নদী।", encoding="utf-8")


def no_files(path: Path) -> None:
    """Make a FIFO, links to nowhere, itself and a device, an empty file, and a folder named like a file."""
    path.mkdir()
    os.mkfifo(path / "a.jsonl")
    for name, target in (("b.txt", "nowhere"), ("c.txt", "c.txt"), ("d.jsonl", "/dev/zero")):
        (path / name).symlink_to(target)
    (path / "e.txt").write_bytes(b"")
    (path / "f.txt").mkdir()
    (path / "g.jsonl").write_bytes(GOOD)


CORPORA: dict[str, tuple[bytes | Callable[[Path], None], int, dict[str, int]]] = {
    "empty file": (b"", 0, {}),
    "one line end": (b"\n", 0, {}),
    "blank lines alone": (b" \n\t\n\r\n\xe2\x80\x83\n", 0, {"json": 1}),
    "byte order mark alone": (b"\xef\xbb\xbf", 0, {"json": 1}),
    "byte order mark and carriage returns": (b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n") * 2, 2, {}),
    "carriage returns alone": ((GOOD * 2).replace(b"\n", b"\r"), 0, {"json": 1}),
    "no line end": (GOOD * 2 + GOOD[:-1], 3, {}),
    "cut in an article": (GOOD + GOOD[:-9], 1, {"file": 1}),
    "NUL bytes": (GOOD + b"\0" * 5_000 + b"\n" + GOOD, 2, {"json": 1}),
    "NUL in a text": (b'{"title": "a\\u0000b"}\n' + GOOD, 1, {"nul": 1}),
    "control characters in a text": (b'{"title": "a\\u001b[2J\\u0085\\u202e b"}\n', 1, {}),
    "UTF-16": ((GOOD * 2).decode().encode("utf-16"), 2, {}),
    "UTF-16 without a mark": ((GOOD * 2).decode().encode("utf-16-le"), 0, {"format": 1}),
    "Latin 1": (b'{"title": "caf\xe9"}\n' + GOOD, 1, {"utf-8": 1}),
    "overlong and surrogate bytes": (b'{"title": "\xc0\x80"}\n{"title": "\xed\xa0\x80"}\n', 0, {"utf-8": 2}),
    "half surrogates": (b'{"title": "x\\ud83d"}\n{"id": "\\udc00", "title": "x"}\n', 0, {"surrogate": 2}),
    "a whole surrogate pair": (b'{"title": "\\ud83d\\ude00 a"}\n', 1, {}),
    "array instead of lines": (b"[\n" + GOOD.strip() + b",\n" + GOOD + b"]\n", 2, {}),
    "array in a line": (b"[" + GOOD.strip() + b"]\n", 1, {}),
    "indented objects": (b'{\n  "title": "x"\n}\n', 0, {"json": 3}),
    "deep arrays": (b"[" * 100_000 + b"\n" + GOOD, 1, {"json": 1}),
    "deep objects": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"\n" + GOOD, 1, {"json": 1}),
    "deep ignored key": (b'{"title": "x", "y": ' + b"[" * 500 + b"]" * 500 + b"}\n", 1, {}),
    "huge numbers": (
        b'{"title": "x", "id": ' + b"9" * 5_000 + b'}\n{"title": "x", "views": 1e999, "id": 1.5}\n',
        0,
        {"json": 1, "type": 1},
    ),
    "numbers that are none": (b'{"title": "x", "a": NaN, "b": -Infinity}\n', 1, {}),
    "one id again and again": (b'{"id": "x", "title": "y"}\n' * 50, 1, {"duplicate": 49}),
    "one key twice": (b'{"title": "x", "title": "", "body": "z"}\n', 1, {}),
    "odd ids": (
        b'{"id": "../../etc", "title": "x"}\n{"id": "a\\nb", "title": "x"}\n{"id": "", "title": "x"}\n',
        2,
        {"id": 1},
    ),
    "long id": (b'{"title": "x", "id": "' + "ক".encode() * 171 + b'"}\n' + GOOD, 1, {"id": 1}),
    "wrong types": (
        b'{"title": ["x"]}\n{"title": {"a": 1}}\n{"body": 7}\nnull\n7\n"x"\n',
        0,
        {"type": 3, "object": 3},
    ),
    "odd dates": (
        b"".join(
            b'{"title": "x", "date": "%s"}\n' % date
            for date in (b"0000-00-00", b"9999-12-31", b"2023-13-01", b"0001-01-01")
        ),
        3,
        {"date": 1},
    ),
    "blank texts": ('{"title": " ", "body": "\\u200b"}\n{"title": "\u3000"}\n'.encode(), 1, {"empty": 1}),
    "marks without letters": (
        '{"title": "\u09cd\u09be\u0981\u09bc", "body": "\u200d\u200c"}\n'.encode(),
        1,
        {},
    ),
    "a hundred thousand marks on a letter": (json.dumps({"title": "ক" + "\u0981" * 100_000}).encode(), 1, {}),
    "one word of a million letters": (json.dumps({"title": "x", "body": "ক" * 1_000_000}).encode(), 1, {}),
    "a line beyond the limit": (b'{"title": "' + b"x" * (9 << 20) + b'"}\n' + GOOD, 1, {"long": 1}),
    "compressed twice": (gzip.compress(gzip.compress(GOOD * 3, mtime=0x0A0A0A0A)), 0, {"compression": 1}),
    "a bomb": (gzip.compress(b"\0" * (64 << 20)), 0, {"long": 1}),
    "rubbish after the compressed data": (gzip.compress(GOOD) + b"rubbish", 1, {"compression": 1}),
    "folders in folders": (deep_folders, 30, {}),
    "odd names of files": (odd_names, 2, {"id": 2}),
    "what is no file": (no_files, 1, {"empty": 1, "file": 4}),
}
"""Content, number of good articles, and the faults by kind."""


def built(tmp_path: Path, name: str, *bounds: str) -> Result:
    """The result of the command that builds an index of a corpus."""
    content = CORPORA[name][0]
    path = tmp_path / "corpus"
    if not path.exists():
        path.write_bytes(content) if isinstance(content, bytes) else content(path)
    arguments = ["index", "build", "--json", *bounds, str(path), "--index", str(tmp_path / "index")]
    return CliRunner().invoke(main, arguments)


def assert_plain(result: Result) -> None:
    """Check that there is no traceback, and no exception but the one for the exit code."""
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("name", CORPORA)
def test_every_article_is_indexed_or_reported(tmp_path: Path, name: str) -> None:
    """With all limits lifted: in = indexed + reported, by kind; without a good article nothing is built."""
    _content, good, skipped = CORPORA[name]
    result = built(tmp_path, name, "--force", "--max-bad", "100%")
    assert_plain(result)
    if not good:
        assert result.exit_code == 1
        reported = sum(skipped.values())
        why = f" ({reported} were reported)" if reported else ": what was given is empty"
        assert f"no article could be read{why}" in result.stderr
        return
    assert result.exit_code == (6 if skipped else 0), result.stderr
    report = json.loads(result.stdout)
    assert (report["articles"], report["skipped"]) == (good, skipped)
    assert report["seen"] == good + sum(skipped.values())
    with open_index(tmp_path / "index", verify=True) as reader:
        assert reader.count == good


@pytest.mark.parametrize("name", [name for name, (_content, _good, skipped) in CORPORA.items() if skipped])
def test_nothing_bad_is_published_unasked(tmp_path: Path, name: str) -> None:
    """In corpora this small, one bad article is more than one in a hundred."""
    result = built(tmp_path, name)
    assert_plain(result)
    assert result.exit_code == 1
    assert "; the live index is as it was" in result.stderr
    assert not (tmp_path / "index" / "CURRENT").exists()
