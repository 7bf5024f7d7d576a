"""``onneshon analyze`` and ``synonyms``: show how words are analysed, and the table of synonyms."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.trace import Explanation, explain
from onneshon.index.commands.doctor import Check
from onneshon.index.commands.terminal import (
    TYPED_TEXT,
    Styled,
    index_option,
    json_option,
    location_option,
    say,
    say_json,
    typed_lines,
)
from onneshon.index.configuration import FILE_NAME, Configuration
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import ConfigurationError
from onneshon.index.remote import Finding, Location
from onneshon.index.storage.reader import open_index
from onneshon.index.storage.watched_file import WatchedFile
from onneshon.search.commands.request_options import opened_engine
from onneshon.search.results.understood import UnderstoodWord
from onneshon.search.retrieval.authors import SiteAuthors
from onneshon.search.understanding.alternatives import Span
from onneshon.search.understanding.site_synonyms import SiteSynonyms, learned_entries
from onneshon.search.understanding.synonyms import Synonyms

_Table = TypeVar("_Table")


@click.command()
@click.argument("text", nargs=-1, type=TYPED_TEXT)
@click.option("--query", is_flag=True, help="Show how TEXT is understood as a query of the index.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all tokens.")
@location_option
def analyze_command(location: Location, text: tuple[str, ...], *, query: bool, as_json: bool) -> None:
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
    with opened_engine(location) as engine:
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


@click.group(name="synonyms")
@index_option
def synonyms(directory: Path) -> None:  # its callback keeps it for the subcommands
    """Show the synonyms: those shipped, those of synonyms.txt beside the index, and those that it learned."""


def examine_synonyms(directory: Path) -> Finding | None:
    """The state of the site's synonyms, for `onneshon doctor`; None where there is no file."""
    try:
        path = directory / read_configuration(directory).synonyms
    except ConfigurationError:
        return None  # the doctor reports faulty settings itself
    if path.name != Configuration().synonyms and not path.exists():
        return Finding(
            "synonyms", "note", f"{path} is not there", f"put it there, or take it out of {FILE_NAME}"
        )
    site = SiteSynonyms(path)
    remedy = "mend the line; `onneshon synonyms list` shows when it is right"
    return _examined("synonyms", site, lambda table: f"{len(table.entries):,} with those of {path}", remedy)


def examine_authors(directory: Path) -> Finding | None:
    """The state of the site's table of authors, for `onneshon doctor`; None where there is no file."""
    site = SiteAuthors(directory)
    remedy = "mend the line; until then the names that were read last count"
    return _examined("authors", site, lambda table: f"{len(table.names):,} with other spellings", remedy)


def _examined(
    name: str, site: WatchedFile[_Table], said: Callable[[_Table], str], remedy: str
) -> Finding | None:
    if not site.path.exists():
        return None
    text = said(site.current())
    return Finding(name, "note", f"{site.fault}", remedy) if site.fault else Finding(name, "ok", text)


def _read(directory: Path) -> Synonyms:
    return SiteSynonyms(directory / read_configuration(directory).synonyms).read()


@synonyms.command(name="test")
@click.argument("words", nargs=-1, required=True, type=TYPED_TEXT, metavar="WORD...")
@index_option
@json_option
def test_command(words: Sequence[str], directory: Path, *, as_json: bool) -> None:
    """Show what WORD brings: other words that are searched with it, their weight, class and reason."""
    text = " ".join(words)
    tokens = analyze(text)
    spans = _read(directory).of(tokens)
    if as_json:
        say_json([_span(text, span, tokens) for span in spans])
        return
    for span in spans:
        say(_surface(text, span, tokens))
        for way in span.alternatives:
            say(f"  {way.text}  {way.kind} {way.weight:g}  {way.note}")
    if not spans:
        say("no synonyms")


def _surface(text: str, span: Span, tokens: Sequence[Token]) -> str:
    return text[tokens[span.start].start : tokens[span.end - 1].end]


def _span(text: str, span: Span, tokens: Sequence[Token]) -> dict[str, Any]:
    keys = ("text", "kind", "weight", "note")
    ways = [{key: getattr(way, key) for key in keys} for way in span.alternatives]
    return {"typed": _surface(text, span, tokens), "alternatives": ways}


@synonyms.command(name="list")
@index_option
def list_command(directory: Path) -> None:
    """List all entries, tab-separated, each with its file and line; a two-way entry stands twice."""
    for entry in _read(directory).entries:
        say(f"{entry.left}\t{entry.right}\t{entry.kind}\t{entry.where}\t{entry.reason}")


@synonyms.command(name="learned")
@index_option
def learned_command(directory: Path) -> None:
    """List what the index learned of its articles, tab-separated: other spellings, and abbreviations."""
    with open_index(directory) as reader:
        for entry in learned_entries(reader.learned):
            say(f"{entry.left}\t{entry.right}\t{entry.kind}\t{entry.where}\t{entry.reason}")


checks: Sequence[Check] = (examine_synonyms, examine_authors)
"""The checks of synonyms and authors for `onneshon doctor`."""
