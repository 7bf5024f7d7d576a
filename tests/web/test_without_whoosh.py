"""Searching and serving import no Whoosh."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from pathlib import Path
from onneshon.search import Engine
from onneshon.web import create_app

engine = Engine.open(Path(sys.argv[1]))
assert engine.search("নদী", category="ইতিহাস").query == "নদী"
client = create_app(engine).test_client()
for address in ("/search?q=bangladesher+itihas", "/api/v1/search?q=নদী", "/search?q=নদী&category=ইতিহাস"):
    assert client.get(address).status_code == 200, address
print([name for name in sys.modules if name.partition(".")[0] == "whoosh"])
"""


@pytest.mark.no_cover  # the test inspects what its process imports, not what it runs
def test_a_search_and_a_page_load_no_whoosh(sample_index: Path) -> None:
    """Neither imports Whoosh, which is loaded where a generation is written, and on demand."""
    command = [sys.executable, "-c", PROGRAM, str(sample_index)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("[]\n", "", 0)
