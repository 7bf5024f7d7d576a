"""Terms that come analysed: they take the place of the analysis, one text after another."""

from pathlib import Path

import pytest

from benchmarks.speed.given_tokens import GivenTokens
from onneshon.index import Article, BuildError
from onneshon.index.columnar.segment_list import open_segments
from onneshon.index.indexer.bulk_writer import BulkWriter
from onneshon.index.ranking import GAP, Basis


def test_given_terms_are_indexed_as_they_are(tmp_path: Path) -> None:
    """Nothing is analysed; positions are places among the terms."""
    tokens = GivenTokens()
    with BulkWriter(tmp_path, basis=Basis(1.0, 3.0), analyzer=tokens) as writer:
        for exact, stem in (([], []), (["নদীর", "ধারে", "নদীর"], ["নদী", "ধার", "নদী"]), ([], []), ([], [])):
            tokens.give(exact, stem)
        writer.add(Article("a", body="নদীর ধারে নদীর"))
        writer.add(Article("b", title="কিছু নেই"))
    (segment,) = open_segments(tmp_path)
    field = segment.impacts("stem")
    assert list(field.terms()) == ["ধার", "নদী"]
    assert field.positions(1).tolist() == [GAP, GAP + 2]
    assert segment.lengths("body").tolist() == [3, 0]
    assert segment.impacts("title_stem").term_count == 0
    assert segment.article(1) == Article("b", title="কিছু নেই")


def test_layers_of_different_lengths_are_refused(tmp_path: Path) -> None:
    """Each token has a term in both."""
    tokens = GivenTokens()
    writer = BulkWriter(tmp_path, basis=Basis(1.0, 3.0), analyzer=tokens)
    tokens.give(["x", "y"], ["x"])
    writer.add(Article("a"))
    with pytest.raises(ValueError, match="shorter"):
        writer.commit()
    assert list(tmp_path.iterdir()) == []


def test_an_analyzer_serves_one_worker(tmp_path: Path) -> None:
    """Other processes would not know it."""
    with pytest.raises(BuildError, match="2 workers cannot build"):
        BulkWriter(tmp_path, workers=2, analyzer=GivenTokens())
