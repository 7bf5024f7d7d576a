"""The command ``onneshon analyze``."""

import json
import sys
from collections.abc import Iterator

import click

from index.explain import Explanation, explain

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
        click.echo(json.dumps({"tokens": tokens}, ensure_ascii=False, indent=2))
        return
    for explanation in explanations:
        click.echo("\n".join(_lines(explanation)))


def _lines(explanation: Explanation) -> Iterator[str]:
    head = click.style(explanation.text, bold=True)
    yield f"{head}  {explanation.start}–{explanation.end}  exact {explanation.exact}  stem {explanation.stem}"
    for stage in explanation.stages:
        unseen = f"  [{', '.join(stage.unseen)}]" if stage.unseen else ""
        yield f"    {stage.name:22} {stage.text}  {' '.join(stage.code_points)}{unseen}"
