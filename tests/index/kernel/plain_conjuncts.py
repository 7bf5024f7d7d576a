"""Words with one conjunct in the place of another, by regular expressions."""

import re
from collections.abc import Iterable, Iterator

__all__ = ["plain_others"]

CONSONANTS = "[\u0995-\u09b9\u09dc\u09dd\u09df]"
HASANTA = "\u09cd"
NO_CONJUNCT = f"(?!{HASANTA}(?!য))"
"""What follows ends the conjunct; a ya-phala may follow any."""


def plain_others(word: str, rules: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What ``Conjuncts.others`` finds: each rule is tried on each word."""
    for typed, meant in rules:
        before = "" if typed[0] == "^" else f"(?<!{HASANTA})"
        for match in re.finditer(f"{before}{typed}{NO_CONJUNCT}", word):
            yield word[: match.start()] + meant + word[match.end() :]
    if re.match(f"{CONSONANTS}(?!{HASANTA})", word):
        yield word[0] + HASANTA + "র" + word[1:]
    if re.search(rf"{HASANTA}{CONSONANTS}\Z", word) and not word.endswith("য"):
        yield word + HASANTA + "য"
    for match in re.finditer(f"(?<={CONSONANTS})(?={CONSONANTS})", word):
        yield word[: match.start()] + HASANTA + word[match.start() :]
