import json

from click.testing import CliRunner
from hypothesis import given

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.trace import explain
from onneshon.search.commands.word_commands import analyze_command
from tests.strategies import mixed_text


@given(mixed_text)
def test_an_explanation_arrives_at_the_keys_of_the_analysis(text: str) -> None:
    """The explanation shows what analysis does."""
    assert [(e.text, e.start, e.end, e.exact, e.stem) for e in explain(text)] == [
        tuple(t) for t in analyze(text)
    ]
    assert all(e.stages[-1].text == e.stem for e in explain(text))


def test_steps_that_change_nothing_are_left_out() -> None:
    """The stages show that the joiner and the ending were removed, and nothing else."""
    (explanation,) = explain("র\u200d্যাবের")
    assert [stage.name for stage in explanation.stages] == ["surface", "invisible characters", "stem"]


def test_what_cannot_be_seen_is_named() -> None:
    """A joiner inside a word is the usual reason why two words that look alike differ."""
    (explanation,) = explain("র\u200d্যাব")
    assert explanation.stages[0].unseen == ("ZERO WIDTH JOINER",)
    assert explanation.stages[0].code_points[:2] == ("U+09B0", "U+200D")


def test_the_command_prints_json() -> None:
    """The output is one object with the tokens, for programs."""
    result = CliRunner().invoke(analyze_command, ["--json", "২০২৪-এর", "বাড়ী"])
    assert result.exit_code == 0
    tokens = json.loads(result.output)["tokens"]
    assert [(token["text"], token["exact"], token["stem"]) for token in tokens] == [
        ("২০২৪-এর", "2024", "2024"),
        ("বাড়ী", "বাড়ী", "বাড়ি"),
    ]


def test_the_command_reads_standard_input() -> None:
    """Without words it reads what is piped in."""
    result = CliRunner().invoke(analyze_command, [], input="করেছিলেন")
    assert result.exit_code == 0
    assert "কর্" in result.output
