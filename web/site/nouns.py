"""What a site's articles are called, in the forms that sentences of the interface need."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from onneshon.web.messages import Language

__all__ = ["NOUNS", "Noun", "inflected"]

_CONSONANTS: Final = frozenset(
    [chr(code) for code in range(0x0995, 0x09BA)] + ["\u09ce", "\u09dc", "\u09dd", "\u09df", "\u0982"]
)
"""Letters after which a word of Bengali ends in a consonant: খবর, দলিল, উৎস."""

_NUKTA: Final = "\u09bc"
"""Stands after its letter in NFC, as in য়; the letter is a consonant with it and without."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun by language.

    Attributes:
        bengali: নিবন্ধ, to which টি and গুলিতে are added as they are.
        english: one of them.
        english_many: several.
    """

    bengali: str
    english: str
    english_many: str

    def forms(self, language: Language) -> Mapping[str, str]:
        """The words that fill ``{noun}`` and its kin in messages."""
        if language == "en":
            return {"noun": self.english, "nouns": self.english_many}
        within, of = inflected(self.bengali)
        return {"noun": self.bengali, "noun_in": within, "noun_of": of}


def inflected(word: str) -> tuple[str, str]:
    """The locative and the genitive of a Bengali noun: খবরে, খবরের; বইয়ে, বইয়ের; লেখায়, লেখার; চিঠিতে, চিঠির.

    By the last letter, as school grammars have it (ঢাকা বোর্ড, *বাংলা ব্যাকরণ ও নির্মিতি*, on বিভক্তি).
    """
    last = normalize("NFC", word).removesuffix(_NUKTA)[-1:]
    if last in _CONSONANTS:
        return f"{word}ে", f"{word}ের"
    if last == "া":
        return f"{word}য়", f"{word}র"
    if last in {"ি", "ী", "ু", "ূ", "ৃ", "ে", "ো"}:
        return f"{word}তে", f"{word}র"
    return f"{word}য়ে", f"{word}য়ের"


NOUNS: Final = {
    "নিবন্ধ": Noun("নিবন্ধ", "article", "articles"),
    "খবর": Noun("খবর", "story", "stories"),
    "প্রতিবেদন": Noun("প্রতিবেদন", "report", "reports"),
    "লেখা": Noun("লেখা", "text", "texts"),
    "বই": Noun("বই", "book", "books"),
    "দলিল": Noun("দলিল", "document", "documents"),
    "চিঠি": Noun("চিঠি", "letter", "letters"),
    "কবিতা": Noun("কবিতা", "poem", "poems"),
}
"""Those that can be named by their Bengali word alone; the first is used unless told."""
