"""The options of jobs that write, as Python programs give them."""

from dataclasses import fields
from inspect import signature
from pathlib import Path

import pytest

from onneshon.index import Article, build, update
from onneshon.index.indexer.builder import run_build
from onneshon.index.indexer.write_options import BuildOptions, UpdateOptions, WriteOptions

NEWS = [Article("১", "পদ্মার চর"), Article("২", "মেঘনার ইলিশ")]


def test_help_names_every_keyword_of_a_job() -> None:
    """They are the fields of its options, and stand after the source and the directory."""
    for job, options in ((build, BuildOptions), (update, UpdateOptions)):
        names = [field.name for field in fields(options)]
        assert [*signature(job).parameters] == ["source", "directory", *names]


def test_a_keyword_of_another_job_is_refused(tmp_path: Path) -> None:
    """Nothing that is asked for is passed over, and nothing is written."""
    with pytest.raises(TypeError, match="delete_missing"):
        build(NEWS, tmp_path / "index", delete_missing=True)  # type: ignore[call-arg]  # what is tested
    with pytest.raises(TypeError, match="workers"):
        update(NEWS, tmp_path / "index", workers=2)  # type: ignore[call-arg]  # what is tested
    assert not (tmp_path / "index").exists()


def test_keywords_and_options_say_the_same(tmp_path: Path) -> None:
    """A keyword reaches the job as the field of its name: of three builds, two generations stay."""
    for name in ("keywords", "options"):
        for _ in range(3):
            if name == "keywords":
                report = build(NEWS, tmp_path / name, keep=2)
            else:
                report = run_build(NEWS, tmp_path / name, BuildOptions(keep=2))
        assert report.kept == ("000002", "000003")


@pytest.mark.parametrize("options", [{"keep": 0}, {"max_bad": "101%"}, {"max_bad": "some"}])
def test_options_that_make_no_sense_are_refused(options: dict[str, str]) -> None:
    """As soon as they are made, so by every job."""
    with pytest.raises(ValueError, match=r"0 generations|neither a number"):
        WriteOptions(**options)  # type: ignore[arg-type]  # what is tested
