"""Types Unicode Bengali for a Bijoy font: input that the benchmark and the tests convert back.

The typist makes conjuncts by its own rules from the table of codes that the conversion reads too. Where a
font has several shapes of one sign it takes one at random: they look alike, and real texts have all of them.
"""

import random
import re
from functools import cache
from typing import Final

from onneshon.index.encodings.bijoy import bijoy_codes

_HASANTA: Final = "\u09cd"
_CONSONANT: Final = "[\u0995-\u09b9\u09dc\u09dd\u09df\u09ce]"
_AKSHARA: Final = re.compile(
    f"(?P<reph>র{_HASANTA}(?={_CONSONANT}))?"
    f"(?P<base>{_CONSONANT}(?:[\u200c\u200d]?{_HASANTA}{_CONSONANT})*|[অ-ঋএঐওঔ](?:{_HASANTA}য)?)"
    "(?P<sign>[\u09be-\u09c3\u09c7\u09c8\u09cb\u09cc]?)(?P<marks>[ঁংঃ]*)(?P<dead>(?:\u09cd\u200c?)?)"
)
_NO_JOINER: Final = re.compile("[\u200c\u200d]")
_PARTS: Final = {"ো": ("ে", "া"), "ৌ": ("ে", "ৗ"), "ি": ("ি", ""), "ে": ("ে", ""), "ৈ": ("ৈ", "")}
_COMPOSED: Final = {"ড়": "\u09dc", "ঢ়": "\u09dd", "য়": "\u09df", "\u09c7\u09be": "ো", "\u09c7\u09d7": "ৌ"}


def composed(text: str) -> str:
    """A text with ড় ঢ় য় ো ৌ as one code point each."""
    for apart, whole in _COMPOSED.items():
        text = text.replace(apart, whole)
    return text


class Typist:
    """Types texts; the same seed makes the same choices."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311  # shapes of letters, not secrets

    def __call__(self, text: str) -> str:
        """The codes of a text, as characters of Windows-1252."""
        pieces, end = [], 0
        text = composed(text).replace("\u200b", "")
        for found in _AKSHARA.finditer(text):
            pieces += [self._signs(text[end : found.start()]), self._akshara(found)]
            end = found.end()
        return "".join([*pieces, self._signs(text[end:])])

    def _akshara(self, found: re.Match[str]) -> str:
        before, after = _PARTS.get(found["sign"], ("", found["sign"]))
        plain = _NO_JOINER.sub("", found["base"])
        base = "Av" if plain == "আ" else self._base(plain, after)
        if after == "ু" and base[-1:] in {*"¸ïû‘"}:
            after = ""
        reph = "©" if found["reph"] else ""
        sign = self._one("after", after) if after else ""
        marks = "".join(self._one("mark", mark) for mark in found["marks"])
        first = self._one("before", before) if before else ""
        return f"{first}{base}{sign}{reph}{marks}{'&' if found['dead'] else ''}"

    def _base(self, cluster: str, sign: str) -> str:
        if sign == "ু" and cluster in {"গ", "শ", "হ"}:
            return self._one("letter", cluster + sign)
        typed = self._cluster(cluster, start=True)
        return (
            typed
            if typed is not None
            else "&".join(self._one("letter", letter) for letter in cluster.split(_HASANTA))
        )

    def _cluster(self, cluster: str, *, start: bool) -> str | None:
        """A conjunct as its longest part that has a code, then the rest; None where some part has no code."""
        if not cluster:
            return ""
        for end in range(len(cluster), 0, -1):
            head, rest = cluster[:end], cluster[end:]
            for kind in ("letter", "vowel", "half") if start else ("below",):
                codes = _codes().get((kind, head))
                if not codes:
                    continue
                tail = self._rest(rest, kind)
                if tail is not None:
                    return self._random.choice(codes) + tail
        return None

    def _rest(self, rest: str, kind: str) -> str | None:
        if kind != "half":
            return self._cluster(rest, start=False)
        whole = self._cluster(rest, start=True) if rest else None
        return whole if whole is not None or not rest else self._cluster(_HASANTA + rest, start=False)

    def _one(self, kind: str, text: str) -> str:
        return self._random.choice(_codes().get((kind, text), [text]))

    def _signs(self, text: str) -> str:
        return "".join(self._one("sign", character) for character in _NO_JOINER.sub("", text))


@cache
def _codes() -> dict[tuple[str, str], list[str]]:
    """The codes by kind and text, of characters that mean the same in every context."""
    found: dict[tuple[str, str], list[str]] = {}
    for character, meanings in bijoy_codes().items():
        if not meanings[-1].after:
            found.setdefault((meanings[-1].kind, meanings[-1].text), []).append(character)
    return found
