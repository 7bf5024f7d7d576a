from onneshon.index.kernel.letter_costs import LetterCosts
from onneshon.index.kernel.spellings import Spellings

def is_any_within(
    words: Spellings,
    costs: LetterCosts,
    word: str,
    apart: int,
    *,
    bits: int,
    sounding: int,
    most: int,
    least: int,
    reach: float,
    gain: float,
) -> bool: ...
