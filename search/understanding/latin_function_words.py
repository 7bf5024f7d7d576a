"""English function words, which Bengali says with case endings or not at all, go to the word beside them.

In English, and among names, they are passed over: *price of onion*, *fire at chittagong*, *in dhaka*. Beside
Bengali in Latin letters most of them are Bengali words that are spelt alike: *tara to valo*.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from onneshon.search.understanding.latin_language import language_of
from onneshon.search.understanding.latin_stretches import Stretch, is_english

__all__ = ["passed_over"]

_AFTER_ENGLISH: Final = frozenset(("of", "the", "in", "for", "and", "with", "from"))
"""After an English word these are English, whatever the language of the others."""

_IN_ENGLISH: Final = frozenset(("at", "to", "on", "by", "an", "are", "was", "were", "into", "vs", "versus"))
"""These, and all, are English where more words of the query are so than are Bengali, or all are names."""


def passed_over(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches of a query; an English function word is part of the one before it, or else after it.

    One that ends the query is none, nor is one with nothing beside it that is read.

    Args:
        stretches: in order, without a gap.
    """
    content = [one for one in stretches if not _is_function_word(one)]
    languages = [language_of(one) for one in content]
    listed = any(one.sure for stretch in content for one in stretch.candidates)
    english = listed and (sum(languages) > 0 or min(languages) == 0)
    found = [*_gone_before(stretches[:-1], english=english), *stretches[-1:]]
    return _gone_after(found) if english else found


def _gone_before(stretches: Sequence[Stretch], *, english: bool) -> list[Stretch]:
    """Function words as part of the word before them where that, or the whole query, is English."""
    found: list[Stretch] = []
    for one in stretches:
        before = found[-1] if found and _takes(found[-1]) and _is_function_word(one) else None
        if before and (english or (is_english(before) and one.typed in _AFTER_ENGLISH)):
            found[-1] = replace(before, last=one.last, after=before.after + 1)
        else:
            found.append(one)
    return found


def _gone_after(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Those with no word before them, as part of the one after them."""
    found: list[Stretch] = []
    for one in reversed(stretches):
        after = found[-1] if found and _takes(found[-1]) and _is_function_word(one) else None
        if after:
            found[-1] = replace(after, first=one.first, before=after.before + 1)
        else:
            found.append(one)
    return found[::-1]


def _is_function_word(stretch: Stretch) -> bool:
    return not stretch.ending and (stretch.typed in _AFTER_ENGLISH or stretch.typed in _IN_ENGLISH)


def _takes(stretch: Stretch) -> bool:
    return bool(stretch.candidates) and not _is_function_word(stretch)
