"""A query loads nothing that a server loads before it listens."""

import subprocess
import sys

import pytest

CHILD = """
import builtins, re, sys
from pathlib import Path
from onneshon.search import Article, Engine, prepare
from onneshon.search.understanding import latin_entries

engine = Engine.of([Article(id="1", title="পদ্মা সেতু", body="২১শে ফেব্রুয়ারি পাঁচ কোটি টাকা হাসপাতাল")])
prepare()
compiled = re._compiler.compile
loaded = [] if latin_entries._english_by_skeleton.cache_info().currsize else ["English words by their sound"]
re._compiler.compile = lambda *given: loaded.append(given[0]) or compiled(*given)
reading, imported = Path.read_text, {*sys.modules}
Path.read_text = lambda path, *given, **named: loaded.append(path.name) or reading(path, *given, **named)
for text in ("padma setu", "হাসপাতল", "একুশে ফেব্রুয়ারি", "৫ কোটি টাকা", "৫০%", "ষষ্ঠ"):
    engine.search(text)
for text in ("chittagong bcb", "bramhanbaria rivers", "Avwg evsjvq Mvb MvB"):
    engine.search(text)
for text in ("padma", "পদ্মা স", "পদমা"):
    engine.suggest(text)
print(sorted({*loaded, *sys.modules} - imported))
"""


@pytest.mark.no_cover  # the test inspects what its process loads, not what it runs
def test_queries_load_nothing_that_was_prepared() -> None:
    """After the preparation no query reads a table, builds a pattern of misspellings or imports a module."""
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
