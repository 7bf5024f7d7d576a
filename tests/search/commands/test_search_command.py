"""``onneshon search`` as it is typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.commands.main import main
from index.commands.terminal import say
from search.commands.search_command import _painted
from search.results.values import Match, Snippet


def run(*arguments: str, color: bool = False) -> Result:
    """What the command prints and how it ends."""
    return CliRunner().invoke(main, ["search", *arguments], color=color)


def test_hits_are_listed_with_their_total(sample_index: Path) -> None:
    """Title, where it is from, a passage, and a last line with the total."""
    result = run("বাংলাদেশ", "--limit", "2", "--index", str(sample_index))
    assert result.exit_code == 0
    assert result.stdout.startswith("1. ")
    assert "1 to 2 of " in result.stdout.splitlines()[-1]


def test_json_is_the_page(sample_index: Path) -> None:
    """``--json`` prints what programs read, Bengali as it is."""
    result = run("বাংলাদেশ", "--json", "--offset", "1", "--index", str(sample_index))
    page = json.loads(result.stdout)
    assert page["offset"] == 1
    assert page["hits"]
    assert "বাংলাদেশ" in result.stdout


def test_marks_are_coloured_on_a_terminal_only(sample_index: Path) -> None:
    """Piped output has no escape sequences."""
    assert "\x1b[" in run("বাংলাদেশ", "--index", str(sample_index), color=True).stdout
    assert "\x1b[" not in run("বাংলাদেশ", "--index", str(sample_index)).stdout


def test_what_was_understood_and_what_may_be_meant_is_said(sample_index: Path) -> None:
    """Latin letters read as Bengali, and other spellings of what is not found."""
    assert "searched for: বাংলাদেশ" in run("bangladesh", "--index", str(sample_index)).stdout
    misspelt = run("বাংলদেশ", "--index", str(sample_index)).stdout
    assert "did you mean: বাংলাদেশ" in misspelt
    assert "nothing found" in misspelt
    assert "বাংলদেশ: 0 articles" in misspelt


def test_days_and_categories_narrow(sample_index: Path) -> None:
    """Conditions are options."""
    result = run("বাংলাদেশ", "--json", "--since", "2999-01-01", "--index", str(sample_index))
    assert json.loads(result.stdout)["total"] == 0
    beyond = run("বাংলাদেশ", "--offset", "5000", "--index", str(sample_index))
    assert "no more hits" in beyond.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [(["ক" * 1_000], 2, "characters"), (["(" * 20], 2, "deep"), (["ক", "--limit", "0"], 2, "limit")],
    ids=["long", "deep", "limit"],
)
def test_bad_queries_are_usage_errors(
    sample_index: Path, arguments: list[str], code: int, message: str
) -> None:
    """The message is on stderr, the exit code 2."""
    result = run(*arguments, "--index", str(sample_index))
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_without_an_index_the_exit_code_is_3(tmp_path: Path) -> None:
    """The message says how to build one."""
    result = run("ঢাকা", "--index", str(tmp_path))
    assert result.exit_code == 3
    assert "onneshon index build" in result.stderr


def test_control_characters_of_articles_do_not_reach_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An article cannot move the cursor or change colours."""
    say(*_painted(Snippet("a\x1b[31mb\x9bc\nd", (Match(0, 1),))), indent="  ")
    assert capsys.readouterr().out == "a\ufffd[31mb\ufffdc\n  d\n"
