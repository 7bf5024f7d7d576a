"""The process that writes suggestions while the build makes posting lists."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from onneshon.index.completion.titles import TitleSpool
from onneshon.index.completion.writer import FILE_NAME
from onneshon.index.errors import BuildError
from onneshon.index.indexer.side_process import completion_beside


def test_a_folder_that_is_gone_by_then_needs_no_clearing(tmp_path: Path) -> None:
    """If somebody removed the index, the error says that, and not which of its files is missing."""
    (tmp_path / "index").mkdir()
    with closing(TitleSpool(tmp_path)) as titles:
        with completion_beside(tmp_path / "index", titles, 0):
            shutil.rmtree(tmp_path / "index")
        assert not (tmp_path / "index").exists()


def test_without_a_segment_nothing_is_suggested(tmp_path: Path) -> None:
    """If a build ends early, the process leaves no file, and reports why."""
    with closing(TitleSpool(tmp_path)) as titles:
        titles.add("পদ্মা নদীর মাঝি")
        with completion_beside(tmp_path, titles, 1) as other:
            assert (tmp_path / "titles").read_text("utf-8") == "পদ্মা নদীর মাঝি\n"
            other.send(b"")
            with pytest.raises(BuildError, match="the build ended before the segment was there"):
                other.wait()
    assert not (tmp_path / FILE_NAME).exists()
    assert list(tmp_path.iterdir()) == []
