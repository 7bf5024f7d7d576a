"""The messages of the interface, a gettext catalogue per language, and the nouns for a site's articles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from gettext import c2py
from importlib.resources import files
from typing import Final
from unicodedata import normalize

from babel.messages.pofile import read_po

LANGUAGES: Final = ("bn", "en")
"""Codes (BCP 47) of the languages readers can choose; the first is the default."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of a language.

    Attributes:
        forms: the texts of each key: one per plural form of the language for a counted message, else one.
        plural: returns the index of the plural form for a number, from 0.
        nouns: for each noun a site may choose, by name, its forms: ``noun``, ``noun_of`` and others.
    """

    forms: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]
    nouns: Mapping[str, Mapping[str, str]]

    def text(self, key: str) -> str:
        """The message of a key.

        Raises:
            KeyError: there is no such message.
        """
        (text,) = self.forms[key]
        return text

    def counted(self, key: str, number: int) -> str:
        """The message of a key, in the plural form for a number.

        Raises:
            KeyError: there is no such message.
        """
        return self.forms[key][self.plural(number)]


@cache
def catalogue(language: str) -> Catalogue:
    """The messages of one of ``LANGUAGES``."""
    with (files("onneshon.web.languages") / f"{language}.po").open("rb") as file:
        read = read_po(file, abort_invalid=True)
    forms = {_first(message.id): _forms(message.string) for message in read if message.id}
    return Catalogue(forms, c2py(read.plural_expr), _nouns(forms))


def _first(key: str | list[str] | tuple[str, ...]) -> str:
    return key if isinstance(key, str) else key[0]


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _nouns(forms: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    """The texts of keys such as ``noun_of.book``, by noun name and form."""
    found: dict[str, dict[str, str]] = {}
    for key, (text, *_) in forms.items():
        form, _, name = key.partition(".")
        if form == "noun" or form.startswith("noun_"):
            found.setdefault(name, {})[form] = text
    return found


_CONSONANTS: Final = frozenset(
    [chr(code) for code in range(0x0995, 0x09BA)] + ["\u09ce", "\u09dc", "\u09dd", "\u09df", "\u0982"]
)
"""Letters that make a Bengali word end in a consonant if they are its last: খবর, দলিল, উৎস."""

_NUKTA: Final = "\u09bc"
"""The nukta, which follows its letter in NFC, as in য়; the letter is a consonant with it and without."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun in all languages.

    Attributes:
        name: the name of a noun in the catalogues.
        own: a site's own noun, used in its place: its forms, for the languages that the site gives.
    """

    name: str = "article"
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)

    def forms(self, language: str) -> Mapping[str, str]:
        """The words that fill ``{noun}``, ``{noun_of}`` and the like in messages."""
        return self.own.get(language) or catalogue(language).nouns[self.name]


def inflected(word: str) -> tuple[str, str]:
    """The locative and the genitive of a Bengali noun: খবরে, খবরের; বইয়ে, বইয়ের; লেখায়, লেখার; চিঠিতে, চিঠির.

    The last letter decides, as in school grammars (ঢাকা বোর্ড, *বাংলা ব্যাকরণ ও নির্মিতি*, on বিভক্তি).
    """
    last = normalize("NFC", word).removesuffix(_NUKTA)[-1:]
    if last in _CONSONANTS:
        return f"{word}ে", f"{word}ের"
    if last == "া":
        return f"{word}য়", f"{word}র"
    if last in {"ি", "ী", "ু", "ূ", "ৃ", "ে", "ো"}:
        return f"{word}তে", f"{word}র"
    return f"{word}য়ে", f"{word}য়ের"


def _bengali(word: str) -> dict[str, str]:
    return dict(zip(("noun_in", "noun_of"), inflected(word), strict=True))


_RULES: Final[Mapping[str, Callable[[str], dict[str, str]]]] = {"bn": _bengali}
"""Functions, by language, that derive the other forms of ``{noun}``; without one a site gives every form."""

NOUNS: Final = {forms["noun"]: Noun(name) for name, forms in catalogue(LANGUAGES[0]).nouns.items()}
"""The nouns of the catalogues by their word in the first language; the first noun is the default."""


def parts() -> dict[str, tuple[str, str]]:
    """Language and noun form by their key in a site's settings: ``en`` and ``noun_many`` by ``en_many``."""
    return {
        f"{language}{form.removeprefix('noun')}": (language, form)
        for language in LANGUAGES
        for form in Noun().forms(language)
    }


def own_noun(said: Mapping[str, str]) -> Noun:
    """A site's own noun; languages that the site does not give keep the default.

    Args:
        said: words by the keys of ``parts``.

    Raises:
        ValueError: no word is given, or not every form of a language.
    """
    own: dict[str, dict[str, str]] = {}
    for key, (language, form) in parts().items():
        if word := said.get(key, "").strip():
            own.setdefault(language, {})[form] = word
    for language, forms in own.items():
        if "noun" in forms and language in _RULES:
            own[language] = _RULES[language](forms["noun"]) | forms
    lacking = [key for key, (language, form) in parts().items() if form not in own.get(language, {form: ""})]
    if lacking or not own:
        raise ValueError(f"must say {', '.join(lacking) or LANGUAGES[0]} too")
    return Noun(own=own)
