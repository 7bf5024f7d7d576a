"""The site's table of author names, ``authors.txt`` next to the index, which joins spellings of one author.

A line has the name that readers see, and the other spellings in articles::

    মোহাম্মদ আলী = মোঃ আলী; মো. আলী

Filters accept any of these names, and facets count them under the first; articles remain unchanged.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Final
from unicodedata import normalize

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.configuration import AUTHORS_FILE
from onneshon.index.storage.watched_file import LinesFile, WatchedFile, lines_with_entries
from onneshon.search.errors import AuthorsError

_FORM: Final = "`name = spelling; spelling`"

_MUHAMMAD: Final = (
    frozenset({"মোঃ", "মো", "মোহাঃ", "মোহাং", "মোহাম্মদ", "মোহাম্মাদ", "মোহম্মদ"})
    | frozenset({"মুহাম্মদ", "মুহাম্মাদ", "মুহম্মদ", "মুঃ", "মু"})
    | frozenset({"md", "mohammad", "mohammed", "muhammad"})
)
FORMS_OF_ADDRESS: Final = frozenset({"ড", "ডঃ", "ডা", "ডাঃ", "শ্রী", "জনাব", "আলহাজ", "আলহাজ্ব"})
"""Forms of address before a name that are no part of it."""

_TITLES: Final = FORMS_OF_ADDRESS | {"অধ্যাপক", "প্রফেসর", "dr", "prof"}


class Authors:
    """The table of author names.

    Args:
        names: for each name that readers see, its other spellings; in NFC.

    Attributes:
        names: the argument.
        every: for each spelling, all spellings of its author, first the name that readers see.
        fingerprint: a digest of the table; empty where the table is empty.
    """

    def __init__(self, names: Mapping[str, tuple[str, ...]]) -> None:
        self.names = names
        self.every = {
            each: (name, *spellings) for name, spellings in names.items() for each in (name, *spellings)
        }
        self.fingerprint = sha256(repr(names).encode()).hexdigest() if names else ""

    def name_of(self, spelling: str) -> str:
        """The name of an author that readers see; the spelling itself where it is not in the table."""
        return self.spellings(spelling)[0]

    def spellings(self, name: str) -> tuple[str, ...]:
        """All names of the author with this name, first the one that readers see."""
        return self.every.get(normalize("NFC", name), (name,))


NOBODY: Final = Authors({})


def parse_authors(text: str, where: str) -> Authors:
    """Parse a table.

    Args:
        text: the text of the file.
        where: the file's name, for messages.

    Raises:
        AuthorsError: a line is invalid, or a name belongs to two authors.
    """
    names: dict[str, tuple[str, ...]] = {}
    known: dict[str, int] = {}
    for number, line in lines_with_entries(normalize("NFC", text)):
        name, sign, others = line.partition("=")
        spellings = tuple(part.strip() for part in others.split(";") if part.strip())
        if not (sign and name.strip() and spellings):
            raise AuthorsError(f"{where}:{number}", f"write {_FORM}")
        for each in (name.strip(), *spellings):
            if (before := known.setdefault(each, number)) != number:
                raise AuthorsError(f"{where}:{number}", f"{each} is in line {before} too: write one line")
        names[name.strip()] = spellings
    return Authors(names)


class AuthorsFile(LinesFile):
    """The table's file, for editing; its errors are ``AuthorsError``."""

    error = AuthorsError
    form = _FORM

    def check(self, text: str, where: str) -> None:
        """Raise AuthorsError where a line is invalid."""
        parse_authors(text, where)


class SiteAuthors(WatchedFile[Authors]):
    """The table of an index, read again when its file changes.

    Args:
        directory: the directory of the index.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory / AUTHORS_FILE, NOBODY)

    def read(self) -> Authors:
        """Read the current table; raises AuthorsError."""
        return parse_authors(AuthorsFile(self.path).text(), str(self.path))


def alike(names: Iterable[str], authors: Authors) -> list[tuple[str, ...]]:
    """Groups of names that may belong to one author, for people to decide; the commonest name of each first.

    Names are compared by their words' stems, which fold letters that sound alike; মোঃ and its variants are
    one word, titles are ignored.

    Args:
        names: the names in articles, the most frequent first.
        authors: the existing table; of its authors only the name that readers see is compared.
    """
    known = [(likeness(name), at, name) for at, name in enumerate(dict.fromkeys(map(authors.name_of, names)))]
    groups = (
        [name for _, _, name in group]
        for key, group in groupby(sorted(known), key=lambda each: each[0])
        if key
    )
    order = {name: at for _, at, name in known}
    return sorted((tuple(group) for group in groups if len(group) > 1), key=lambda group: order[group[0]])


def plain_words(name: str) -> list[str]:
    """The words of a name without titles, with মোঃ and its variants as one word."""
    words = [word for word in name.lower().replace(".", " ").split() if word not in _TITLES]
    return ["মোহাম্মদ" if word in _MUHAMMAD else word for word in words]


def likeness(name: str) -> str:
    """A key that names of one author share, and those of different authors hardly ever do."""
    return " ".join(token.stem for token in analyze(" ".join(plain_words(name))))
