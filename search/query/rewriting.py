"""Other texts of a query: without its quotation marks, or with a word that every article must hold."""

import re
from typing import Final

from onneshon.search.query.lexer import PROSE_WORDS, QUOTED, SIGN, SIGNS, lex

_QUOTATION: Final = re.compile(QUOTED, re.VERBOSE)
_SIGNS_QUOTED: Final = str.maketrans(dict.fromkeys("()*:+~=", " "))


def unquoted(text: str) -> str:
    """A query without its quotation marks: the same words, side by side or not."""
    return _QUOTATION.sub(_words_quoted, text).strip()


def quotation_of(text: str) -> str:
    """The words of a query that is a quotation and nothing else; empty where it is not."""
    found = _QUOTATION.fullmatch(text.strip())
    return _words_quoted(found) if found and found["slop"] is None else ""


def _words_quoted(found: re.Match[str]) -> str:
    """What is quoted, without what would be a sign outside of quotation marks."""
    words = (found["straight"] or found["curly"] or "").translate(_SIGNS_QUOTED).split()
    return " ".join([word.lstrip("-") for word in words if word not in SIGNS])


def requiring(text: str, typed: str, word: str) -> str | None:
    """The query with something of it that every article must hold.

    Args:
        text: the query as typed.
        typed: the word or the words of it, single spaces between them.
        word: what is written in their stead: the same, or what they were read as.

    Returns:
        None where the query is more than plain words, or does not have these words just once.
    """
    pieces = lex(text)
    words, sought = [piece.text for piece in pieces], typed.split()
    positions = [at for at in range(len(words)) if words[at : at + len(sought)] == sought]
    if len(positions) != 1 or any(piece.kind != "word" for piece in pieces):
        return None
    start, end = pieces[positions[0]].start, pieces[positions[0] + len(sought) - 1].end
    operand = word if " " not in word and SIGN.match(f"+{word}") else f"({word})"
    if len(pieces) <= PROSE_WORDS:
        return f"{text[:start]}+{operand}{text[end:]}"
    rest = " ".join(f"{text[:start]} {text[end:]}".split())
    return f"{operand} AND ({rest})"  # where there are more words, a plus sign is punctuation
