"""The readings of the Latin words of a query: what each may be, and what is searched for it.

The words are cut into spans (``latin_spans``), each with several candidates
(``latin_candidates``). The language of the query (``latin_sentences``) and what stands beside a word
(``lattice``) decide among them; then what is badly read is left as typed. One reading decides what a few
words mean; but where another is nearly as likely, and rarer than the first, an article that has it is found
as well.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, TypeAlias

from onneshon.index.analysis.analyzer import Token
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.vocabulary.sound_units import is_loan
from onneshon.search.query.reading import AlternativeReading, WordReading
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex, document_frequency
from onneshon.search.understanding.latin_candidates import LatinCandidates
from onneshon.search.understanding.latin_sentences import in_language
from onneshon.search.understanding.latin_sounds import BY_LETTERS, LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan, SpanCutter, has_latin_letters, with_ending

GAP: Final = 3.0
"""A reading so much worse than the best weighs a third of it."""

_LEAST: Final = 0.02
"""What weighs less is no alternative, even in a sentence."""

_AS_IT_SOUNDS: Final = 0.5
"""The weight, at the least, of the likeliest word by sound where a table decides: *use* is mostly ব্যবহার,
but some write ইউজ."""

_SIMILAR: Final = 0.8
"""A word with more than this share of letters in common is another spelling: গুগোল of গুগল, not ডাকা of ঢাকা."""

_AS_IN_ENGLISH: Final = 0.9
"""The distance by letter below which what looks like an English word is the one that was typed. Of 88 words
that 200 English sentences found by sound, 47 were another; of the 38 that are left, 4 (ফ্লুইড, *flood*)."""

_SPELT: Final = 0.95
"""The weight of another spelling of the reading, as of variants in the table of synonyms."""

_FINDS: Final = 0.2
"""An alternative of less weight finds no article."""

_ADDS: Final = 0.04
"""An alternative of less weight adds nothing to what is found by others."""

_RARER: Final = 0.9
"""For each article of the reading, the articles of the alternatives that find them, at the most. Where a
function word is read, which finds none itself, no alternative does."""


def alternatives(
    ordered: Sequence[tuple[LatinCandidate, float]],
    articles: Callable[[str], int],
    *,
    sentence: bool,
    alone: bool,
) -> tuple[AlternativeReading, ...]:
    """The candidates after the first, as what may be meant as well.

    Args:
        ordered: what a word may be, the reading first, each with its weight up to 1.
        articles: tells how many hold a word.
        sentence: each finds articles, since the other words say which is meant; but a function word only
            where one is read.
        alone: there is no other Latin word; the order is that of the reading.
    """
    weighed = _weighed(ordered)
    reading = ordered[0][0].text
    spelt = (AlternativeReading(text, _SPELT, finds=True) for text in ordered[0][0].spellings)
    if sentence:
        # Nearly every article has a function word: হতে would make *hotya*, হত্যা, say nothing.
        any_finds = is_function_word(reading)
        likely = (
            AlternativeReading(candidate.text, weight, any_finds or not is_function_word(candidate.text))
            for candidate, weight in weighed
            if weight >= _LEAST
        )
        return (*spelt, *likely)
    most = 0 if is_function_word(reading) else _RARER * articles(reading)
    found = [*spelt]
    for (candidate, weight), (_, before) in zip(weighed, ordered[1:], strict=True):
        others = articles(candidate.text) if weight >= _FINDS and candidate.plausible else 0
        if 0 < others <= most:
            most -= others
            found.append(AlternativeReading(candidate.text, weight, finds=True))
        elif before >= _ADDS and not alone:
            found.append(AlternativeReading(candidate.text, before))
    return tuple(found)


def _as_english(ordered: Sequence[tuple[LatinCandidate, float]]) -> list[tuple[LatinCandidate, float]]:
    """What a word may be whose neighbours are English, the reading first.

    That is what a table has, that English word in Bengali letters (কোর্ট), or another spelling of the
    reading; *money* is no মনে there, and *dhaka* no দেখা.
    """
    reading = ordered[0][0]
    if reading.kind in BY_LETTERS:
        return [*ordered]
    heard = _likeliest(candidate for candidate, _ in ordered[1:] if candidate.kind == "sound")

    def is_english(candidate: LatinCandidate) -> bool:
        if candidate.kind not in BY_LETTERS:
            return True
        if reading.kind != "meaning":
            return _is_the_word(candidate, reading)
        return candidate is heard and is_loan(heard.text) and heard.per_letter < _AS_IN_ENGLISH

    return [ordered[0], *(pair for pair in ordered[1:] if is_english(pair[0]))]


def _likeliest(candidates: Iterable[LatinCandidate]) -> LatinCandidate | None:
    return max(candidates, key=lambda candidate: candidate.score, default=None)


def _weighed(ordered: Sequence[tuple[LatinCandidate, float]]) -> list[tuple[LatinCandidate, float]]:
    """Those after the first, the likeliest by sound with a weight of its own where a table has the first."""
    reading = ordered[0][0]
    if reading.kind not in {"meaning", "name", "loan"}:
        return [*ordered[1:]]
    heard = _likeliest(candidate for candidate, _ in ordered[1:] if _is_the_word(candidate, reading))
    return [
        (candidate, max(weight, _AS_IT_SOUNDS) if candidate is heard else weight)
        for candidate, weight in ordered[1:]
    ]


def _is_the_word(candidate: LatinCandidate, reading: LatinCandidate) -> bool:
    """Whether a candidate is the Latin word in Bengali letters; a name and a loan are that themselves.

    Another is the same in another spelling (গুগোল), or just sounds so (ধাক্কা for *dhaka*).
    """
    if candidate.kind not in {"sound", "loan"}:
        return False
    if reading.kind == "meaning":
        return True
    return SequenceMatcher(None, candidate.text, reading.text).ratio() > _SIMILAR


PROSE: Final = 2
"""In a query with more Latin words than this no word decides alone, and far readings are kept."""

SENTENCE: Final = 4
"""Readings that make a query a sentence, whose other words say which of several was meant."""

_HARDLY_ANY: Final = 100
"""Where articles(word) <= articles / _HARDLY_ANY have a common English word, they do not answer an English
sentence: a caption with *say* is not what is asked for."""

_TOLD_BY: Final = 2
"""Readings that tell what such a sentence asks for; of fewer, the word that hardly any has is the subject."""

_OTHERS: Final = 5
_OFFERED: Final = 0.25
_OFFERED_ALONE: Final = 0.08
"""What weighs less is not offered as another reading, unless a table has it; of a word without neighbours."""

Weighed: TypeAlias = tuple[LatinSpan, Sequence[tuple[LatinCandidate, float]]]
"""A span and what it may be, the likeliest first, each with its weight up to 1."""


class LatinReader:
    """Reads the Latin words of one query with the words of an index.

    Args:
        index: its words are what Latin ones may be.
        together: tells how many articles hold Bengali words side by side.
        budget: where it runs out, the words that remain are taken as they are.
    """

    def __init__(self, index: WordIndex, together: Callable[[str], int], budget: TimeBudget) -> None:
        self._index = index
        self._together = together
        candidates = LatinCandidates(index, together)
        self._articles = candidates.articles
        self._cutter = SpanCutter(index, candidates, budget)

    def spans(self, text: str, tokens: Sequence[Token]) -> list[LatinSpan]:
        """The words of a query with what the Latin ones may be, its language considered."""
        return in_language(list(self._cutter.cut(text, tokens)))

    def readings(
        self,
        spans: Sequence[LatinSpan],
        weighed: Sequence[Weighed],
        context: Callable[[str, int, int], bool],
    ) -> list[WordReading]:
        """What is searched.

        Args:
            spans: all of the query.
            weighed: those that may be something, once their neighbours were considered.
            context: whether a text stands beside what is before a position, or after another.
        """
        latin = len(weighed)
        plausible = sum(any(candidate.plausible for candidate in span.candidates) for span, _ in weighed)
        prose = latin > PROSE and 2 * plausible > latin
        kept = [
            (
                span,
                [
                    pair
                    for pair in ways
                    if prose or pair[0].plausible or context(pair[0].text, span.first, span.last)
                ],
            )
            for span, ways in weighed
        ]
        read = [(span, ways) for span, ways in kept if ways]
        if self._is_no_language(spans, read):
            read = [(span, ways) for span, ways in read if ways[0][0].kind != "sound"]
        found = [
            self._reading(span, ways, sentence=len(read) >= SENTENCE, alone=latin == 1) for span, ways in read
        ]
        passed_over = [*self._passed_over(spans, len(read))]
        left = len(spans) > len(passed_over)  # else all of it is searched as typed
        return [*found, *passed_over] if left else []

    def _passed_over(self, spans: Sequence[LatinSpan], others: int) -> Iterator[WordReading]:
        """What says nothing, and what nobody understands and no article has as it is, or hardly any."""
        few = self._index.count // _HARDLY_ANY if others >= _TOLD_BY else 0
        for before, span, after in zip((None, *spans), spans, (*spans[1:], None), strict=False):
            articles = document_frequency(span.typed, self._index) if span.unknown else 0
            hardly = span.common and articles <= few and not self._is_beside(before, span, after)
            if span.dropped or (span.unknown and (hardly or not articles)):
                yield WordReading(span.first, span.last, "", "meaning" if span.dropped else "sound")

    def _is_beside(self, before: LatinSpan | None, span: LatinSpan, after: LatinSpan | None) -> bool:
        """Whether an article has a word beside a neighbour that says something, as both are typed."""
        texts = []
        if before and not before.dropped:
            texts.append(f"{before.typed} {span.typed}")
        if after and not after.dropped:
            texts.append(f"{span.typed} {after.typed}")
        return any(self._together(text) for text in texts)

    def _is_no_language(self, spans: Sequence[LatinSpan], read: Sequence[object]) -> bool:
        """Whether most Latin words are neither read nor in articles: then the others sound so by chance."""
        latin = [
            span for span in spans if span.candidates or (has_latin_letters(span.typed) and not span.dropped)
        ]
        if len(latin) <= 2 * len(read):
            return False
        known = sum(1 for span in latin if document_frequency(span.typed, self._index))
        return len(latin) > 2 * max(known, len(read))

    def _reading(
        self,
        span: LatinSpan,
        ordered: Sequence[tuple[LatinCandidate, float]],
        *,
        sentence: bool,
        alone: bool,
    ) -> WordReading:
        best = ordered[0][0]
        return WordReading(
            span.first,
            span.last,
            self._inflected(best.text, span.ending),
            best.kind,
            tuple(
                candidate.text
                for candidate, weight in ordered[1 : 1 + _OTHERS]
                if weight >= (_OFFERED_ALONE if alone else _OFFERED) or candidate.kind not in BY_LETTERS
            ),
            alternatives(
                _as_english(ordered) if span.english else ordered,
                self._articles,
                sentence=sentence,
                alone=alone,
            ),
            typed_too=not span.ending
            and all(document_frequency(word, self._index) for word in span.typed.split()),
            before=span.before,
            after=span.after,
        )

    def _inflected(self, word: str, ending: str) -> str:
        """A word with the ending that was typed apart, where articles have that; else as it is."""
        before, space, last = word.rpartition(" ")
        return before + space + (with_ending(last, ending, self._index) or last)
