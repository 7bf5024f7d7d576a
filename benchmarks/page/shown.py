"""The statements of a page of results, read from its HTML as a reader reads it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

__all__ = ["Shown", "ShownHit", "read"]

_NUMBER = re.compile(r"[\d,]*\d")


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit.

    Attributes:
        id: the id of its article.
        date: its day, as in ISO 8601; empty where none is shown.
        marks: the class and the text of each mark.
        why: the words in the line below the hit, by their class.
        alike: the number of nearly identical articles that it is said to have.
    """

    id: str
    date: str
    marks: tuple[tuple[str, str], ...]
    why: dict[str, tuple[str, ...]]
    alike: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of results.

    Attributes:
        heading: the heading over the hits.
        counts: the sentences over the hits that have numbers, and each number.
        hits: the hits, in order.
        divided: the hit, counted from 0, from which on words are said to be missing; None where none is.
        lacked: the words that all hits from there on are said to lack.
        required: the query of the link that requires a word, by that word.
        understood: the reading that the query is said to be searched as; empty where none is named.
        also: the further readings that its words are said to be searched as.
        others: for each word by itself, the number of articles that are said to have it.
    """

    heading: str
    counts: tuple[tuple[str, int], ...]
    hits: tuple[ShownHit, ...]
    divided: int | None
    lacked: tuple[str, ...]
    required: dict[str, str]
    understood: str
    also: tuple[str, ...]
    others: dict[str, int]


def read(html: str) -> Shown:
    """Read the statements of a page, in English or in Bengali."""
    before, *hits = re.split(r'<li class="hit[ "]', html)
    divided = next((at for at, part in enumerate([before, *hits]) if '<p class="divide">' in part), None)
    line = _first(r'<p class="divide">(.*?)</p>', html)
    summary = _first(r'<div class="(?:summary|empty)">(.*?)</div>', html)
    sentences = [
        _text(sentence) for sentence in re.findall(r"<(?:h1|p)>(.*?)</(?:h1|p)>", summary, re.DOTALL)
    ]
    return Shown(
        sentences[0] if sentences else "",
        tuple((sentence, number) for sentence in sentences for number in _numbers(sentence)),
        tuple(map(_hit, hits)),
        divided,
        tuple(map(_text, re.findall(r"<s>(.*?)</s>", line))),
        dict(_required(line)),
        _text(_first(r'<p class="note understood">.*?<bdi>(.*?)</bdi>', html)),
        tuple(map(_text, _words(_first(r'<p class="note also">(.*?)</p>', html)))),
        dict(_others(_first(r'<ul class="words">(.*?)</ul>', html))),
    )


def _first(pattern: str, html: str) -> str:
    found = re.search(pattern, html, re.DOTALL)
    return found[1] if found else ""


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def _words(html: str) -> list[str]:
    return re.findall(r"<bdi>(.*?)</bdi>", html)


def _numbers(text: str) -> list[int]:
    return [int(number.replace(",", "")) for number in _NUMBER.findall(text)]


def _required(line: str) -> Iterator[tuple[str, str]]:
    for address, label in re.findall(r'<a href="([^"]*)">(.*?)</a>', line, re.DOTALL):
        yield _text(_words(label)[0]), parse_qs(urlsplit(unescape(address)).query)["q"][0]


def _others(html: str) -> Iterator[tuple[str, int]]:
    for item in re.findall(r"<li>(.*?)</li>", html, re.DOTALL):
        said = _numbers(_text(_first(r"<span>(.*?)</span>", item)))
        yield _text(_words(item)[0]), said[0] if said else 0


def _hit(html: str) -> ShownHit:
    html = html.partition("</li>")[0]
    address = unescape(_first(r'<h2[^>]*><a href="([^"]*)"', html))
    place = urlsplit(address)
    named = parse_qs(place.query).get("id")
    marks = re.findall(r'<mark class="(\w+)"[^>]*>(.*?)</mark>', html, re.DOTALL)
    why = re.findall(r'<span class="(\w+)"><span class="layer">.*?</span>(.*?)</span>', html, re.DOTALL)
    alike = _numbers(_text(_first(r'<span class="alike">(.*?)</span>', html)))
    return ShownHit(
        named[0] if named else unquote(place.path.partition("/article/")[2]),
        _first(r'<time datetime="([^"]*)"', html),
        tuple((kind, unescape(re.sub(r"<[^>]*>", "", text))) for kind, text in marks),
        {kind: tuple(map(_text, _words(words))) for kind, words in why},
        alike[0] if alike else 0,
    )
