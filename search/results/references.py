"""An article as a reference: in plain words, for BibTeX, and as RIS for reference managers."""

import re
from hashlib import sha256

from onneshon.index.analysis.control_characters import visible
from onneshon.index.article import Article

__all__ = ["citations"]

_TEX = str.maketrans({sign: f"\\{sign}" for sign in "&%$#_{}"} | {"\\": r"\textbackslash{}"})

_NO_KEY = re.compile("[^A-Za-z0-9]+")


def _line(text: str) -> str:
    """On one line, since a line break ends a field of RIS."""
    return " ".join(visible(text, isolated=True).split())


def _plain(fields: dict[str, str]) -> str:
    parts = (fields["author"], f"“{fields['title']}”", fields["date"], fields["url"])
    return ". ".join(part for part in parts if part) + "."


def _bibtex(fields: dict[str, str]) -> str:
    names = ("author", "title", "date", "url")
    lines = (f"  {name} = {{{fields[name].translate(_TEX)}}}," for name in names if fields[name])
    return "\n".join([f"@online{{onneshon-{_key(fields['id'])},", *lines, "}"])


def _key(article_id: str) -> str:
    """An id in the letters of a key; one that has others ends with a part of its sum, to be told apart."""
    plain = _NO_KEY.sub("-", article_id).strip("-")
    if plain == article_id:
        return plain
    return f"{plain}-{sha256(article_id.encode()).hexdigest()[:8]}".lstrip("-")


def _ris(fields: dict[str, str]) -> str:
    tags = {"AU": "author", "TI": "title", "UR": "url"}
    lines = [f"{tag}  - {fields[name]}" for tag, name in tags.items() if fields[name]]
    if fields["date"]:
        lines.insert(-1, f"DA  - {fields['date'].replace('-', '/')}")
    return "\n".join(["TY  - NEWS", *lines, "ER  - "])


def citations(article: Article, address: str) -> list[tuple[str, str]]:
    """The name of each form of reference and the reference in it.

    Args:
        article: to refer to.
        address: where it stands, the original before ours.
    """
    fields = {
        "id": article.id,
        "title": _line(article.title),
        "author": _line(article.author),
        "date": article.date.isoformat() if article.date else "",
        "url": _line(address),
    }
    return [("plain", _plain(fields)), ("bibtex", _bibtex(fields)), ("ris", _ris(fields))]
