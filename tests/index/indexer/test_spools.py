"""Spools: the memory for terms is limited while tokens are written to disk."""

from pathlib import Path

import pytest

from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.indexer import spools
from onneshon.index.indexer.spools import BYTES_PER_TERM, EPOCHS, Spooler

RIVERS = ["পদ্মা মেঘনা", "যমুনা তিস্তা", "সুরমা কর্ণফুলী", "করতোয়া ধলেশ্বরী", "গোমতী আত্রাই", "মহানন্দা রূপসা", "ভৈরব কপোতাক্ষ"]


@pytest.mark.parametrize(
    ("words", "epochs"),
    [(4, [3, 3, 1]), (5, [3, 3, 1]), (3, [2, 2, 2, 1]), (14, [7])],
)
def test_all_words_are_forgotten_once_they_are_more_than_there_is_memory_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: int, epochs: list[int]
) -> None:
    """Numbering of terms starts again after a document; exactly as many as fit are kept."""
    monkeypatch.setattr(spools, "PENDING", 1)
    spooler = Spooler(tmp_path / "spool", words * BYTES_PER_TERM)
    for river in RIVERS:
        spooler.add(b"", {"body": river})
    (spool,) = spooler.finish()
    assert spool.documents == len(RIVERS)
    assert SectionFile.open(spool.terms_file).facts[EPOCHS] == epochs


def test_tokens_are_written_when_there_are_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is of title and body tokens together, and not of each document."""
    monkeypatch.setattr(spools, "PENDING", 4)
    spooler = Spooler(tmp_path / "spool", 1 << 20)
    sizes = []
    for river in RIVERS[:5]:
        spooler.add(b"", {"title": "নদী", "body": river})
        spooler._tokens.flush()
        sizes.append(spooler._tokens.tell() // 4)
    assert sizes == [0, 6, 6, 12, 12]
    spooler.finish()
    assert (tmp_path / "spool.tokens").stat().st_size // 4 == 15
