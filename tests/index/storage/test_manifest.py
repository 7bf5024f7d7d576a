"""The manifest: opening or checking reports every change of a file."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.index import IndexCorruptError, IndexOutdatedError
from onneshon.index.storage.manifest import MANIFEST_FILE, FileEntry, Manifest, describe_files

LARGE = 70_000
"""Size in bytes of a file too large to be read at every opening."""


@pytest.fixture
def generation(tmp_path: Path) -> Path:
    """A folder with a small and a large file."""
    (tmp_path / "small").write_bytes(b"pickle")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "large").write_bytes(bytes(LARGE))
    return tmp_path


def manifest_of(generation: Path) -> Manifest:
    """A manifest of the files of a folder."""
    return Manifest(
        articles=3,
        analyzer="a" * 64,
        schema="b" * 64,
        created="2026-01-02T03:04:05+00:00",
        versions={"icu": "72.1"},
        sources=("খবর.jsonl", "caf\udce9.txt"),
        skipped={"json": 2},
        files=describe_files(generation),
    )


def test_a_manifest_reads_back_as_it_was_written(generation: Path) -> None:
    """Names of sources that are not UTF-8 survive too."""
    manifest = manifest_of(generation)
    assert Manifest.decode(manifest.encode(), Path(MANIFEST_FILE)) == manifest
    assert list(manifest.files) == ["small", "sub/large"]


def test_every_altered_byte_of_a_manifest_is_noticed(generation: Path) -> None:
    """With any one bit flipped the manifest is refused, with an error that says what to do."""
    content = manifest_of(generation).encode()
    for place in range(len(content)):
        altered = bytearray(content)
        altered[place] ^= 1
        with pytest.raises((IndexCorruptError, IndexOutdatedError)):
            Manifest.decode(bytes(altered), Path(MANIFEST_FILE))


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b'{"format": 1}', b"[" * 100_000])
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    """Any other content is reported as garbled."""
    with pytest.raises(IndexCorruptError, match="garbled"):
        Manifest.decode(content, Path(MANIFEST_FILE))


def test_a_manifest_cut_short_is_refused(generation: Path) -> None:
    """A manifest cut at any length is refused."""
    content = manifest_of(generation).encode()
    for end in range(0, len(content), 7):
        with pytest.raises(IndexCorruptError):
            Manifest.decode(content[:end], Path(MANIFEST_FILE))


def test_another_layout_asks_for_a_new_build(generation: Path) -> None:
    """A manifest of a later version is reported as outdated, not corrupt, whatever else it contains."""
    content = json.dumps({"format": 4, "shape": "unheard of"}).encode()
    with pytest.raises(IndexOutdatedError, match="build the index again"):
        Manifest.decode(content, generation / MANIFEST_FILE)


def test_a_manifest_that_was_made_up_is_refused(generation: Path) -> None:
    """The manifest's own digest must fit, so that an edit by hand is noticed."""
    manifest = manifest_of(generation)
    forged = manifest.encode().replace(b'"articles": 3', b'"articles": 4')
    with pytest.raises(IndexCorruptError):
        Manifest.decode(forged, generation / MANIFEST_FILE)
    assert replace(manifest, articles=4).encode() != forged


def test_intact_files_pass(generation: Path) -> None:
    """The manifest itself is not one of the files it lists."""
    manifest = manifest_of(generation)
    (generation / MANIFEST_FILE).write_bytes(manifest.encode())
    manifest.check_files(generation, digests=False)
    manifest.check_files(generation, digests=True)


@pytest.mark.parametrize("digests", [False, True])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "small").unlink(), "small is missing"),
        (lambda folder: shutil.rmtree(folder / "sub"), "large is missing"),
        (lambda folder: (folder / "sub" / "large").write_bytes(b""), "has 0 bytes instead of 70,000"),
        (lambda folder: (folder / "small").write_bytes(b"pickle!"), "has 7 bytes instead of 6"),
        (lambda folder: (folder / "small").write_bytes(b"pickles"[1:]), "small was altered"),
        (lambda folder: (folder / "more").write_bytes(b""), "more is not one of the files"),
        (lambda folder: (folder / "sub" / "link").symlink_to("/"), "link is not one of the files"),
    ],
    ids=["missing", "missing folder", "cut short", "longer", "altered", "superfluous", "link"],
)
def test_every_damage_to_files_is_noticed(
    generation: Path, damage: Callable[[Path], object], message: str, digests: bool
) -> None:
    """The error names missing, superfluous, cut and altered files; small files are read at every opening."""
    manifest = manifest_of(generation)
    damage(generation)
    with pytest.raises(IndexCorruptError, match=message):
        manifest.check_files(generation, digests=digests)


def test_one_altered_byte_of_a_large_file_is_noticed_by_the_digests(generation: Path) -> None:
    """Reading every byte finds what names and sizes cannot show."""
    manifest = manifest_of(generation)
    content = bytearray(LARGE)
    content[LARGE // 2] = 1
    (generation / "sub" / "large").write_bytes(bytes(content))
    manifest.check_files(generation, digests=False)
    with pytest.raises(IndexCorruptError, match="large was altered"):
        manifest.check_files(generation, digests=True)


def test_sizes_and_digests_are_those_of_the_files(generation: Path) -> None:
    """The digest is SHA-256, as any other tool prints it."""
    expected = FileEntry(6, hashlib.sha256(b"pickle").hexdigest())
    assert describe_files(generation)["small"] == expected
