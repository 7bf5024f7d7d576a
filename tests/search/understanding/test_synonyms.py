"""Tables of synonyms: how they are parsed and looked up, and a site's own file next to the index."""

import os
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.commands.doctor import examine
from onneshon.index.commands.main import main
from onneshon.index.configuration import FILE_NAME, Configuration
from onneshon.index.errors import OnneshonError
from onneshon.index.storage.watched_file import RECHECK_SECONDS
from onneshon.search.commands.word_commands import examine_synonyms
from onneshon.search.errors import SynonymError
from onneshon.search.understanding.alternatives import Span, written
from onneshon.search.understanding.respelling import other_spellings
from onneshon.search.understanding.site_synonyms import MAX_BYTES, SiteSynonyms
from onneshon.search.understanding.synonyms import (
    MAX_WORDS,
    TABLES,
    WEIGHTS,
    Synonyms,
    parse_synonyms,
    shipped_synonyms,
)
from onneshon.search.understanding.tables import table_text
from tests.strategies import mixed_text

SYNONYMS = Configuration().synonyms
"""The default name of a site's file."""


def brought(text: str, synonyms: Synonyms | None = None) -> dict[str, set[str]]:
    """The alternatives of each matched run of words in a text."""
    tokens = analyze(text)
    spans = (synonyms or shipped_synonyms()).of(tokens)
    return {
        " ".join(token.text for token in tokens[span.start : span.end]): {
            way.text for way in span.alternatives
        }
        for span in spans
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("আ.লীগ", "আওয়ামী লীগ"),
        ("আ'লীগ", "আওয়ামী লীগ"),
        ("আলীগের", "আওয়ামী লীগ"),
        ("ঢাবিতে", "ঢাকা বিশ্ববিদ্যালয়"),
        ("ঢাকা বিশ্ববিদ্যালয়ের", "ঢাবি"),
        ("শাবিপ্রবি", "শাহজালাল বিজ্ঞান ও প্রযুক্তি বিশ্ববিদ্যালয়"),
        ("দুদকের", "দুর্নীতি দমন কমিশন"),
        ("বিএনপির", "বাংলাদেশ জাতীয়তাবাদী দল"),
        ("ইমেলে", "ইমেইল"),
        ("আমফানে", "আম্পান"),
        ("মোঃ", "মোহাম্মদ"),
        ("মো.", "মোহাম্মদ"),
        ("রাষ্ট্রপতি", "প্রেসিডেন্ট"),
        ("ডাক্তারের", "চিকিৎসক"),
        ("পানি", "জল"),
        ("ভোট", "নির্বাচন"),
        ("বউয়ের", "স্ত্রী"),
        ("শিশুকে", "বাচ্চা"),
        ("কারাদণ্ড", "জেল"),
        ("হোস্টেলে", "ছাত্রাবাস"),
        ("ভূমিধস", "পাহাড় ধস"),
        ("কি.মি.", "কিলোমিটার"),
        ("মেঃ টন", "মেট্রিক টন"),
    ],
)
def test_a_word_brings_what_stands_for_it(typed: str, found: str) -> None:
    """Entries match inflected words and phrases, with all the typed words."""
    (ways,) = brought(typed).values()
    assert found in ways


@pytest.mark.parametrize(
    ("typed", "missing"),
    [("নির্বাচন", "ভোট"), ("ছাত্র", "শিক্ষার্থী"), ("সরকার", "গভর্নমেন্ট"), ("ব্যাংক", "ওয়ার্ল্ড ব্যাংক")],
)
def test_one_way_is_one_way(typed: str, missing: str) -> None:
    """An entry with > does not work backwards, and part of a phrase does not match."""
    assert missing not in set().union(*brought(typed).values())


def test_the_longest_run_counts() -> None:
    """Words inside a matched run are not matched again."""
    synonyms = Synonyms(parse_synonyms("ক খ => গ\nক => ঘ\nখ => ঙ", "t"))
    assert brought("ক খ ক", synonyms) == {"ক খ": {"গ"}, "ক": {"ঘ"}}


def test_the_heaviest_comes_first_and_all_weigh_less_than_what_was_typed() -> None:
    """Kinds of synonyms have weights between 0 and 1."""
    table = "ক\t=\tখ\tsynonym\tr\nক\t=\tগ\tvariant\tr"
    (span,) = Synonyms(parse_synonyms(table, "t")).of(analyze("ক"))
    assert [way.text for way in span.alternatives] == ["গ", "খ"]
    assert [way.kind for way in span.alternatives] == ["variant", "synonym"]
    assert all(0 < weight < 1 for weight in WEIGHTS.values())


def test_the_synonym_of_a_verbal_noun_stands_for_all_forms_of_its_verb() -> None:
    """কেনা is the noun for কিনছে; a mere spelling of the noun does not apply to verb forms."""
    assert brought("কিনছে", Synonyms(parse_synonyms("কেনা, ক্রয়", "t")))
    spelt = "কেনা\t=\tক্যানা\tvariant\tr"
    assert not brought("কিনছে", Synonyms(parse_synonyms(spelt, "t")))
    assert not brought("কিনার", Synonyms(parse_synonyms("কিনারা, তীর", "t")))


def test_a_word_of_another_ending_is_another_word() -> None:
    """The stemmer takes জাবি for a verb, so an equal stem alone does not match an entry."""
    listed, other = analyze("মোদি")[0], analyze("মোদে")[0]
    assert listed.stem == other.stem
    synonyms = Synonyms(parse_synonyms("মোদি, ক", "t"))
    assert brought("মোদি", synonyms)
    assert not brought("মোদে", synonyms)


@pytest.mark.parametrize(
    ("word", "alone"),
    [
        ("চায়না", True),
        ("জেলে", True),
        ("গ্রেপ্তার", False),
        ("প্রেসিডেন্ট", False),
        ("আওয়ামী লীগ", False),
        ("দপ্তর", False),
    ],
)
def test_a_way_that_shares_its_stem_says_so(word: str, alone: bool) -> None:
    """চায়না must not match চেয়ে."""
    way = written(word, 1.0, "synonym")
    assert way is not None
    assert way.by_exact is alone


@pytest.mark.parametrize(
    ("typed", "found"),
    [("লিঃ", {"লিমিটেড"}), ("লি", set()), ("ব্রুস লি", set()), ("প্রা. লি.", {"প্রাইভেট লিমিটেড"})],
)
def test_an_abbreviation_is_no_word_that_lacks_its_sign(typed: str, found: set[str]) -> None:
    """Next to another word it is known without the sign; its long form does not match the bare word."""
    assert set().union(*brought(typed).values()) == found
    (limited,) = shipped_synonyms().of(analyze("লিমিটেড"))
    assert [way.by_exact for way in limited.alternatives if way.text == "লিঃ"] == [True]


def test_simple_lines_are_read() -> None:
    """Commas join all, an arrow is one way; comments and empty lines are ignored."""
    entries = parse_synonyms("\ufeff# c\n\nফেইসবুক, ফেসবুক\nক => খ, গ গ\n", "t")
    assert [(entry.left, entry.right, entry.where) for entry in entries] == [
        ("ফেইসবুক", "ফেসবুক", "t:3"),
        ("ফেসবুক", "ফেইসবুক", "t:3"),
        ("ক", "খ", "t:4"),
        ("ক", "গ গ", "t:4"),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ক\t=\tখ", "3 columns"),
        ("ক\t~\tখ\tsynonym\tr", "'~' is no direction"),
        ("ক\t=\tখ\tword\tr", "'word' is no class"),
        ("ক\t=\t!\tsynonym\tr", "'!' holds no word"),
        ("ক", "only 'ক'"),
        ("ক, ক", "only 'ক'"),
        ("ক => ক", "only 'ক'"),
        ("ক => খ => গ", "=> stands here more than once"),
        ("ক =>", "'' holds no word"),
        ("ক, , খ", "'' holds no word"),
        ("ক => " + "খ " * (MAX_WORDS + 1), f"at most {MAX_WORDS}"),
    ],
)
def test_a_mistake_is_reported_with_its_line(line: str, says: str) -> None:
    """The error has the file, the line and the mistake."""
    with pytest.raises(SynonymError, match=r"^site\.txt:2: ") as caught:
        parse_synonyms(f"# first\n{line}\n", "site.txt")
    assert says in str(caught.value)
    assert isinstance(caught.value, OnneshonError)


def test_no_shipped_pair_is_one_word_already_and_none_stands_twice() -> None:
    """Pairs with equal stems or by spelling rules need no entry; no pair occurs twice."""
    entries = shipped_synonyms().entries
    pairs = Counter(
        tuple(tuple(token.stem for token in analyze(side)) for side in (entry.left, entry.right))
        for entry in entries
    )
    assert [pair for pair, count in pairs.items() if count > 1] == []
    assert [pair for pair in pairs if pair[0] == pair[1]] == []
    words = [(left[0], right[0]) for left, right in pairs if len(left) == len(right) == 1]
    assert [(one, other) for one, other in words if one in other_spellings(other)] == []
    assert all(entry.reason for entry in entries)
    for table, least in zip(TABLES, (400, 390), strict=True):
        rows = [line for line in table_text(table).splitlines() if not line.startswith("#")]
        assert len(rows) >= least
        assert all(line.count("\t") == 4 for line in rows)


def test_a_variant_of_a_word_of_an_entry_finds_the_entry() -> None:
    """No entry for ঢাকা ভার্সিটি is needed: there are ভার্সিটি and ঢাকা বিশ্ববিদ্যালয়."""
    assert brought("ঢাকা ভার্সিটি") == {"ঢাকা ভার্সিটি": {"ঢাকা বিশ্ববিদ্যালয়", "ঢাবি"}}


def test_every_shipped_entry_brings_its_right() -> None:
    """No entry is made unreachable by the analysis of its own words."""
    synonyms = shipped_synonyms()
    for entry in synonyms.entries:
        (span,) = synonyms.of(analyze(entry.left))
        stems = {way.stems for way in span.alternatives}
        assert tuple(token.stem for token in analyze(entry.right)) in stems, entry


@given(mixed_text)
def test_any_text_may_be_asked_and_read(text: str) -> None:
    """Spans do not overlap; a table is parsed or refused with a ``SynonymError``."""
    end = 0
    for span in shipped_synonyms().of(analyze(text)):
        assert isinstance(span, Span)
        assert end <= span.start < span.end
        end = span.end
    try:
        parse_synonyms(text, "t")
    except SynonymError as error:
        assert error.where.startswith("t:")  # noqa: PT017  # most texts are no table


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The seconds that were set."""
        return self.now


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    """The file may appear, change, be wrong for a time and vanish; between checks the disk is not read."""
    path, clock, looks = tmp_path / "synonyms.txt", Clock(), []

    def stat(path: Path) -> os.stat_result:
        looks.append(path)
        return path.stat()

    site = SiteSynonyms(path, clock=clock, stat=stat)
    assert "কচু" not in brought("কচু", site.current())
    path.write_text("কচু, মানকচু\n", "utf-8")
    assert brought("কচু", site.current()) == {}
    assert len(looks) == 1
    clock.now += RECHECK_SECONDS
    assert brought("কচু", site.current()) == {"কচু": {"মানকচু"}}
    read = site.current()
    clock.now += RECHECK_SECONDS
    assert site.current() is read
    assert len(looks) == 3
    path.write_text("কচু\n", "utf-8")
    clock.now += RECHECK_SECONDS
    assert brought("কচু", site.current()) == {"কচু": {"মানকচু"}}
    assert site.fault is not None
    assert f"{path}:1" in str(site.fault)
    path.unlink()
    clock.now += RECHECK_SECONDS
    assert brought("কচু", site.current()) == {}
    assert brought("ঢাবি", site.current())
    assert site.fault is None


def test_an_invalid_file_is_reported_in_the_log_and_by_the_doctor(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has it once, and the doctor for as long as the fault lasts."""
    assert examine_synonyms(tmp_path) is None
    (tmp_path / SYNONYMS).write_text("কচু, মানকচু\n", "utf-8")
    well = examine_synonyms(tmp_path)
    assert well is not None
    assert well.state == "ok"
    assert caplog.messages == []
    (tmp_path / SYNONYMS).write_text("কচু\n", "utf-8")
    ill = [finding for finding in examine(tmp_path) if finding.name == "synonyms"]
    assert [(finding.state, f"{SYNONYMS}:1" in finding.text) for finding in ill] == [("note", True)]
    assert [f"{SYNONYMS}:1" in message for message in caplog.messages] == [True]


def test_the_doctor_tells_of_a_file_that_the_settings_name_and_that_is_not_there(tmp_path: Path) -> None:
    """Without a name in the settings the file need not exist."""
    (tmp_path / FILE_NAME).write_text('synonyms = "words.txt"\n', "utf-8")
    missing = examine_synonyms(tmp_path)
    assert missing is not None
    assert (missing.state, "words.txt is not there" in missing.text) == ("note", True)
    (tmp_path / "words.txt").write_text("কচু, মানকচু\n", "utf-8")
    found = examine_synonyms(tmp_path)
    assert found is not None
    assert found.state == "ok"


def test_an_entry_of_the_site_counts_before_the_shipped_one(tmp_path: Path) -> None:
    """The rest of the shipped table stays."""
    path = tmp_path / "synonyms.txt"
    path.write_text("রাষ্ট্রপতি\t=\tপ্রেসিডেন্ট\tvariant\tours\n", "utf-8")
    (span,) = SiteSynonyms(path).current().of(analyze("রাষ্ট্রপতি"))
    assert [(way.text, way.kind) for way in span.alternatives] == [("প্রেসিডেন্ট", "variant")]


@pytest.mark.parametrize(
    ("content", "says"),
    [("নদী, নদ\n".encode() + b"\xff\n", ":2: not UTF-8"), (b"a" * (MAX_BYTES + 1), "larger than")],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    """Refused are files that are not UTF-8 or too large."""
    path = tmp_path / "synonyms.txt"
    path.write_bytes(content)
    with pytest.raises(SynonymError, match=says):
        SiteSynonyms(path).read()
    with pytest.raises(SynonymError, match="cannot be read"):
        SiteSynonyms(tmp_path).read()


def test_a_file_as_long_as_one_may_be_is_read(tmp_path: Path) -> None:
    """The limit is inclusive."""
    path = tmp_path / "synonyms.txt"
    entry = "\nনদী, নদ".encode()
    path.write_bytes(b"#".ljust(MAX_BYTES - len(entry)) + entry)
    assert SiteSynonyms(path).read().of(analyze("নদী"))


def run(*arguments: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of ``onneshon synonyms``."""
    result = CliRunner().invoke(main, ["synonyms", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_shows_what_a_word_brings(tmp_path: Path) -> None:
    """``test`` shows text, kind, weight and reason, for the site's entries too."""
    (tmp_path / "synonyms.txt").write_text("ঢাবি => কার্জন হল\n", "utf-8")
    code, out, _ = run("test", "ঢাবিতে", "হরিণ", "--index", str(tmp_path))
    assert code == 0
    assert out.splitlines()[0] == "ঢাবিতে"
    assert "  ঢাকা বিশ্ববিদ্যালয়  abbreviation 0.9  university" in out
    assert f"  কার্জন হল  synonym 0.6  {tmp_path}/synonyms.txt:1" in out
    assert run("test", "হরিণ", "--index", str(tmp_path))[1] == "no synonyms\n"
    assert '"text": "কার্জন হল"' in run("test", "ঢাবি", "--json", "--index", str(tmp_path))[1]


def test_the_command_lists_all_entries_and_tells_mistakes(tmp_path: Path) -> None:
    """For a broken file the command names the line and exits with 1."""
    code, out, _ = run("list", "--index", str(tmp_path))
    assert code == 0
    assert len(out.splitlines()) == len(shipped_synonyms().entries)
    (tmp_path / "synonyms.txt").write_text("ক\n", "utf-8")
    code, _, complaint = run("list", "--index", str(tmp_path))
    assert code == 1
    assert f"{tmp_path}/synonyms.txt:1" in complaint


def test_variants_of_one_name_stand_for_each_other_through_others() -> None:
    """A table links most variants only with the usual one; a one-way entry does not lead back."""
    lines = "হজ\t=\tহজ্ব\tvariant\nহজ\t=\tহজ্জ\tvariant\nহজ\t>\tতীর্থ\tvariant\nহজ\t=\tতীর্থযাত্রা\tsynonym"
    table = Synonyms(parse_synonyms(lines, "table"))
    found = {
        word: [alternative.text for alternative in table.of(analyze(word))[0].alternatives]
        for word in ("হজ্ব", "হজ্জ")
    }
    assert found == {"হজ্ব": ["হজ", "হজ্জ"], "হজ্জ": ["হজ", "হজ্ব"]}
    assert table.of(analyze("তীর্থ")) == []
