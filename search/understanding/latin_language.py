"""Decides whether each Latin word of a query is English, Bengali or a name, and weighs the others by that.

Among Bengali words in Latin letters, English words are read by sound, or by meaning where articles have that
far more often; in an English query, a word of a table is surely that word.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.vocabulary.channels import latin_from_words
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.latin_entries import (
    ENGLISH_KINDS,
    POSSESSIVE,
    common_english_words,
    english_function_words,
    entry_of,
    exonyms,
)
from onneshon.search.understanding.latin_sounds import BY_LETTERS, LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan, is_english
from onneshon.search.understanding.romanised import surface

NAME: Final = 0.45
_KNOWN: Final = 20
"""Greatest distance by letter of a name, and its least document frequency."""

_RARE_NAME: Final = 0.4
_RARELY_KNOWN: Final = 2
_LONG: Final = 6
_BY_LENGTH: Final = 0.15
"""The same bounds for a rarer name, which needs ``_LONG`` letters (*helipad*); and the distance added to
either for each further letter (*hydroxychloroquine*). Of 6,500 English words that are no names, those that
sound like one are all but a few the same word in Bengali letters."""

_CAPITALISED: Final = 0.75
"""Greatest distance by letter of a name with a capital, of any length: *Deol*."""

_GENITIVE: Final = "ের"
"""The ending that *-er* of an English word sounds like: *trader*, ট্রেডের; *singer*, সিংয়ের."""

_NEARLY: Final = 0.9
"""Least share of letters that another spelling of a name shares with it: হাইপারসোনিক, হাইপারসনিক."""


_SURNAME: Final = 1.2
"""Greatest distance by letter of a surname behind a person: of 29 English words behind people in headlines
ten are surnames, .1 to 1.2 away, and the nearest words to all others are 1.5 and more away."""

_MEASURED: Final = 512
"""Number of words behind a person that are compared, the commonest."""


def named(span: LatinSpan) -> tuple[LatinCandidate, ...]:
    """The candidates of a word that may be names, the likeliest in its commonest spelling first.

    Args:
        span: the span with all candidates by sound.
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
    """Whether a candidate by sound is near enough for its frequency to be a name.

    Args:
        candidate: the candidate.
        span: the span as typed.
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
    """The spans of a query, an English word behind a person read as a surname if articles have it there.

    *harry potter* is হ্যারি পটার, though a *potter* is a কুমার elsewhere.

    Args:
        spans: the spans in order.
        index: the index whose articles decide.
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


_CONTEXT: Final = 4.0
"""Score by the language of the other words for an ambiguous row of a table."""

_SURE: Final = 6.0
"""Score of an unambiguous row of a table."""

_BESIDE_BANGLISH: Final = -4.0
"""Score of the meaning of an English word next to Bengali in Latin letters, if articles have the word in
Bengali letters as well (*free*, ফ্রি): such a writer means it by its sound."""

_EVIDENCE: Final = 3
"""Weight, in words, of a function word or case ending of Bengali, or of an ending of English."""

_EXACT: Final = 0.2
"""Greatest distance by letter at which a common English word is as good a spelling of a Bengali one: *hole*,
হলে, but not *eat*, এত."""

_AS_USUAL: Final = 4
_AS_USUAL_IN_SENTENCES: Final = 32
"""Greatest articles(meaning) / articles(sound) at which the sound is meant, and in a sentence: *mosque* is no
মশক."""

_FUNCTION_WORD: Final = -4.0
"""Score of a function word by sound if the other words are not Bengali in Latin letters and a table has
another reading: nobody searches for it."""

_NEVER_FIRST: Final = "us"
"""A pronoun that is an abbreviation at the beginning of a query."""


def is_english_function_word(span: LatinSpan) -> bool:
    """Whether a span may be ignored in English: no Bengali ending follows it, and it is no abbreviation."""
    if span.ending or span.capitals or (span.typed == _NEVER_FIRST and span.first == 0):
        return False
    return span.typed in english_function_words()


def is_evidence(span: LatinSpan) -> bool:
    """Whether a span is a function word that only English has."""
    return is_english_function_word(span) and not english_function_words()[span.typed]


def is_written_out(spans: Sequence[LatinSpan]) -> bool:
    """Whether a query has function words that only English has, as sentences do and key words do not."""
    return any(map(is_evidence, spans))


def is_common_english(span: LatinSpan) -> bool:
    """Whether a span is a common word of English, in a table or not."""
    return not span.capitals and span.typed in common_english_words()


def languages_of(spans: Sequence[LatinSpan], *, written_out: bool) -> list[int]:
    """The evidence of each span that a query is English (above 0) or Banglish (below 0).

    Next to Bengali in Latin letters a common English word is no evidence, since such writers mix them in, nor
    among key words, which may be loans (*premium*).

    Args:
        spans: the spans with their candidates.
        written_out: whether the query has function words that only English has.
    """
    common = [written_out and is_common_english(span) for span in spans]
    found = [_language_of(span) for span in spans]
    if _is_mostly_listed(spans, found):  # among Bengali words, English plurals are no evidence
        found = [_EVIDENCE if _is_inflected(span) else said for span, said in zip(spans, found, strict=True)]
    if any(said < 0 for said, by_itself in zip(found, common, strict=True) if not by_itself):
        return found
    return [
        _language_of_common(span) if by_itself else said
        for span, said, by_itself in zip(spans, found, common, strict=True)
    ]


def _is_mostly_listed(spans: Sequence[LatinSpan], said: Sequence[int]) -> bool:
    """Whether more words are in the English tables than sound Bengali, and none is surely Bengali."""
    listed = sum(any(candidate.kind in ENGLISH_KINDS for candidate in span.candidates) for span in spans)
    return -_EVIDENCE not in said and listed > sum(language < 0 for language in said)


def _language_of(span: LatinSpan) -> int:
    if span.ending:
        return -_EVIDENCE
    if span.typed.endswith(POSSESSIVE):
        return 1
    if is_english(span):
        return int(not (is_common_english(span) and _heard(span)))
    best = next((candidate for candidate in span.candidates if candidate.plausible), None)
    if best is None or span.named or any(candidate.kind != "sound" for candidate in span.candidates):
        return 0
    return -_EVIDENCE if is_function_word(best.text) else -1


def _is_inflected(span: LatinSpan) -> bool:
    """Whether a span has an English ending (*grants*), and is no good spelling of a Bengali word."""
    entry = entry_of(span.typed)
    return (
        entry is not None
        and entry[0].kind in ENGLISH_KINDS
        and not entry[1]
        and all(candidate.per_letter > _EXACT for candidate in span.candidates if candidate.kind == "sound")
    )


def _language_of_common(span: LatinSpan) -> int:
    """The evidence of a common English word: for Bengali only if it is as good a spelling of such a word."""
    said = _language_of(span)
    nearest = min(
        (candidate.per_letter for candidate in span.candidates if candidate.plausible), default=math.inf
    )
    return said if nearest <= _EXACT else int(nearest > NAME)


def leaning(span: LatinSpan, lean: int, *, sentence: bool) -> LatinSpan:
    """A span with its candidates reordered, given that the other words are English (1) or Banglish (-1)."""
    listed = any(candidate.kind not in BY_LETTERS for candidate in span.candidates)
    heard = _heard(span)
    english = lean > 0
    lean *= 2 if sentence and heard else 1
    if lean >= 0 and not (listed or heard) and is_common_english(span):
        return replace(span, candidates=(), unknown=True, common=True)
    weighed = (
        replace(candidate, score=candidate.score + worth) if worth else candidate
        for candidate in span.candidates
        for worth in (
            _BESIDE_BANGLISH
            if lean <= 0 and _is_as_usual_by_sound(candidate, span, heard)
            else _leaning_worth(candidate, lean, heard, listed=listed),
        )
    )
    ordered = tuple(sorted(weighed, key=lambda candidate: -candidate.score))
    return replace(span, candidates=ordered, english=english)


def _heard(span: LatinSpan) -> int:
    """The document frequency of the likeliest candidate by sound; 0 if there is none."""
    heard = (
        candidate
        for candidate in span.candidates
        if candidate.kind in {"sound", "loan"} and candidate.plausible
    )
    best = max(heard, key=lambda candidate: candidate.score, default=None)
    return best.articles if best else 0


def _is_as_usual_by_sound(candidate: LatinCandidate, span: LatinSpan, heard: int) -> bool:
    """Whether articles have a common English word in Bengali letters as often as its Bengali meaning."""
    return (
        candidate.sure
        and candidate.kind == "meaning"
        and heard >= candidate.articles
        and is_common_english(span)
    )


def _leaning_worth(candidate: LatinCandidate, lean: int, heard: int, *, listed: bool) -> float:
    """The value to add to the score of a candidate.

    Args:
        candidate: the candidate.
        lean: 1 if the other words are English, -1 if Banglish, 0 if neither; twice that in a sentence.
        heard: the document frequency of the likeliest candidate by sound.
        listed: whether a table has the word.
    """
    if candidate.sure and candidate.kind == "meaning" and lean < 0:
        usual = heard * (_AS_USUAL if lean == -1 else _AS_USUAL_IN_SENTENCES) >= candidate.articles
        return _BESIDE_BANGLISH * -lean if usual else 0.0
    if candidate.sure:
        return _SURE
    if candidate.kind == "sound":
        return _FUNCTION_WORD if listed and lean >= 0 and is_function_word(candidate.text) else 0.0
    return (
        _CONTEXT * (lean if candidate.kind == "meaning" else max(lean, 0))
        if candidate.kind in ENGLISH_KINDS
        else 0.0
    )
