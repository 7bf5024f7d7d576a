"""Front matter: what a file of Markdown says of itself before its text, in YAML, TOML or JSON."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.record import needed

__all__ = ["front_matter", "is_draft"]

_LONGEST: Final = 1 << 16
"""Characters of front matter; of YAML, reading takes some hundred times as many bytes."""
_YAML: Final = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML: Final = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_EMPTY: Final = ("", "~", "null", "Null", "NULL")
"""How YAML says nothing; all its values are read as texts, as a title may look like a number or a day."""


def front_matter(text: str, where: str) -> tuple[dict[str, Any], str]:
    """What a file says of itself, and the text that follows.

    Args:
        text: of the file, with LF at the ends of its lines.
        where: the file, for messages.

    Raises:
        CorpusError: it is broken, or longer than anybody writes.
    """
    head = text[: _LONGEST + 8]
    try:
        if found := _YAML.match(head):
            return _mapping(_yaml(found[1], where)), text[found.end() :]
        if found := _TOML.match(head):
            return tomllib.loads(found[1]), text[found.end() :]
        if head.startswith("{") and not head.startswith(("{{", "{%", "{:")):
            value, end = json.JSONDecoder().raw_decode(head)
            return _mapping(value), text[end:]
    except (ValueError, RecursionError) as error:
        reason = f"broken front matter: {' '.join(str(error).split())[:200]}"
        raise CorpusError(where, "format", reason) from None
    return {}, text


def _mapping(value: object) -> dict[str, Any]:
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("it has no names of fields")  # noqa: TRY004  # reported as what is broken otherwise
    return {
        str(name): each for name, each in value.items() if not isinstance(each, str) or each not in _EMPTY
    }


def _is_empty(value: object) -> bool:
    return isinstance(value, str) and value in _EMPTY


def _yaml(text: str, where: str) -> Any:
    """The value of some YAML, in which no part stands for another: that is how little text becomes much."""
    yaml = needed("yaml", "markdown", where)
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=loader)):
            raise ValueError("an alias (*name) in it")
        return yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def is_draft(fields: Mapping[str, Any]) -> bool:
    """Whether a file is not published: ``draft: true`` of Hugo, ``published: false`` of Jekyll."""
    said = {name: str(fields.get(name, "")).strip().lower() for name in ("draft", "published", "publish")}
    return said["draft"] in {"true", "yes", "1"} or "false" in {said["published"], said["publish"]}
