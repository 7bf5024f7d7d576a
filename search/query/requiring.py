"""From a query to the same query of which an article must hold a word."""

from onneshon.search.query.lexer import PROSE_WORDS, lex


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
    operand = f"({word})" if " " in word or not word[0].isalpha() else word
    if len(pieces) <= PROSE_WORDS:
        return f"{text[:start]}+{operand}{text[end:]}"
    rest = " ".join(f"{text[:start]} {text[end:]}".split())
    return f"{operand} AND ({rest})"  # where there are more words, a plus sign is punctuation
