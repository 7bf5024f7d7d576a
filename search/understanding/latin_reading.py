"""Reads the Latin words of a query: chooses a reading for each, and the alternatives that are searched too.

The words are cut into spans (``latin_spans``), each with several candidates
(``latin_candidates``). The language of the query (``latin_sentences``) and the neighbours of a word
(``lattice``) decide among them; then words without a good reading are left as typed. In a query of a few
words the first reading decides; but if another is nearly as likely, and rarer than the first, articles with
that reading are found as well.
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
"""Difference in score by which a reading falls to a third of the weight of the best."""

_LEAST: Final = 0.02
"""Least weight of an alternative, even in a sentence."""

_AS_IT_SOUNDS: Final = 0.5
"""Least weight of the likeliest word by sound where a table decides: *use* is mostly ব্যবহার,
but some write ইউজ."""

_SIMILAR: Final = 0.8
"""A word with more than this share of letters in common is another spelling: গুগোল of গুগল, not ডাকা of ঢাকা."""

_AS_IN_ENGLISH: Final = 0.9
"""Distance by letter below which a word that looks English is the English word as typed. Of 88 words that 200
English sentences found by sound, 47 were another word; of the 38 within the limit, 4 (ফ্লুইড, *flood*)."""

_SPELT: Final = 0.95
"""The weight of another spelling of the reading, as of variants in the table of synonyms."""

_FINDS: Final = 0.2
"""Least weight of an alternative that finds articles by itself."""

_ADDS: Final = 0.04
"""Least weight of an alternative that adds to the score of articles found by other words."""

_RARER: Final = 0.9
"""Most articles of all alternatives that find articles, as a share of the articles of the reading. If the
reading is a function word, which finds none itself, no alternative finds any."""


def alternatives(
    ordered: Sequence[tuple[LatinCandidate, float]],
    articles: Callable[[str], int],
    *,
    sentence: bool,
    alone: bool,
) -> tuple[AlternativeReading, ...]:
    """The candidates after the first, as alternatives to the reading.

    Args:
        ordered: the candidates of a word, the reading first, each with its weight up to 1.
        articles: returns the document frequency of a word.
        sentence: whether the query is a sentence: each alternative then finds articles, since the other words
            show which is meant; but a function word only if the reading is one.
        alone: whether there is no other Latin word; a weak alternative then adds nothing.
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
    """The candidates of a word whose neighbours are English, the reading first.

    These are the rows of the tables, the English word in Bengali letters (কোর্ট), and other spellings of the
    reading; among English words *money* is no মনে, and *dhaka* no দেখা.
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
    """The candidates after the first; if a table has the first, the likeliest by sound has a least weight."""
    reading = ordered[0][0]
    if reading.kind not in {"meaning", "name", "loan"}:
        return [*ordered[1:]]
    heard = _likeliest(candidate for candidate, _ in ordered[1:] if _is_the_word(candidate, reading))
    return [
        (candidate, max(weight, _AS_IT_SOUNDS) if candidate is heard else weight)
        for candidate, weight in ordered[1:]
    ]


def _is_the_word(candidate: LatinCandidate, reading: LatinCandidate) -> bool:
    """Whether a candidate is the Latin word in Bengali letters; a reading by name or loan is one itself.

    To such a reading, another candidate is a different spelling (গুগোল) or just a similar sound (ধাক্কা for
    *dhaka*).
    """
    if candidate.kind not in {"sound", "loan"}:
        return False
    if reading.kind == "meaning":
        return True
    return SequenceMatcher(None, candidate.text, reading.text).ratio() > _SIMILAR


PROSE: Final = 2
"""In a query with more Latin words than this, no single word decides, and distant readings are kept."""

SENTENCE: Final = 4
"""Number of readings from which a query is a sentence, whose other words show which reading was meant."""

_HARDLY_ANY: Final = 100
"""Where articles(word) <= articles / _HARDLY_ANY, articles with a common English word do not answer an
English sentence: a caption with *say* is not what the sentence asks for."""

_LEAST_OTHERS: Final = 2
"""Least readings that show what such a sentence asks for; with fewer, the rare word is the subject."""

_OTHERS: Final = 5
_OFFERED: Final = 0.25
_OFFERED_ALONE: Final = 0.08
"""Least weight of an offered reading that no table has, next to other Latin words and for a word alone."""

Weighed: TypeAlias = tuple[LatinSpan, Sequence[tuple[LatinCandidate, float]]]
"""A span and its candidates, the likeliest first, each with its weight up to 1."""


class LatinReader:
    """Reads the Latin words of one query with the words of an index.

    Args:
        index: the index whose words are the candidates.
        together: returns the number of articles in which the Bengali words of a text are adjacent.
        budget: the time budget; once it is spent, the remaining words are taken as they are.
    """

    def __init__(self, index: WordIndex, together: Callable[[str], int], budget: TimeBudget) -> None:
        self._index = index
        self._together = together
        candidates = LatinCandidates(index, together)
        self._articles = candidates.articles
        self._cutter = SpanCutter(index, candidates, budget)

    def spans(self, text: str, tokens: Sequence[Token]) -> list[LatinSpan]:
        """The spans of a query, those of Latin letters with candidates weighed by the query's language."""
        return in_language(list(self._cutter.cut(text, tokens)))

    def readings(
        self,
        spans: Sequence[LatinSpan],
        weighed: Sequence[Weighed],
        context: Callable[[str, int, int], bool],
    ) -> list[WordReading]:
        """The readings that are searched, and the words that are ignored.

        Args:
            spans: all spans of the query.
            weighed: the spans that have candidates, weighed by their neighbours.
            context: tests whether articles have a text next to the words before or after a span.
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
        ignored = [*self._ignored(spans, len(read))]
        left = len(spans) > len(ignored)  # else the whole query is searched as typed
        return [*found, *ignored] if left else []

    def _ignored(self, spans: Sequence[LatinSpan], others: int) -> Iterator[WordReading]:
        """The words to ignore: those without content, and unknown words that no or hardly any article has."""
        few = self._index.count // _HARDLY_ANY if others >= _LEAST_OTHERS else 0
        for before, span, after in zip((None, *spans), spans, (*spans[1:], None), strict=False):
            articles = document_frequency(span.typed, self._index) if span.unknown else 0
            hardly = span.common and articles <= few and not self._is_beside(before, span, after)
            if span.dropped or (span.unknown and (hardly or not articles)):
                yield WordReading(span.first, span.last, "", "meaning" if span.dropped else "sound")

    def _is_beside(self, before: LatinSpan | None, span: LatinSpan, after: LatinSpan | None) -> bool:
        """Whether an article has a word adjacent to a neighbour with content, both as typed."""
        texts = []
        if before and not before.dropped:
            texts.append(f"{before.typed} {span.typed}")
        if after and not after.dropped:
            texts.append(f"{span.typed} {after.typed}")
        return any(self._together(text) for text in texts)

    def _is_no_language(self, spans: Sequence[LatinSpan], read: Sequence[object]) -> bool:
        """Whether most Latin words are neither read nor in articles; the readings are then by chance."""
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
        """A word with the ending that was typed apart, if articles have that form; else the bare word."""
        before, space, last = word.rpartition(" ")
        return before + space + (with_ending(last, ending, self._index) or last)
