"""An article as a reference: in plain words, for BibTeX, and as RIS for reference managers."""

from index.analysis.control_characters import visible
from search import Article

__all__ = ["citations"]

_TEX = str.maketrans({one: f"\\{one}" for one in "&%$#_{}"} | {"\\": r"\textbackslash{}"})


def _line(text: str) -> str:
    """On one line, since a line break ends a field of RIS."""
    return " ".join(visible(text, isolated=True).split())


def _plain(fields: dict[str, str]) -> str:
    parts = (fields["author"], f"“{fields['title']}”", fields["date"], fields["url"])
    return ". ".join(part for part in parts if part) + "."


def _bibtex(fields: dict[str, str]) -> str:
    names = ("author", "title", "date", "url")
    lines = (f"  {name} = {{{fields[name].translate(_TEX)}}}," for name in names if fields[name])
    key = "".join(one for one in fields["id"] if one.isascii() and one.isalnum())
    return "\n".join([f"@online{{onneshon-{key},", *lines, "}"])


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
