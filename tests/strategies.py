"""Strategies of Hypothesis: text of the Bengali block, its joiners, other scripts and emoji."""

from hypothesis import strategies as st

__all__ = ["bengali_letters", "bengali_text", "bengali_words", "mixed_text"]

JOINERS = "\u200c\u200d"
"""ZERO WIDTH NON-JOINER and JOINER: typed inside Bengali conjuncts, and invisible."""

EMOJI = "\U0001f600\U0001f1e7\U0001f1e9\U0001f468\u200d\U0001f469\u200d\U0001f467"
"""A code point beyond the BMP, a flag of two, a family joined by ZERO WIDTH JOINER."""

WORDS = (
    "বাংলাদেশ",
    "বাংলাদেশের",
    "ইতিহাস",
    "ক্ষমা",
    "র\u200d্যাব",
    "বাড়ি",
    "বা\u09a1\u09bcি",
    "দুঃখ",
    "২০২৪-এর",
    "১,২৩,৪৫৬",
    "SCO-তে",
    "শাহ্\u200cবাগ",
)

bengali_letters = st.characters(min_codepoint=0x0980, max_codepoint=0x09FF)
"""Any code point of the Bengali block, including unassigned ones."""

bengali_words = st.sampled_from(WORDS) | st.text(
    st.sampled_from("কখগতনমরলসহ্ািীুেো়ঁং" + JOINERS), min_size=1, max_size=8
)
"""Real words, and strings of letters that look like words."""

bengali_text = st.text(
    bengali_letters
    | st.sampled_from(JOINERS)
    | st.characters(min_codepoint=0x20, max_codepoint=0x7E)
    | st.sampled_from(EMOJI),
    max_size=60,
)
"""Random strings of the script: the whole block, the joiners, ASCII, emoji."""

mixed_text = st.lists(bengali_words | bengali_text | st.text(max_size=8), max_size=12).map(" ".join)
"""Passages of real words among random strings of any script."""
