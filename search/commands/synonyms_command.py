"""``onneshon synonyms``: what the table of synonyms brings, and what it holds."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.commands.doctor import Check
from onneshon.index.commands.terminal import index_option, json_option, say, say_json
from onneshon.index.configuration import read_configuration
from onneshon.index.errors import ConfigurationError
from onneshon.index.remote import Finding
from onneshon.index.storage.reader import open_index
from onneshon.index.storage.watched_file import WatchedFile
from onneshon.search.retrieval.authors import SiteAuthors
from onneshon.search.understanding.alternatives import Span
from onneshon.search.understanding.site_synonyms import SiteSynonyms, learned_entries
from onneshon.search.understanding.synonyms import Synonyms

_Table = TypeVar("_Table")


@click.group(name="synonyms")
@index_option
def synonyms(directory: Path) -> None:  # its callback keeps it for the subcommands
    """Show the synonyms: those shipped, those of synonyms.txt beside the index, and those that it learned."""


def examine_synonyms(directory: Path) -> Finding | None:
    """How the site's synonyms are, for `onneshon doctor`; None where there are none to look at."""
    try:
        path = directory / read_configuration(directory).synonyms
    except ConfigurationError:
        return None  # which the doctor tells itself
    site = SiteSynonyms(path)
    remedy = "mend the line; `onneshon synonyms list` shows when it is right"
    return _examined("synonyms", site, lambda table: f"{len(table.entries):,} with those of {path}", remedy)


def examine_authors(directory: Path) -> Finding | None:
    """How the site's names of authors are, likewise."""
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
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
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
"""What `onneshon doctor` asks of this layer."""
