"""A site's file of synonyms, to be changed."""

from onneshon.search.errors import SynonymError
from onneshon.search.lines_file import LinesFile
from onneshon.search.understanding.synonyms import Entry, parse_synonyms

__all__ = ["SynonymsFile", "accepted_line", "refused_line"]


class SynonymsFile(LinesFile):
    """The file; what it raises is ``SynonymError``."""

    error = SynonymError
    form = "`word, word` or `word => word`"

    def check(self, text: str, where: str) -> None:
        """Raises SynonymError where a line makes no sense."""
        parse_synonyms(text, where)


def accepted_line(entry: Entry) -> str:
    """The line by which a site takes over what its index learned."""
    return f"{entry.left}\t=\t{entry.right}\t{entry.kind}\taccepted"


def refused_line(entry: Entry) -> str:
    """The line by which it says no: of a word that a table has, nothing is learned, and a word is itself."""
    return f"{entry.left}\t>\t{entry.left}\t{entry.kind}\trefused"
