"""``onneshon similar`` and ``onneshon search --explain`` as users type them."""

import json
from pathlib import Path

from click.testing import CliRunner

from onneshon.index.commands.main import main
from onneshon.search import Engine


def run(index: Path, *arguments: str) -> str:
    """The output of a command that succeeds."""
    result = CliRunner().invoke(main, [*arguments, "--index", str(index)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_similar_articles_are_listed(sample_index: Path, sample_engine: Engine) -> None:
    """Each similar article has a title, an id and a score, as text or as JSON."""
    article_id = sample_engine.search("নদী", limit=1).hits[0].id
    lines = run(sample_index, "similar", article_id, "--limit", "2").splitlines()
    found = json.loads(run(sample_index, "similar", article_id, "--limit", "2", "--json"))
    assert len(lines) == len(found) == 2
    assert found[0]["id"] in lines[0]


def test_hits_are_explained(sample_index: Path) -> None:
    """With ``--explain`` each hit is followed by its explanation, a tree."""
    shown = run(sample_index, "search", "ভাষা আন্দোলন", "--limit", "1", "--explain")
    assert "feature near" in shown
    assert "feature near" not in run(sample_index, "search", "ভাষা আন্দোলন", "--limit", "1")
