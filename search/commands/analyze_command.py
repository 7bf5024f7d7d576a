"""``onneshon analyze``: how a text is analysed, and how a query is understood."""

import click

from onneshon.index.analysis.trace import Explanation, explain
from onneshon.index.commands.terminal import Styled, location_option, say, say_json, typed_lines
from onneshon.index.remote import Location
from onneshon.search.commands.request_options import opened
from onneshon.search.results.values import UnderstoodWord


@click.command()
@click.argument("text", nargs=-1)
@click.option("--query", is_flag=True, help="Show how TEXT is understood as a query of the index.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all tokens.")
@location_option
def analyze(location: Location, text: tuple[str, ...], *, query: bool, as_json: bool) -> None:
    """Show how TEXT is analysed: its words, each step, code points, what cannot be seen, the keys.

    Without TEXT, or with -, standard input is read.
    """
    given = " ".join(text)
    given = "".join(typed_lines()).strip() if given in {"", "-"} else given
    if query:
        _say_query(location, given, as_json=as_json)
        return
    explanations = explain(given)
    if as_json:
        tokens = [explanation.to_dict() for explanation in explanations]
        say_json({"tokens": tokens})
        return
    for explanation in explanations:
        _say(explanation)


def _say_query(location: Location, text: str, *, as_json: bool) -> None:
    with opened(location) as engine:
        words = engine.understand(text)
    if as_json:
        say_json({"query": text, "words": [word.to_dict() for word in words]})
        return
    for word in words:
        _say_word(word)


def _say_word(word: UnderstoodWord) -> None:
    say(Styled(word.typed, bold=True), f"  {word.kind}  {word.articles:,} articles")
    for writing in word.writings:
        say(f"    {writing.kind:10} {writing.text}  {writing.weight:.2f}  {writing.articles:,} articles")
    if word.others:
        say(f"    or else    {', '.join(word.others)}")


def _say(explanation: Explanation) -> None:
    span = f"{explanation.start}–{explanation.end}"
    keys = f"exact {explanation.exact}  stem {explanation.stem}"
    say(Styled(explanation.text, bold=True), f"  {span}  {keys}")
    for stage in explanation.stages:
        unseen = f"  [{', '.join(stage.unseen)}]" if stage.unseen else ""
        say(f"    {stage.name:22} {stage.text}  {' '.join(stage.code_points)}{unseen}")
