"""What an index learns from its articles: spellings in the same contexts, and explained abbreviations."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from onneshon.index import Article, build, update
from onneshon.index.analysis.canonical import canonical
from onneshon.index.storage.reader import open_index
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.index.upkeep.update import delete_articles
from onneshon.index.vocabulary.learned import Explanations, learned_variants
from onneshon.index.vocabulary.pair_counts import counts_of_texts, joined
from onneshon.search import Engine
from onneshon.search.commands.word_commands import synonyms
from onneshon.search.understanding.site_synonyms import learned_entries, with_learned
from onneshon.search.understanding.synonyms import Synonyms, parse_synonyms

COMPANY = ("উপজেলা {} কমপ্লেক্স", "সরকারি {} কলেজ", "শহরের {} হাসপাতাল", "নতুন {} বোর্ড")


def said(word: str, times: int, frames: tuple[str, ...] = COMPANY) -> list[str]:
    """Texts with a word in each context."""
    return [frame.format(word) for frame in frames for _ in range(times)]


def variants(texts: list[str]) -> list[tuple[str, str]]:
    """The variants learned from some texts."""
    found = learned_variants(joined(list(counts_of_texts(texts))))
    return [(variant.stands_for, variant.text) for variant in found]


def test_spellings_that_sound_alike_and_keep_the_same_company_are_one_word() -> None:
    """The more frequent spelling stands first."""
    assert variants(said("ফখরুল", 5) + said("ফকরুল", 3)) == [("ফখরুল", "ফকরুল")]


@pytest.mark.parametrize(
    ("word", "other", "frames"),
    [
        ("ফখরুল", "ফকরুল", ("রান্নার {} কথা", "নদীর {} পাড়", "রাতের {} আকাশ", "গাছের {} পাতা")),
        ("ফখরুল", "মডেল", COMPANY),
        ("ফখরুল", "কলেজের", COMPANY),
        ("নদী", "নদীর", COMPANY),
        ("য়েই", "য়াই", COMPANY),
        ("নদী", "নদি", COMPANY),
    ],
    ids=["other company", "another sound", "another word", "another form", "no consonant", "one stem"],
)
def test_other_words_are_not(word: str, other: str, frames: tuple[str, ...]) -> None:
    """Words of other contexts, other sounds, or forms that analysis knows anyway are not learned."""
    assert variants(said(word, 5) + said(other, 3, frames)) == []


@pytest.mark.parametrize(("apart", "one_word"), [(1, True), (4, False)])
def test_a_word_with_much_company_of_its_own_is_another(apart: int, one_word: bool) -> None:
    """Even if they share contexts: three fourths of the rarer word's contexts must be the other's too."""
    own = ("রান্নার {} কথা", "নদীর {} পাড়", "রাতের {} আকাশ", "গাছের {} পাতা")[:apart]
    texts = said("ফখরুল", 5) + said("ফকরুল", 3) + said("ফকরুল", 1, own)
    assert bool(variants(texts)) == one_word


def test_rare_words_have_no_company_to_be_judged_by() -> None:
    """Five occurrences are too few."""
    assert variants(said("ফখরুল", 5) + said("ফকরুল", 1)) == []


@pytest.mark.parametrize(
    ("text", "short", "words"),
    [
        ("জাতীয় রাজস্ব বোর্ড (এনবিআর) জানায়", "এনবিআর", "জাতীয় রাজস্ব বোর্ড"),
        ("দুর্নীতি দমন কমিশন (দুদক) মামলা করেছে", "দুদক", "দুর্নীতি দমন কমিশন"),
        ("পাবনা বিজ্ঞান ও প্রযুক্তি বিশ্ববিদ্যালয় (পাবিপ্রবি)", "পাবিপ্রবি", "পাবনা বিজ্ঞান ও প্রযুক্তি বিশ্ববিদ্যালয়"),
        ("তিনি বাংলাদেশ ক্রিকেট বোর্ড (বিসিবি) থেকে", "বিসিবি", "বাংলাদেশ ক্রিকেট বোর্ড"),
        ("আজ নির্বাচন কমিশন (ইসি) জানায়", "ইসি", "নির্বাচন কমিশন"),
    ],
)
def test_an_abbreviation_is_learned_where_it_is_explained(text: str, short: str, words: str) -> None:
    """In three articles; it has the initial letters of the words, or at least half by sound."""
    found = Explanations()
    for _ in range(2):
        found.add(text)
    assert found.learned() == []
    found.add(text)
    (entry,) = found.learned()
    assert (entry.text, entry.times) == (short, 3)
    assert entry.stands_for == " ".join(map(canonical, words.split()))


@pytest.mark.parametrize(
    "text",
    [
        "অধ্যাপক রফিকুল ইসলাম (ঢাকা)",
        "সভাপতি রহিম (ভারপ্রাপ্ত)",
        "নদী, রাজস্ব, বোর্ড (এনবিআর)",
        "বোর্ড (এনবিআর)",
        "(দুদক)",
        "বাংলা কলম খাতা (বিবিবি)",
        "আজ দুর্নীতি মামলা (দুবি)",  # বি is a letter of English, দু is none
    ],
)
def test_other_parentheses_teach_nothing(text: str) -> None:
    """Places, functions, interrupted words, too few words, one word for several letters."""
    found = Explanations()
    for _ in range(9):
        found.add(text)
    assert found.learned() == []


def test_what_is_explained_in_two_ways_is_believed_only_where_one_prevails() -> None:
    """Three of five explanations are enough."""
    found = Explanations()
    for text in ("পুলিশ সুপার (পিএস)", "পাবলিক সার্ভিস (পিএস)") * 3:
        found.add(text)
    assert found.learned() == []
    for _ in range(2):
        found.add("পুলিশ সুপার (পিএস)")
    assert [entry.stands_for for entry in found.learned()] == ["পুলিশ সুপার"]


BOARD = "জাতীয় রাজস্ব বোর্ড (এনবিআর) কর আদায় করে"


def articles() -> list[Article]:
    """Articles that explain an abbreviation, one that uses it unexplained, and two spellings of a name."""
    texts = [BOARD] * 4 + ["এনবিআর জানায় কর বাড়বে"] + said("ফখরুল", 5) + said("ফকরুল", 3)
    return [Article(str(number), "", text) for number, text in enumerate(texts)]


def learned(directory: Path) -> list[tuple[str, str]]:
    """The entries that an index has learned."""
    with open_index(directory) as reader:
        return [(entry.left, entry.kind) for entry in learned_entries(reader.learned)]


EXPECTED = ["abbreviation", "abbreviation", "variant", "variant"]


def test_an_index_keeps_what_it_learned_through_updates_and_merges(tmp_path: Path) -> None:
    """The command lists the entries."""
    build(articles(), tmp_path)
    assert [kind for _, kind in learned(tmp_path)] == EXPECTED
    update([Article("নতুন", "", "নতুন খবর")], tmp_path)
    delete_articles(["0"], tmp_path)
    with open_writer(tmp_path) as writer:
        writer.merge(everything=True)
    assert [kind for _, kind in learned(tmp_path)] == EXPECTED
    shown = CliRunner().invoke(synonyms, ["learned", "--index", str(tmp_path)])
    assert shown.exit_code == 0
    assert "ফকরুল\tফখরুল\tvariant\tlearned:2\tsounds alike; 8 words stand beside both" in shown.stdout


@pytest.mark.parametrize(("said_by_site", "found"), [("", 32), ("learned_synonyms = false\n", 12)])
def test_queries_are_read_with_it_unless_the_site_says_not(
    tmp_path: Path, said_by_site: str, found: int
) -> None:
    """A query with one spelling finds the other."""
    build(articles(), tmp_path)
    (tmp_path / "onneshon.toml").write_text(said_by_site, "utf-8")
    with Engine.open(tmp_path) as engine:
        assert engine.search("ফকরুল").total == found


def test_tables_come_before_what_is_learned() -> None:
    """Nothing is learned for a word that a table has."""
    tables = Synonyms(parse_synonyms("দুদক\t=\tদমন কমিশন\tabbreviation\tours", "ours"))
    table = "দুদক\t=\tদমন কমিটি\tabbreviation\tlearned\nপাউবো\t=\tপানি বোর্ড\tabbreviation\tlearned\n"
    lefts = [(entry.left, entry.where) for entry in with_learned(tables, table).entries]
    assert ("দুদক", "learned:1") not in lefts
    assert ("পাউবো", "learned:2") in lefts
    assert ("দুদক", "ours:1") in lefts


def test_explanations_of_several_processes_add_up() -> None:
    """Explanations are ordered by frequency."""
    parts = []
    for times in (1, 2):
        part = Explanations()
        for text in ["জাতীয় রাজস্ব বোর্ড (এনবিআর)"] * times + ["দুর্নীতি দমন কমিশন (দুদক)"] * 2:
            part.add(text)
        parts.append(part)
    parts[0].merge(parts[1])
    assert [(entry.text, entry.times) for entry in parts[0].learned()] == [("দুদক", 4), ("এনবিআর", 3)]


@pytest.mark.parametrize(("letters", "learned"), [(8, True), (9, False)])
def test_an_abbreviation_has_at_most_eight_letters(letters: int, learned: bool) -> None:
    """It has at least two, each for a word."""
    words = ["বন", "চর", "মেলা", "পথ", "খেলা", "শহর", "গান", "লতা", "রাত"][:letters]
    found = Explanations()
    for _ in range(3):
        found.add(f"{' '.join(words)} ({''.join(word[0] for word in words)})")
    assert bool(found.learned()) == learned
