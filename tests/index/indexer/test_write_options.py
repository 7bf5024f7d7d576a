"""The options of builds and updates, as Python programs give them."""

import re
from contextlib import nullcontext
from dataclasses import fields
from decimal import Decimal
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from onneshon.index import Article, BuildError, ConfigurationError, CorpusError, build, update
from onneshon.index.indexer.builder import run_build
from onneshon.index.indexer.write_options import (
    Acceptance,
    Allowance,
    BuildOptions,
    UpdateOptions,
)
from onneshon.index.ingest.intake import Problems

NEWS = [Article("১", "পদ্মার চর"), Article("২", "মেঘনার ইলিশ")]


def test_help_names_every_keyword_of_a_job() -> None:
    """The keywords are the fields of the options class, and follow source and directory."""
    for job, options in ((build, BuildOptions), (update, UpdateOptions)):
        names = [field.name for field in fields(options)]
        assert [*signature(job).parameters] == ["source", "directory", *names]


def test_a_keyword_of_another_job_is_refused(tmp_path: Path) -> None:
    """No option is silently ignored, and nothing is written."""
    with pytest.raises(TypeError, match="delete_missing"):
        build(NEWS, tmp_path / "index", delete_missing=True)  # type: ignore[call-arg]  # what is tested
    with pytest.raises(TypeError, match="workers"):
        update(NEWS, tmp_path / "index", workers=2)  # type: ignore[call-arg]  # what is tested
    assert not (tmp_path / "index").exists()


def test_keywords_and_options_say_the_same(tmp_path: Path) -> None:
    """Each keyword sets the field of its name: of three builds, two generations stay."""
    for name in ("keywords", "options"):
        for _ in range(3):
            if name == "keywords":
                report = build(NEWS, tmp_path / name, keep=2)
            else:
                report = run_build(NEWS, tmp_path / name, BuildOptions(keep=2))
        assert report.kept == ("000002", "000003")


@pytest.mark.parametrize(
    ("said", "left_out", "seen", "covered"),
    [
        ("20", 20, 21, True),
        ("20", 21, 1000, False),
        (0, 0, 7, True),
        (0, 1, 7, False),
        ("0%", 1, 1000, False),
        ("1%", 10, 1000, True),
        ("1%", 11, 1000, False),
        ("0.5%", 5, 1000, True),
        ("0.5 %", 6, 1000, False),
        ("100%", 9, 9, True),
        (" 2% ", 1, 50, True),
    ],
)
def test_so_many_may_be_left_out_as_was_said(
    said: str | int, left_out: int, seen: int, covered: bool
) -> None:
    """A number, or a share of all records seen; exactly the limit is allowed."""
    allowance = Allowance.parse(said)
    assert allowance.covers(left_out, seen) is covered
    assert str(allowance) == str(said).replace(" ", "")
    assert Allowance.parse(str(allowance)) == allowance


def test_digits_may_be_bengali() -> None:
    """They may be those of a number or of a share."""
    assert Allowance.parse("২০") == Allowance.parse(20) == Allowance(20)
    assert Allowance.parse("২.৫%") == Allowance.parse("2.5%") == Allowance(None, Decimal("2.5"))


@pytest.mark.parametrize(
    ("left", "force", "is_refused"),
    [(10, False, False), (9, False, True), (0, False, True), (9, True, False), (20, False, False)],
)
def test_half_of_an_index_may_go_and_no_more_unless_forced(left: int, force: bool, is_refused: bool) -> None:
    """A source that lacks half of its articles is often one that was not mounted."""
    acceptance = Acceptance(Allowance.parse("1%"), force)
    if is_refused:
        with pytest.raises(BuildError, match=r"under half of the 20|what was given is empty"):
            acceptance.check(Problems(), left, 20)
        with pytest.raises(
            BuildError, match=f"^{20 - left} of 20 articles are missing .* and {left} would be left"
        ):
            acceptance.check_left(20 - left, 20, left)
    else:
        acceptance.check(Problems(), left, 20)
        acceptance.check_left(20 - left, 20, left)


@pytest.mark.parametrize(
    ("unreadable", "others", "given", "said"),
    [
        (
            1,
            0,
            1000,
            "a.csv: cut short: mend the source, or build with --force to do without what is missing",
        ),
        (2, 0, 1000, "a.csv: cut short (and 1 more like it): mend the source"),
        (3, 0, 1000, "a.csv: cut short (and 2 more like it): mend the source, or build with --force to do"),
        (1, 99, 100, "a.csv: cut short: mend the source, or build with --force --max-bad 100 to do without"),
        (
            0,
            11,
            989,
            "11 of 1,000 articles (1.1%) had to be left out, more than --max-bad 1% allows, the first: b:1:",
        ),
        (0, 1, 0, "no article could be read (1 were reported), the first: b:1: not JSON"),
        (0, 0, 0, "no article could be read: what was given is empty"),
        (0, 10, 990, None),
    ],
)
def test_what_is_too_bad_is_refused_with_what_to_do(
    unreadable: int, others: int, given: int, said: str | None
) -> None:
    """The message has the first fault, the number of faults, and the options that would accept them."""
    problems = Problems()
    for _ in range(unreadable):
        problems.report(CorpusError("a.csv", "broken", "cut short", ends_source=True))
    for _ in range(others):
        problems.report(CorpusError("b:1", "json", "not JSON"))
    refused = nullcontext() if said is None else pytest.raises(BuildError, match=f"^{re.escape(said)}")
    with refused:
        Acceptance(Allowance.parse("1%")).check(problems, given, None)
    if given and not others:  # all but the sources was good
        Acceptance(Allowance.parse("1%"), force=True).check(problems, given, None)


def test_one_generation_may_stay_alone(tmp_path: Path) -> None:
    """With ``keep=1`` only the new generation stays."""
    for name in ("000001", "000002"):
        assert build(NEWS, tmp_path / "index", keep=1).kept == (name,)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keep", 0),
        ("max_bad", "101%"),
        ("max_bad", "some"),
        ("wait", -1),
        ("wait", float("nan")),
        ("workers", 0),
        ("memory_mb", -1),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, name: str, value: Any) -> None:
    """The job does nothing; the error is of the family, and names the option."""
    with pytest.raises(ConfigurationError, match=f"^{name}: ") as caught:
        build(NEWS, tmp_path / "index", **{name: value})
    assert caught.value.key == name
    assert not (tmp_path / "index").exists()
