"""The command ``onneshon analyze``."""

import sys

import click

from index.analysis.trace import Explanation, explain
from index.commands.terminal import Styled, say, say_json

__all__ = ["analyze"]


@click.command()
@click.argument("text", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all tokens.")
def analyze(text: tuple[str, ...], *, as_json: bool) -> None:
    """Show how TEXT is analysed: its words, each step, code points, what cannot be seen, the keys.

    Without TEXT, or with -, standard input is read.
    """
    given = " ".join(text)
    explanations = explain(sys.stdin.read() if given in {"", "-"} else given)
    if as_json:
        tokens = [explanation.to_dict() for explanation in explanations]
        say_json({"tokens": tokens})
        return
    for explanation in explanations:
        _say(explanation)


def _say(explanation: Explanation) -> None:
    place = f"{explanation.start}–{explanation.end}"
    keys = f"exact {explanation.exact}  stem {explanation.stem}"
    say(Styled(explanation.text, bold=True), f"  {place}  {keys}")
    for stage in explanation.stages:
        unseen = f"  [{', '.join(stage.unseen)}]" if stage.unseen else ""
        say(f"    {stage.name:22} {stage.text}  {' '.join(stage.code_points)}{unseen}")
