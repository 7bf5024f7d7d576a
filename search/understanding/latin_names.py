"""Which words of an English query are names or loans that no table has, by what sounds like them."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.vocabulary.channels import latin_from_words
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.latin_entries import exonyms
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan
from onneshon.search.understanding.romanised import surface

NAME: Final = 0.45
_KNOWN: Final = 20
"""The distance by letter up to which a word is a name, and the articles that have it at the least."""

_RARE_NAME: Final = 0.4
_RARELY_KNOWN: Final = 2
_LONG: Final = 6
_BY_LENGTH: Final = 0.15
"""The same of one in fewer articles, of so many letters at the least (*helipad*); how much farther either may
be for each more (*hydroxychloroquine*). Of 6,500 English words that are no names, those that sound so are all
but a few themselves in Bengali letters."""

_CAPITALISED: Final = 0.75
"""The distance of one with a capital, of whatever length: *Deol*."""

_GENITIVE: Final = "ের"
"""How an English word in *-er* sounds that is none: *trader*, ট্রেডের; *singer*, সিংয়ের."""

_NEARLY: Final = 0.9
"""The share of letters that another spelling of a name has in common with it: হাইপারসোনিক, হাইপারসনিক."""


_SURNAME: Final = 1.2
"""The distance by letter up to which a word that stands behind a person is a surname: of 29 English words
behind people in headlines ten are one, .1 to 1.2 away, and the nearest to all others but 1.5 and more."""

_MEASURED: Final = 512
"""Words behind a person that are compared, the commonest."""


def named(span: LatinSpan) -> tuple[LatinCandidate, ...]:
    """What a word may be as a name, the likeliest in its commonest spelling first.

    Args:
        span: with all that sounds so.
    """
    kept = [way for way in span.candidates if way.kind == "letters" or is_name(way, span)]
    if not kept or kept[0].kind != "sound":
        return tuple(kept)
    same = [way for way in span.candidates if way.kind == "sound" and _is_nearly(way.text, kept[0].text)]
    usual = max(same, key=lambda way: way.articles)
    others = (text for way in same for text in (way.text, *way.spellings) if text != usual.text)
    name = replace(usual, score=kept[0].score, spellings=tuple(dict.fromkeys(others)))
    return (name, *(way for way in kept if way not in same))


def is_name(candidate: LatinCandidate, span: LatinSpan) -> bool:
    """Whether a word that sounds so is near enough for its frequency to be a name.

    Args:
        candidate: the word.
        span: as typed.
    """
    if candidate.articles < _RARELY_KNOWN or candidate.text.endswith(_GENITIVE):
        return False
    if span.named and candidate.plausible and candidate.per_letter <= _CAPITALISED:
        return True
    known = candidate.articles >= _KNOWN
    longer = len(span.typed) - _LONG
    farthest = (NAME if known else _RARE_NAME) + _BY_LENGTH * max(longer, 0)
    expected = candidate.plausible or longer > 0
    return expected and (known or longer >= 0) and candidate.per_letter <= farthest


def with_surnames(spans: Sequence[LatinSpan], index: WordIndex) -> list[LatinSpan]:
    """The spans of a query, an English word behind a person as a surname where articles have that there.

    *harry potter* is হ্যারি পটার, though a *potter* is a কুমার elsewhere.

    Args:
        spans: in order.
        index: its articles.
    """
    pairs = zip((None, *spans), spans, strict=False)
    return [_as_surname(before, span, index) if before else span for before, span in pairs]


def _as_surname(before: LatinSpan, span: LatinSpan, index: WordIndex) -> LatinSpan:
    if not (_is_person(before) and span.candidates and span.candidates[0].kind == "meaning"):
        return span
    person, meant = (
        canonical(way.text).rpartition(" ")[2] for way in (before.candidates[0], span.candidates[0])
    )
    words = [word for word, _ in index.pairs.followers(person)[:_MEASURED] if not is_function_word(word)]
    if not words or meant in words:
        return span
    distance, surname = min(zip(latin_from_words(span.typed, words), words, strict=True))
    if distance > _SURNAME * (len(span.typed) + 1):
        return span
    name = LatinCandidate(
        surface(surname), "name", span.candidates[0].score, document_frequency(surname, index), sure=True
    )
    return replace(span, candidates=(name, *span.candidates))


def _is_person(span: LatinSpan) -> bool:
    entry = exonyms().get(span.typed)
    return entry is not None and entry.kind == "person" and bool(span.candidates) and not span.ending


def _is_nearly(text: str, name: str) -> bool:
    return SequenceMatcher(None, text, name).ratio() >= _NEARLY
