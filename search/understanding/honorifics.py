"""Forms of address, which a name is also written without: জনাব ওবায়দুল কাদের, মরহুম জিয়াউর রহমান, মোঃ আবদুল হামিদ.

Beside the rest of a name they ask for nothing by themselves, as function words do.
"""

from typing import Final

from onneshon.index.analysis.analyzer import Token
from onneshon.index.analysis.canonical import canonical


def _words(text: str) -> frozenset[str]:
    return frozenset(map(canonical, text.split()))


_ALWAYS: Final = _words("জনাব জনাবা মাননীয় মাননীয়া মহামান্য মরহুম মরহুমা মহোদয় আলহাজ আলহাজ্ব শ্রীযুক্ত মিঃ মি")
_BESIDE_NAMES: Final = _words(
    "মোঃ মো মোছাঃ মোসাঃ ডাঃ ডা ডঃ ড হযরত হজরত প্রয়াত সাহেব স্যার মিস্টার মিসেস শ্রী শ্রীমতি শ্রীমতী রহঃ রাঃ সাঃ"
)
"""What is another word as well, or a part of a title (সাহেব বিবি)."""

ADDRESSES: Final = _ALWAYS | _BESIDE_NAMES
"""All of them."""

_NAME: Final = 2
"""Words of content that a name has."""


def is_needless(word: Token, others: int) -> bool:
    """Whether a word is a form of address beside a name.

    Args:
        word: as it is meant.
        others: the words of content of the query beside it.
    """
    exact = word.exact
    return (others > 0 and exact in _ALWAYS) or (others >= _NAME and exact in _BESIDE_NAMES)
