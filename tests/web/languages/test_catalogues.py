import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from onneshon.index.analysis.canonical import STEPS
from onneshon.web.languages import catalogues
from onneshon.web.languages.catalogues import LANGUAGES, catalogue

FOLDER = Path(catalogues.__file__).parent
WEB = FOLDER.parent
REFERENCE = catalogue("en")
BENGALI = {key: text for key, (text, *_) in catalogue("bn").forms.items()}
NUMBERS = (*range(201), 1000, 100_000, 1_000_000)


def _braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _noun(name: str) -> bool:
    """Whether a placeholder or a key is a form of the site's noun, which each language defines."""
    return re.match(r"noun(_|\b)", name) is not None


def _but_nouns(names: set[str]) -> set[str]:
    return {name for name in names if not _noun(name)}


def test_every_language_has_its_file_and_every_file_its_line() -> None:
    """A language is a file and its code in the list."""
    assert sorted(path.stem for path in FOLDER.glob("*.po")) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_finished(language: str) -> None:
    """No message is untranslated, fuzzy or repeated, and the header names the language."""
    text = (FOLDER / f"{language}.po").read_text("utf-8")
    with (FOLDER / f"{language}.po").open("rb") as file:
        read = read_po(file, abort_invalid=True)
    assert re.search(rf'^"Language: {language}\\n"$', text, re.MULTILINE)
    assert not read.obsolete
    assert len(re.findall(r"^msgid ", text, re.MULTILINE)) == len([*read])
    for message in read:
        texts = [message.string] if isinstance(message.string, str) else [*(message.string or [""])]
        assert not (message.id and message.fuzzy), message.id
        assert all(texts), message.id
        assert len(texts) == (read.num_plurals if message.pluralizable else 1), message.id
    assert {catalogue(language).plural(number) for number in NUMBERS} == {*range(read.num_plurals)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_in_every_language(language: str) -> None:
    """No page is half in another language."""
    assert _but_nouns({*catalogue(language).forms}) == _but_nouns({*REFERENCE.forms})


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_are_filled_alike(language: str) -> None:
    """Each placeholder is in every language, and no other."""
    for key, (text, *plurals) in catalogue(language).forms.items():
        if not _noun(key):
            assert _but_nouns(_braces(text)) == _but_nouns(_braces(REFERENCE.forms[key][-1])), key
        for plural in plurals:
            assert _but_nouns(_braces(plural)) == _but_nouns(_braces(text)), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_noun_has_every_form_that_a_message_needs(language: str) -> None:
    """No reader sees a placeholder, whatever the site calls its articles."""
    forms = catalogue(language).forms
    needed = {name for texts in forms.values() for text in texts for name in _braces(text) if _noun(name)}
    nouns = catalogue(language).nouns
    assert nouns.keys() == REFERENCE.nouns.keys()
    for name, found in nouns.items():
        assert needed <= found.keys() == nouns["article"].keys(), name


def test_pages_call_articles_by_the_noun_of_the_site() -> None:
    """A site of books does not call them articles; the desk has its own words."""
    for language, words in {"bn": "নিবন্ধ", "en": r"\b[Aa]rticles?\b"}.items():
        forms = catalogue(language).forms
        named = [key for key, texts in forms.items() if any(re.search(words, text) for text in texts)]
        assert not [key for key in named if not (_noun(key) or key.startswith("desk."))], language


def _sources() -> str:
    texts = (path.read_text("utf-8") for ending in ("html", "xml", "py") for path in WEB.rglob(f"*.{ending}"))
    return "\n".join(texts)


def test_every_message_is_used() -> None:
    """Unused messages are errors, and so are missing ones."""
    sources = _sources()
    made_up_at_run_time = (
        "ago.",
        "analysis.kind.",
        "cite.",
        "date.",
        "desk.action.",
        "desk.bad.",
        "desk.done.",
        "desk.fault.",
        "desk.field.",
        "desk.import.",
        "desk.look.",
        "desk.match.",
        "desk.which.",
        "error.",
        "facet.",
        "ignored.",
        "layer.",
        "month.",
        "narrow.name.",
        "results.partial.",
        "sort.",
        "step.",
    )
    for key in _but_nouns({*REFERENCE.forms}):
        assert f'"{key}"' in sources or f"'{key}'" in sources or key.startswith(made_up_at_run_time), key
    for key in re.findall(r"""\bt\(["']([a-z0-9_.]+)["']""", sources):
        assert key in REFERENCE.forms or key.endswith("."), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_plurals(language: str) -> None:
    """Counted messages alone have plurals, so that translators are asked for each."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        plural = {message.id[0] for message in read_po(file) if message.pluralizable}
    assert plural == set(re.findall(r"""\bcounted\(["']([a-z0-9_.]+)["']""", _sources()))


def test_every_step_of_the_analysis_has_a_name() -> None:
    """A new step of the chain needs a name for readers."""
    names = {step.name for step in STEPS} | {"repair", "stem", "fold", "English stem"}
    assert {f"step.{name}" for name in names} <= REFERENCE.forms.keys()


def test_bengali_is_written_one_way() -> None:
    """The letters ড় ঢ় য় are single code points throughout, so that the source can be searched."""
    assert not [key for key, text in BENGALI.items() if "\u09bc" in text]


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
    "গুলো",
    "ভেতর",
)
"""Wordings that Bengali readers misread: half questions, a pronunciation for a match, a mill for a match, and
one name for the home page and the first page of results; also words spelt গুলি and ভিতর elsewhere.
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
"""Wordings that were tested by reading aloud, and kept."""


def test_no_message_is_one_that_readers_misread() -> None:
    """A rejected wording does not come back under another key."""
    found = {text: key for key, text in BENGALI.items() if any(rejected in text for rejected in REJECTED)}
    assert not found


def test_settled_wordings_stay() -> None:
    """A changed wording is a decision, which is repeated here."""
    assert {key: BENGALI[key] for key in SETTLED} == SETTLED
