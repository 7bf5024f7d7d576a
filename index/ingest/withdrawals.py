"""Records that say of an article that it is withdrawn, in the words of every format."""

from collections.abc import Mapping
from typing import Any, Final

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.fields import FieldMapping

__all__ = ["is_withdrawn", "withdrawn_id"]

# A boolean is a number to Python, and one of a database may be a number to whoever asks it.
_YES: Final = (1, "1", "true")
_NO: Final = (0, "0", "false", "", None)


def is_withdrawn(fields: Mapping[str, Any], where: str) -> bool:
    """Whether a record says that its article is withdrawn.

    Args:
        fields: of the record, under the names of its source; ``deleted`` is true, 1, or such a word where
            the format has texts alone; spreadsheets write TRUE.
        where: its place, for the message.

    Raises:
        CorpusError: ``deleted`` is neither yes nor no.
    """
    value = fields.get("deleted")
    word = value.strip().lower() if isinstance(value, str) else value
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CorpusError(where, "type", f"deleted is {repr(value)[:40]}, which is neither true nor false")


def withdrawn_id(fields: Mapping[str, Any], mapping: FieldMapping, where: str) -> str:
    """The id of the article that is withdrawn by a record that says so.

    Args:
        fields: of the record, under the names of its source.
        mapping: which of them is the id.
        where: its place, for the message.

    Raises:
        CorpusError: it has no id.
    """
    found = mapping.apply(fields).get("id")
    if not isinstance(found, str | int) or isinstance(found, bool) or found == "":
        raise CorpusError(where, "id", "an article is to be deleted, but which has no id")
    return str(found)
