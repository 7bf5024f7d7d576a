from onneshon.index.kernel.letter_costs import LetterCosts
from onneshon.index.kernel.spellings import Spellings

def nearest(
    words: Spellings,
    costs: LetterCosts,
    word: str,
    apart: int,
    *,
    bits: int,
    but: int,
    sounding: int,
    most: int,
    weight: float,
    count: int,
    within: float,
    enough: int,
) -> list[tuple[int, float]] | None: ...
