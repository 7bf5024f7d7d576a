"""Which names are of one author: a table of the site, ``authors.txt`` beside the index.

A line has the name that readers see, and the other spellings that articles have::

    মোহাম্মদ আলী = মোঃ আলী; মো. আলী

Filters and counts know the first alone, by whichever of them they are asked; articles stay as they are.
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
"""What is no part of a name, wherever it stands before one."""

_TITLES: Final = FORMS_OF_ADDRESS | {"অধ্যাপক", "প্রফেসর", "dr", "prof"}


class Authors:
    """The table.

    Args:
        names: each name that readers see, with its other spellings; in NFC.

    Attributes:
        names: as given.
        every: for each spelling, the name among them, all of its author, the name first.
        fingerprint: a text that is another one where the table is; empty where it is empty.
    """

    def __init__(self, names: Mapping[str, tuple[str, ...]]) -> None:
        self.names = names
        self.every = {
            each: (name, *spellings) for name, spellings in names.items() for each in (name, *spellings)
        }
        self.fingerprint = sha256(repr(names).encode()).hexdigest() if names else ""

    def name_of(self, spelling: str) -> str:
        """The name that readers see of an author; of one who is not in the table the spelling itself."""
        return self.spellings(spelling)[0]

    def spellings(self, name: str) -> tuple[str, ...]:
        """All names of the author who has one, first the one that readers see."""
        return self.every.get(normalize("NFC", name), (name,))


NOBODY: Final = Authors({})


def parse_authors(text: str, where: str) -> Authors:
    """A table from its text.

    Args:
        text: of the file.
        where: the file, for messages.

    Raises:
        AuthorsError: a line makes no sense, or a name is of two.
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
    """The file, to be changed; what it raises is ``AuthorsError``."""

    error = AuthorsError
    form = _FORM

    def check(self, text: str, where: str) -> None:
        """Raises AuthorsError where a line makes no sense."""
        parse_authors(text, where)


class SiteAuthors(WatchedFile[Authors]):
    """The table of an index, read again when it changed.

    Args:
        directory: of the index.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory / AUTHORS_FILE, NOBODY)

    def read(self) -> Authors:
        """The table as it is now; raises AuthorsError."""
        return parse_authors(AuthorsFile(self.path).text(), str(self.path))


def alike(names: Iterable[str], authors: Authors) -> list[tuple[str, ...]]:
    """Names that may be of one author, for somebody to decide: each group, its commonest name first.

    Names are compared by their words' stems, which fold letters that sound alike; মোঃ and its kin are one
    word, titles are none.

    Args:
        names: that articles have, the most frequent first.
        authors: of what is decided, only the name that readers see comes again.
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
    """The words of a name as those who know the author say them: without titles, মোঃ and its kin as one."""
    words = [word for word in name.lower().replace(".", " ").split() if word not in _TITLES]
    return ["মোহাম্মদ" if word in _MUHAMMAD else word for word in words]


def likeness(name: str) -> str:
    """What names of one author have in common, and hardly those of two."""
    return " ".join(token.stem for token in analyze(" ".join(plain_words(name))))
