"""What a site says of its pages in [site], and what it calls its articles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args
from unicodedata import normalize

import msgspec

from onneshon.index import Configuration, ConfigurationError
from onneshon.index.configuration import converted, unknown_key
from onneshon.web.languages.catalogues import LANGUAGES, catalogue
from onneshon.web.site.logos import Logo, read_logo
from onneshon.web.site.palette import Colours, Palette, palette
from onneshon.web.site.public_address import PublicAddress, read_address

__all__ = ["NAME", "NOUNS", "Noun", "ResultLink", "Site", "inflected", "own_noun", "parts", "read_site"]

_CONSONANTS: Final = frozenset(
    [chr(code) for code in range(0x0995, 0x09BA)] + ["\u09ce", "\u09dc", "\u09dd", "\u09df", "\u0982"]
)
"""Letters after which a word of Bengali ends in a consonant: খবর, দলিল, উৎস."""

_NUKTA: Final = "\u09bc"
"""Stands after its letter in NFC, as in য়; the letter is a consonant with it and without."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun in all languages.

    Attributes:
        name: of one that the catalogues have.
        own: a site's own in its place: forms by language, of as many as the site has said.
    """

    name: str = "article"
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)

    def forms(self, language: str) -> Mapping[str, str]:
        """The words that fill ``{noun}`` and its kin in messages."""
        return self.own.get(language) or catalogue(language).nouns[self.name]


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


def _bengali(word: str) -> dict[str, str]:
    return dict(zip(("noun_in", "noun_of"), inflected(word), strict=True))


_RULES: Final[Mapping[str, Callable[[str], dict[str, str]]]] = {"bn": _bengali}
"""By language, what makes other forms of ``{noun}``; without a rule a site says each."""

NOUNS: Final = {forms["noun"]: Noun(name) for name, forms in catalogue(LANGUAGES[0]).nouns.items()}
"""Those that can be named by their word in the first language; the first is used unless told."""


def parts() -> dict[str, tuple[str, str]]:
    """Language and form by the key with which a site says them: ``en`` and ``noun_many`` by ``en_many``."""
    return {
        f"{language}{form.removeprefix('noun')}": (language, form)
        for language in LANGUAGES
        for form in Noun().forms(language)
    }


def own_noun(said: Mapping[str, str]) -> Noun:
    """A site's own noun; languages of which it says nothing keep the usual.

    Args:
        said: words by keys of ``parts``.

    Raises:
        ValueError: nothing is said, or not every form of a language.
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


ResultLink = Literal["here", "original"]
"""Where the title of a hit leads: to the article with its marks, or to where it was published."""

NAME: Final[Mapping[str, str]] = {language: catalogue(language).text("site.name") for language in LANGUAGES}
"""Of a site that has not said its own."""


@dataclass(frozen=True, slots=True)
class Site:
    """Whose page it is. Texts are by language; those that are not there were not said.

    Attributes:
        names: of the site.
        taglines: what stands under the name.
        home: what stands on the home page, a paragraph a line.
        footer: what stands at the foot of every page.
        logo: in the place of the name.
        noun: what its articles are called.
        categories: those that are shown first, in this order.
        result_link: where the title of a hit leads.
        address: under which readers reach it.
        palette: colours in the place of ours.
    """

    names: Mapping[str, str] = field(default_factory=lambda: NAME, hash=False)
    taglines: Mapping[str, str] = field(default_factory=dict, hash=False)
    home: Mapping[str, str] = field(default_factory=dict, hash=False)
    footer: Mapping[str, str] = field(default_factory=dict, hash=False)
    logo: Logo | None = None
    noun: Noun = field(default_factory=Noun)
    categories: tuple[str, ...] = ()
    result_link: ResultLink = "here"
    address: PublicAddress = field(default_factory=PublicAddress)
    palette: Palette = field(default_factory=Palette)

    @property
    def named(self) -> bool:
        """Whether it has a name of its own."""
        return self.names is not NAME

    def words(self, language: str) -> dict[str, str]:
        """What fills ``{site}``, ``{noun}`` and its kin in messages."""
        return {"site": self.names[language], **self.noun.forms(language)}


class _SiteTable(msgspec.Struct, forbid_unknown_fields=True):
    name: str | dict[str, str] = ""
    tagline: str | dict[str, str] = ""
    logo: str = ""
    noun: str | dict[str, str] = ""
    home: str | dict[str, str] = ""
    footer: str | dict[str, str] = ""
    category_order: list[str] = msgspec.field(default_factory=list)
    result_link: str = "here"
    address: str = ""
    colours: dict[str, Any] = msgspec.field(default_factory=dict)


def read_site(configuration: Configuration) -> Site:
    """The site that a configuration describes.

    Raises:
        ConfigurationError: a key is unknown, a value makes no sense, a colour cannot be read.
    """
    path = configuration.path
    table = converted(path, "site", dict(configuration.site), _SiteTable)
    if table.result_link not in get_args(ResultLink):
        raise ConfigurationError(path, "site.result_link", "must be 'here' or 'original'")
    return Site(
        names=_texts(path, "site.name", table.name) or NAME,
        taglines=_texts(path, "site.tagline", table.tagline),
        home=_texts(path, "site.home", table.home),
        footer=_texts(path, "site.footer", table.footer),
        logo=read_logo(path, table.logo) if table.logo else None,
        noun=_noun(path, table.noun),
        categories=tuple(dict.fromkeys(table.category_order)),
        result_link=table.result_link,  # type: ignore[arg-type]  # checked above
        address=read_address(path, table.address) if table.address else PublicAddress(),
        palette=palette(path, converted(path, "site.colours", table.colours, Colours)),
    )


def _texts(path: Path | None, place: str, value: str | Mapping[str, str]) -> dict[str, str]:
    """A text by language; where one is not said, the first that is serves."""
    if isinstance(value, str):
        return dict.fromkeys(LANGUAGES, value.strip()) if value.strip() else {}
    for key in value:
        if key not in LANGUAGES:
            raise unknown_key(path, place, key, LANGUAGES)
    said = {key: text.strip() for key, text in value.items() if text.strip()}
    return {key: said.get(key) or next(iter(said.values())) for key in LANGUAGES} if said else {}


def _noun(path: Path | None, value: str | Mapping[str, str]) -> Noun:
    if not value:
        return Noun()
    if isinstance(value, str):
        if value in NOUNS:
            return NOUNS[value]
        reason = f"must be one of {', '.join(NOUNS)}, or say {{ bn = …, en = …, en_many = … }}"
        raise ConfigurationError(path, "site.noun", reason)
    for key in value:
        if key not in parts():
            raise unknown_key(path, "site.noun", key, parts())
    try:
        return own_noun(value)
    except ValueError as error:
        raise ConfigurationError(path, "site.noun", str(error)) from error
