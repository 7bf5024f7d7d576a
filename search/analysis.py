"""What the front end may ask about words, numbers and dates, so that it need not know the layer below."""

import unicodedata
from dataclasses import asdict, dataclass

from index.analyzer import analyze
from index.canonical import STEPS
from index.icu_text import format_date, format_integer

__all__ = ["explain", "format_date", "format_integer"]


@dataclass(frozen=True, slots=True)
class Character:
    """A code point of a token: its ``U+`` number, its Unicode name, whether it can be seen."""

    char: str
    code: str
    name: str
    invisible: bool


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step of the chain, by its name, made of the word."""

    name: str
    result: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A token with its place, its keys, and how it came by them."""

    text: str
    start: int
    end: int
    exact: str
    stem: str
    steps: tuple[StepResult, ...]
    characters: tuple[Character, ...]

    def to_dict(self) -> dict[str, object]:
        """As JSON-ready values."""
        return asdict(self)


def explain(text: str) -> list[Explained]:
    """Every token of the text, in order."""
    out = []
    for token in analyze(text):
        word, steps = token.text, []
        for step in STEPS:
            word = step.apply(word)
            steps.append(StepResult(step.name, word))
        steps.append(StepResult("stem", token.stem))
        chars = tuple(
            Character(c, f"U+{ord(c):04X}", unicodedata.name(c, "?"), unicodedata.category(c) in {"Cf", "Cc"})
            for c in token.text
        )
        out.append(
            Explained(token.text, token.start, token.end, token.exact, token.stem, tuple(steps), chars)
        )
    return out
