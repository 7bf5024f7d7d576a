import re
from pathlib import Path
from string import Formatter

from onneshon.index.analysis.canonical import STEPS
from onneshon.web import messages
from onneshon.web.messages import MESSAGES

ROOT = Path(messages.__file__).parent


NOUNS = {"noun", "nouns", "noun_in", "noun_of"}
"""What the site fills in, in the forms that each language has."""


def _braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _without_singulars(keys: dict[str, str]) -> set[str]:
    return {key for key in keys if not key.endswith(".one")}


def test_every_message_is_in_both_languages() -> None:
    """No reader meets a page half in the other language."""
    assert _without_singulars(MESSAGES["bn"]) == _without_singulars(MESSAGES["en"])


def test_messages_are_filled_alike() -> None:
    """What a page puts into a message has a place in both languages."""
    for key, text in MESSAGES["en"].items():
        assert _braces(text) - NOUNS == _braces(MESSAGES["bn"][key.removesuffix(".one")]) - NOUNS, key


def test_every_message_is_used() -> None:
    """A message that no template or module names is dead, and one that is named exists."""
    texts = [path.read_text("utf-8") for path in ROOT.rglob("*") if path.suffix in {".html", ".xml", ".py"}]
    sources = "\n".join(text for text in texts if "_BENGALI" not in text)
    made_up_at_run_time = (
        "analysis.kind.",
        "cite.",
        "error.",
        "facet.",
        "ignored.",
        "layer.",
        "month.",
        "narrow.name.",
        "sort.",
        "step.",
    )
    for key in _without_singulars(MESSAGES["bn"]):
        assert f'"{key}"' in sources or f"'{key}'" in sources or key.startswith(made_up_at_run_time), key
    for key in re.findall(r"""\bt\(["']([a-z0-9_.]+)["']""", sources):
        assert key in MESSAGES["bn"] or key.endswith("."), key


def test_every_step_of_the_analysis_has_a_name() -> None:
    """A step that is added to the chain is named for readers too."""
    names = {step.name for step in STEPS} | {"repair", "stem", "fold", "English stem"}
    assert {f"step.{name}" for name in names} <= MESSAGES["bn"].keys()


def test_bengali_is_written_one_way() -> None:
    """The letters ড় ঢ় য় are single characters throughout, so that the source can be searched."""
    assert not [key for key, text in MESSAGES["bn"].items() if "\u09bc" in text]


REJECTED = (
    "শব্দে খোঁজা হয়েছে",
    "খুঁজছিলেন:",
    "মিলে যান",
    "প্রথম পাতায় ফিরুন",
    "এমন কোনো নিবন্ধ",
    "আঁধার",
    "লেখার ঘরে",
    "ফুটকি",
    "ফেব্রুয়ারী",
    "জানুয়ারী",
    "ছাঁটা ও জোড়া",
    "হরফ: নোটো",
)
"""Wordings that Bengali readers misread: half questions, a pronunciation for a match, a mill for a match, and
one name for the home page and the first page of results.
"""

SETTLED = {
    "results.understood": "‘{understood}’ ধরে খোঁজা হয়েছে।",
    "results.literally": "এর বদলে ‘{original}’ খুঁজুন",
    "layer.sound": "উচ্চারণে মিল",
    "article.jump": "প্রথম মিলটিতে যান",
    "article.matches": "{count} জায়গায় মিল আছে",
    "site.home": "{site}: মূল পাতা",
    "results.first_page": "ফলাফলের প্রথম পাতায় যান",
    "none.text": "‘{query}’ কোনো লেখায় পাওয়া যায়নি।",
    "none.quotes": "উদ্ধৃতিচিহ্ন ছাড়া খুঁজুন",
    "site.dark": "গাঢ় রং",
    "keys.box": "খোঁজার ঘরে যেতে",
    "month.2": "ফেব্রুয়ারি",
}
"""Wordings that were read aloud and kept."""


def test_no_message_is_one_that_readers_misread() -> None:
    """What was found to read wrong does not come back under another key."""
    found = {text: key for key, text in MESSAGES["bn"].items() if any(one in text for one in REJECTED)}
    assert not found


def test_settled_wordings_stay() -> None:
    """A changed wording is a decision, made here too."""
    assert {key: MESSAGES["bn"][key] for key in SETTLED} == SETTLED
