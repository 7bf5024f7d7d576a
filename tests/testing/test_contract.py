"""The contract of an engine as others use it: an engine that keeps it passes, and one that does not fails."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packages import ROOT

API = (ROOT / "docs" / "api.md").read_text("utf-8")

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]

FAULTS = '''
class Forgetful(Engine):
    """Takes every order for relevance, and finds nothing by its category."""

    def search(self, request, /, **options):
        kept = tuple(one for one in request.filters if one.field != "category")
        return super().search(replace(request, sort="relevance", filters=kept))
'''


def _example() -> str:
    blocks: list[str] = re.findall(r"^```python\n(.*?)^```$", API, re.MULTILINE | re.DOTALL)
    (code,) = (block for block in blocks if "EngineContract" in block)
    return code


def _tested(code: str, folder: Path) -> str:
    (folder / "test_ours.py").write_text(code, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "test_ours.py"],
        cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_the_example_of_the_documents_passes(tmp_path: Path) -> None:
    """All of the contract, with nothing else than what is written there."""
    said = _tested(_example(), tmp_path)
    assert re.search(r"^\d\d\d passed in", said, re.MULTILINE), said


def test_an_engine_that_keeps_it_not_fails(tmp_path: Path) -> None:
    """By the tests of what it does not keep, which show the values; by no others."""
    faulty = _example().replace("\n\nclass ", f"\n\nfrom dataclasses import replace\n\n{FAULTS}\n\nclass ", 1)
    said = _tested(faulty.replace("Engine.of", "Forgetful.of"), tmp_path)
    failed = set(re.findall(r"^FAILED test_ours\.py::TestOurs::(\w+)", said, re.MULTILINE))
    assert {"test_sorts_are_total", "test_filters_select", "test_the_order_is_said"} <= failed
    assert not failed & {"test_words_find_articles_and_mark_them", "test_values_are_told_by_frequency"}
    assert "At index 0 diff:" in said
