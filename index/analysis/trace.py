"""Shows how a text is analysed: each step for each token, with code points and invisible characters."""

import unicodedata
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import STEPS
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import english_stem, fold, stem
from onneshon.index.analysis.tokenizer import tokenize
from onneshon.index.json_form import json_members, to_json

_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})


@json_members("name", "text", "code_points", "unseen")
@dataclass(frozen=True, slots=True)
class Stage:
    """A token after one step of the analysis.

    Attributes:
        name: the name of the step.
        text: the token after the step.
        code_points: the code points of ``text``, as ``U+0995``.
        unseen: the names of the invisible characters of ``text``, such as ``ZERO WIDTH JOINER``.
    """

    name: str
    text: str

    @property
    def code_points(self) -> tuple[str, ...]:
        """Code points of the text, as ``U+0995``."""
        return tuple(f"U+{ord(character):04X}" for character in self.text)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Names of the invisible characters of the text."""
        return tuple(
            unicodedata.name(character, f"U+{ord(character):04X}")
            for character in self.text
            if unicodedata.category(character) in _UNSEEN
        )

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return to_json(self)


@json_members("text", "start", "end", "exact", "stem", "stages")
@dataclass(frozen=True, slots=True)
class Explanation:
    """A token, and the steps that lead to its keys.

    Attributes:
        start: code point where it starts.
        end: code point after it.
        exact: key of the exact layer.
        stem: key of the stem layer.
        stages: the surface, then every step that changed something, last the stem layer's.
    """

    start: int
    end: int
    exact: str
    stem: str
    stages: tuple[Stage, ...]

    @property
    def text(self) -> str:
        """The surface."""
        return self.stages[0].text

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return to_json(self)


def explain(text: str) -> list[Explanation]:
    """The analysis of a text, token by token; tokens and keys are those of ``analyze``.

    Args:
        text: any text.
    """
    words = {(token.start, token.end): token.word for token in tokenize(text)}
    return [
        Explanation(start, end, exact, key, _stages(surface, words[start, end]))
        for surface, start, end, exact, key in analyze(text)
    ]


def _stages(surface: str, word: str) -> tuple[Stage, ...]:
    """The surface, the repaired word, then what each step makes of it; steps without effect are left out."""
    forms = accumulate(STEPS, lambda form, step: step.apply(form), initial=word)
    names = ("repair", *(step.name for step in STEPS))
    exact = [("surface", surface), *zip(names, forms, strict=True)]
    stages = [*exact, *_stem_stages(exact[-1][1])]
    changed = [Stage(name, form) for (_, before), (name, form) in pairwise(stages) if form != before]
    return (Stage(*stages[0]), *changed)


def _stem_stages(exact: str) -> list[tuple[str, str]]:
    if is_bengali(exact):
        return [("stem", stem(exact)), ("fold", fold(stem(exact)))]
    return [("English stem", english_stem(exact))] if exact.isascii() else []
