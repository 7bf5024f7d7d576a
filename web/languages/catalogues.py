"""What the interface says: a catalogue of gettext a language, ``CODE.po`` beside this file, read once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from importlib.resources import files
from typing import Final

from babel.messages.pofile import read_po

LANGUAGES: Final = ("bn", "en")
"""Codes (BCP 47) of what readers may choose; the first is the language of those who have not chosen."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of a language.

    Attributes:
        forms: by key; of a message that is counted one for each plural of the language, else a single one.
        plural: the plural that a number takes, from 0.
        nouns: by its name, the forms of each noun that a site may choose; ``noun`` and its kin.
    """

    forms: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]
    nouns: Mapping[str, Mapping[str, str]]

    def text(self, key: str) -> str:
        """The message of that key.

        Raises:
            KeyError: no such message.
        """
        (text,) = self.forms[key]
        return text

    def counted(self, key: str, number: int) -> str:
        """The message of that key in the plural of a number.

        Raises:
            KeyError: no such message.
        """
        return self.forms[key][self.plural(number)]


@cache
def catalogue(language: str) -> Catalogue:
    """The messages of one of ``LANGUAGES``."""
    with (files("onneshon.web.languages") / f"{language}.po").open("rb") as file:
        read = read_po(file, abort_invalid=True)
    forms = {_first(message.id): _forms(message.string) for message in read if message.id}
    return Catalogue(forms, c2py(read.plural_expr), _nouns(forms))


def language_name(language: str) -> str:
    """What one of ``LANGUAGES`` calls itself."""
    return catalogue(language).text("site.language")


def _first(key: str | list[str] | tuple[str, ...]) -> str:
    return key if isinstance(key, str) else key[0]


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _nouns(forms: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    """Of keys as ``noun_of.book``, by name and form."""
    found: dict[str, dict[str, str]] = {}
    for key, (text, *_) in forms.items():
        form, _, name = key.partition(".")
        if form == "noun" or form.startswith("noun_"):
            found.setdefault(name, {})[form] = text
    return found
