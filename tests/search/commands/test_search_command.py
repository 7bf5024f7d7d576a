"""``onneshon search`` as users type it."""

import json
import re
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from onneshon.index import Article, build
from onneshon.index.commands.main import main
from onneshon.index.commands.terminal import say, typed_lines
from onneshon.index.configuration import FILE_NAME
from onneshon.search import Engine
from onneshon.search.commands.search_command import lines_of, painted, search_command
from onneshon.search.results.values import Hit, Match, ResultPage, Snippet
from onneshon.search.retrieval.facets import Facet, FacetValue

HIT = Hit(Article("১", "নদী", ""), 1.0, Snippet("নদী"), Snippet(""), {})


def run(*arguments: str, color: bool = False) -> Result:
    """The result of running the command: its output and exit code."""
    return CliRunner().invoke(main, ["search", *arguments], color=color)


def test_hits_are_listed_with_their_total(sample_index: Path) -> None:
    """Each hit shows a title, its source and a snippet; the last line gives the total."""
    result = run("বাংলাদেশ", "--limit", "2", "--index", str(sample_index))
    assert result.exit_code == 0
    assert result.stdout.startswith("1. ")
    assert "1 to 2 of " in result.stdout.splitlines()[-1]


def test_a_query_is_read_in_a_locale_without_bengali(sample_index: Path) -> None:
    """In such a locale Python passes the typed bytes as surrogate escapes, and they are decoded as UTF-8."""
    typed = "বাংলাদেশ".encode().decode("ascii", "surrogateescape")
    pages = [run(text, "--json", "--index", str(sample_index)) for text in (typed, "বাংলাদেশ")]
    assert [json.loads(page.stdout)["query"] for page in pages] == ["বাংলাদেশ"] * 2


@pytest.mark.parametrize(
    ("option", "value"),
    [("--category", "ইতিহাস"), ("--filter", "-category=ইতিহাস"), ("--since", "জানুয়ারি ২০২২")],
)
def test_values_of_options_are_read_there_too(sample_index: Path, option: str, value: str) -> None:
    """In that locale values of options are decoded as queries are."""
    values = (value.encode().decode("ascii", "surrogateescape"), value)
    pages = [run("*", option, text, "--json", "--index", str(sample_index)) for text in values]
    garbled, whole = (json.loads(page.stdout)["total"] for page in pages)
    assert garbled == whole > 0


@pytest.mark.parametrize("passed_over", [chr(0xD83D), chr(0xDCFF)])
def test_what_is_no_character_is_ignored(sample_index: Path, passed_over: str) -> None:
    """A lone surrogate (Windows can pass one) and a byte that is not UTF-8 are ignored and reported."""
    result = run(f"বাংলাদেশ {passed_over}", "--index", str(sample_index))
    assert "ignored at character 10" in result.output


@pytest.mark.usefixtures("no_time")
def test_a_query_on_the_command_line_has_no_time_limit(sample_index: Path) -> None:
    """The command has no timeout: on a slow machine a fresh process takes longer than a server may."""
    page = json.loads(run("bangladesher itihas", "--json", "--index", str(sample_index)).stdout)
    assert not page["partial"]
    assert page["hits"]


def test_counts_that_are_no_whole_ones_are_told_apart() -> None:
    """Totals counted up to a bound say "at least"; facets counted in a sample are marked with ~."""
    facet = Facet("category", (FacetValue("খেলা", 3), FacetValue("মত", 1)))
    page = ResultPage("নদী", (HIT,), 10_000, 0, 1, 1.0, facets={"category": facet})
    whole, bounded = (
        "".join(map(str, (part for line in lines_of(shown) for part in line)))
        for shown in (
            page,
            replace(page, total_is_exact=False, facets={"category": facet.estimated(8)}),
        )
    )
    assert "1 to 1 of 10,000 articles" in whole
    assert "~" not in whole
    assert "1 to 1 of at least 10,000 articles" in bounded
    assert re.findall(r"~ *(\d+) ", bounded) == ["24", "8"]


def test_json_is_the_page(sample_index: Path) -> None:
    """``--json`` prints the page for programs, with Bengali unescaped."""
    result = run("বাংলাদেশ", "--json", "--offset", "1", "--index", str(sample_index))
    page = json.loads(result.stdout)
    assert page["offset"] == 1
    assert page["hits"]
    assert "বাংলাদেশ" in result.stdout


def test_marks_are_coloured_on_a_terminal_only(sample_index: Path) -> None:
    """Piped output has no escape sequences."""
    assert "\x1b[" in run("বাংলাদেশ", "--index", str(sample_index), color=True).stdout
    assert "\x1b[" not in run("বাংলাদেশ", "--index", str(sample_index)).stdout


def test_what_was_understood_and_what_may_be_meant_is_said(sample_index: Path) -> None:
    """The output says how Latin letters were read and which spellings are near a word not found."""
    assert "searched for: বাংলাদেশ" in run("bangladesh", "--index", str(sample_index)).stdout
    misspelt = run("বাঙলদেস", "--index", str(sample_index)).stdout
    assert "did you mean: বাংলাদেশ" in misspelt
    assert "nothing found" in misspelt
    assert "বাঙলদেস: 0 articles" in misspelt
    remembered = run('"বাংলাদেশের ভাষার ইতিহাস"', "--index", str(sample_index)).stdout
    assert "no article has these words next to each other; searched for: বাংলাদেশের ভাষার ইতিহাস" in remembered


def test_days_and_categories_narrow(sample_index: Path) -> None:
    """Conditions are given as options."""
    result = run("বাংলাদেশ", "--json", "--since", "2999-01-01", "--index", str(sample_index))
    assert json.loads(result.stdout)["total"] == 0
    beyond = run("বাংলাদেশ", "--offset", "5000", "--index", str(sample_index))
    assert "no more hits" in beyond.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ক" * 1_000], 2, "characters"),
        (["(" * 20 + "ক" + ")" * 20], 2, "deep"),
        (["ক", "--limit", "0"], 2, "limit"),
    ],
    ids=["long", "deep", "limit"],
)
def test_bad_queries_are_usage_errors(
    sample_index: Path, arguments: list[str], code: int, message: str
) -> None:
    """An unusable query prints its message to stderr and ends with the given exit code."""
    result = run(*arguments, "--index", str(sample_index))
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_without_an_index_the_exit_code_is_3(tmp_path: Path) -> None:
    """The message says how to build one."""
    result = run("ঢাকা", "--index", str(tmp_path))
    assert result.exit_code == 3
    assert "onneshon index build" in result.stderr


def test_control_characters_of_articles_do_not_reach_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An article cannot move the cursor or change colours."""
    say(*painted(Snippet("a\x1b[31mb\x9bc\nd", (Match(0, 1),))), indent="  ")
    assert capsys.readouterr().out == "a\ufffd[31mb\ufffdc\n  d\n"


def found(sample_index: Path, *arguments: str) -> list[str]:
    """The ids of the hits."""
    result = run(*arguments, "--jsonl", "--limit", "1000", "--index", str(sample_index))
    assert result.exit_code == 0, result.output
    return [json.loads(line)["id"] for line in result.stdout.splitlines()]


def test_several_words_need_no_quotes(sample_index: Path) -> None:
    """Several arguments are one query, however the shell splits them."""
    assert found(sample_index, "ভাষা", "আন্দোলন") == found(sample_index, "ভাষা আন্দোলন") != []


def test_a_word_after_a_hyphen_is_explained(sample_index: Path) -> None:
    """A query word that looks like an option is refused with the remedy: put -- before the query."""
    result = run("-ভাষা", "বাংলাদেশ", "--index", str(sample_index))
    assert result.exit_code == 2
    assert "put -- before the query" in result.stderr
    assert "No such option" in run("ভাষা", "--colour").stderr
    without = CliRunner().invoke(
        main, ["search", "--jsonl", "--limit", "99", "--index", str(sample_index), "--", "-ভাষা", "বাংলাদেশ"]
    )
    assert without.exit_code == 0
    assert without.stdout
    assert len(without.stdout.splitlines()) < len(found(sample_index, "বাংলাদেশ"))


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["--category", "ইতিহাস"], {"category": "ইতিহাস"}),
        (["--category", "ইতিহাস", "--category", "খেলা"], {"category": ["ইতিহাস", "খেলা"]}),
        (["--filter", "-category=ইতিহাস"], {"not_category": "ইতিহাস"}),
        (["--filter", "date=2023", "--filter", "date=২০২১"], {"date": ["2023", "2021"]}),
        (["--since", "২০২২-০৬"], {"since": "2022-06"}),
        (["--until", "2022", "--since", "2021"], {"until": "2022", "since": "2021"}),
        (["--date", "2023", "--lang", "bn"], {"date": "2023", "lang": "bn"}),
        (["--sort", "newest"], {"sort": "newest"}),
        (["--sort", "oldest", "--offset", "3"], {"sort": "oldest", "offset": 3}),
        (["--freshness", "200"], {"freshness": 200}),
    ],
    ids=lambda arguments: " ".join(arguments) if isinstance(arguments, list) else "",
)
def test_options_ask_what_python_asks(
    sample_index: Path, sample_engine: Engine, arguments: list[str], options: dict[str, object]
) -> None:
    """Options give the filters and orders of a ``SearchRequest``."""
    expected = sample_engine.search("বাংলাদেশ", limit=1000, **options)  # type: ignore[arg-type]
    assert found(sample_index, "বাংলাদেশ", *arguments) == [hit.id for hit in expected] != []


def test_facets_are_listed(sample_index: Path) -> None:
    """Facets follow the hits, with counts and with how many more values there are."""
    result = run("বাংলাদেশ", "--facets", "category,year", "--facet-limit", "1", "--index", str(sample_index))
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["category"] in lines
    assert ["year"] in lines
    assert any(line[1:] == ["more"] for line in lines)


def test_what_was_ignored_is_said_with_its_place(sample_index: Path) -> None:
    """Each ignored part is named once with its position; a program finds the list in the JSON."""
    result = run('foo:নদী "বন্যা -', "--index", str(sample_index))
    lines = result.stdout.splitlines()
    assert lines[0].startswith("there is no field foo")
    assert [line.partition(" (")[0] for line in lines[1:3]] == [
        'ignored at character 9: "',
        "ignored at character 16: -",
    ]
    assert result.stdout.count("foo") == 1


def test_an_unknown_value_names_the_nearest(sample_index: Path) -> None:
    """A filter by an unknown value names the nearest value, so that the next try finds something."""
    result = run("বাংলাদেশ", "--category", "ইতিহাশ", "--index", str(sample_index))
    assert "no article has the category ইতিহাশ; there is: ইতিহাস" in result.stdout
    result = run("বাংলাদেশ", "--date", "১৭৫৭", "--index", str(sample_index))
    assert re.search(r"no article has the date ১৭৫৭; there is: \d{4}\n", result.stdout)


def test_pages_go_on_by_cursor(sample_index: Path) -> None:
    """The cursor of a page in JSON leads to the next page; with another query it is refused."""
    first = json.loads(run("বাংলাদেশ", "--json", "--limit", "2", "--index", str(sample_index)).stdout)
    following = found(sample_index, "বাংলাদেশ", "--cursor", first["cursor"])
    assert [hit["id"] for hit in first["hits"]] + following == found(sample_index, "বাংলাদেশ")
    refused = run("নদী", "--cursor", first["cursor"], "--index", str(sample_index))
    assert (refused.exit_code, "cursor" in refused.stderr) == (2, True)


def test_everything_can_be_printed(sample_index: Path) -> None:
    """``--all`` prints whole articles, one a line, in the order asked for."""
    result = run("নদী", "--all", "--sort", "oldest", "--index", str(sample_index))
    articles = [json.loads(line) for line in result.stdout.splitlines()]
    assert [hit["id"] for hit in articles] == found(sample_index, "নদী", "--sort", "oldest")
    assert all(hit["body"] for hit in articles)


@pytest.mark.parametrize(
    ("form", "kind"),
    [("csv", r"[^\ufeff,]+,"), ("jsonl", '{"id": '), ("bibtex", "@online"), ("ris", "TY  - NEWS")],
)
def test_everything_can_be_a_list_of_that_form(sample_index: Path, form: str, kind: str) -> None:
    """``--export`` lists every article once; without hits it prints the heading alone and exits with 1."""
    result = run("নদী", "--export", form, "--index", str(sample_index))
    entries = re.findall(f"^{kind}", result.stdout, re.MULTILINE)
    assert len(entries) == len(found(sample_index, "নদী"))
    assert run("খপুষ্প", "--export", form, "--index", str(sample_index)).exit_code == 1
    assert run("-", "--export", form, "--index", str(sample_index)).exit_code == 2


def test_queries_are_read_from_standard_input(sample_index: Path) -> None:
    """With ``-`` each line is a query; each hit names its query, and each page is one line."""
    command = ["search", "-", "--limit", "1", "--index", str(sample_index)]
    hits = CliRunner().invoke(main, [*command, "--jsonl"], input="নদী\n\nবই\n").stdout.splitlines()
    assert [json.loads(line)["query"] for line in hits] == ["নদী", "বই"]
    pages = CliRunner().invoke(main, [*command, "--json"], input="নদী\nখপুষ্প\n").stdout.splitlines()
    assert [json.loads(line)["total"] > 0 for line in pages] == [True, False]


def test_a_standard_input_that_is_closed_has_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services start with stdin closed: then there are no queries, and nothing fails."""
    monkeypatch.setattr("sys.stdin", None)
    assert [*typed_lines()] == []


@pytest.mark.parametrize("command", [("search", "-"), ("index", "delete", "-"), ("analyze", "-")])
def test_standard_input_is_read_as_utf8_and_reported_where_it_is_not(
    sample_index: Path, command: tuple[str, ...]
) -> None:
    """Stdin is UTF-8 whatever the locale; a line that is not UTF-8 is named and nothing is searched for."""
    strict = CliRunner(charset="ascii")
    at = ["--index", str(sample_index)]
    garbled = strict.invoke(main, [*command, *at], input="নদী\n".encode() + b"n\xff\n")
    assert garbled.exit_code == 2
    assert "line 2 of standard input is not UTF-8 (byte 0xff in place 2): convert it" in garbled.stderr
    read = strict.invoke(main, [*command, "--json", *at], input="নদী\n".encode())
    assert "নদী" in (read.stdout_bytes + read.stderr_bytes).decode()


def test_the_exit_code_tells_whether_something_was_found(sample_index: Path) -> None:
    """As with grep, the exit code is 1 if nothing was found, by any of several queries."""
    at = ["--index", str(sample_index)]
    for shape in ([], ["--json"], ["--jsonl"], ["--all"]):
        assert run("নদী", *shape, *at).exit_code == 0
        assert run("খপুষ্প", *shape, *at).exit_code == 1
    for paged in (["--offset", "900"], ["--limit", "1"]):
        assert run("নদী", *paged, *at).exit_code == 0
    for lines, code in (("নদী\nখপুষ্প\n", 0), ("খপুষ্প\n", 1), ("", 1)):
        assert CliRunner().invoke(main, ["search", "-", *at], input=lines).exit_code == code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "একদিন"], "since"),
        (["--date", "2021-13"], "date"),
        (["--filter", "colour=red"], "colour"),
        (["--filter", "category"], "FIELD=VALUE"),
        (["--facets", "colour"], "colour"),
        (["--json", "--jsonl"], "exclude"),
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_named(sample_index: Path, arguments: list[str], said: str) -> None:
    """A wrong option is named in the message, with the exit code of a usage error."""
    result = run("নদী", *arguments, "--index", str(sample_index))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_an_original_is_opened(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--open`` opens the address of that hit alone, and only an address of the web."""
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", opened.append)
    missing = run("নদী", "--open", "999", "--index", str(sample_index))
    assert (missing.exit_code, opened) == (1, [])
    page = json.loads(run("নদী", "--json", "--index", str(sample_index)).stdout)
    result = run("নদী", "--open", "1", "--index", str(sample_index))
    address = page["hits"][0]["url"]
    assert (result.exit_code, opened) == ((0, [address]) if address else (1, []))


def test_values_are_completed(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell completes existing categories, and nothing where there is no index."""
    option = next(parameter for parameter in search_command.params if parameter.name == "category")
    context = click.Context(search_command)
    context.params["location"] = sample_index
    assert [item.value for item in option.shell_complete(context, "ইতি")] == ["ইতিহাস"]
    context.params["location"] = sample_index / "none"
    assert option.shell_complete(context, "ইতি") == []


def test_fields_of_a_site_are_filters_and_facets(tmp_path: Path) -> None:
    """A site's fields work in ``--filter``, ``--facets`` and the query; a wrong name gets the nearest one."""
    articles = [
        Article("1", "পদ্মা নদী", keywords={"tags": ("চর", "জল")}),
        Article("2", "মেঘনা নদী", keywords={"tags": ("জল",)}),
    ]
    build(articles, tmp_path)
    (tmp_path / FILE_NAME).write_text('[fields.tags]\nseveral = true\nlabel = "বিষয়"\n', "utf-8")
    at = ("--json", "--index", str(tmp_path))
    page = json.loads(run("নদী", "--filter", "-tags=চর", "--facets", "tags", *at).stdout)
    assert [hit["id"] for hit in page["hits"]] == ["2"]
    assert page["facets"]["tags"] == [{"value": "জল", "count": 1}]
    assert json.loads(run("নদী বিষয়:চর", *at).stdout)["total"] == 1
    wrong = run("নদী", "--filter", "tag=চর", *at)
    assert wrong.exit_code == 2
    assert "did you mean 'tags'?" in wrong.stderr
    (line, _) = run("নদী", "--all", "--index", str(tmp_path)).stdout.splitlines()
    assert json.loads(line)["keywords"] == {"tags": ["চর", "জল"]}


def test_a_strict_search_says_where_it_goes_wrong(sample_index: Path) -> None:
    """``--strict`` refuses such a query with the place of its mistake; a correct query is run."""
    wrong = run("নদী", "AND", "--strict", "--index", str(sample_index))
    assert wrong.exit_code == 2
    assert "'AND'" in wrong.stderr
    assert "at character 5" in wrong.stderr
    assert run("নদী", "--strict", "--index", str(sample_index)).exit_code == 0


def test_a_mistake_in_the_configuration_is_reported(tmp_path: Path) -> None:
    """The message names the file and the key, whichever command reads the file."""
    build([Article("1", "নদী")], tmp_path / "other")
    (tmp_path / "other" / FILE_NAME).write_text("[fieldss]\n", "utf-8")
    result = run("নদী", "--index", str(tmp_path / "other"))
    assert result.exit_code == 1
    assert (
        f"{tmp_path / 'other' / FILE_NAME}: fieldss: nobody knows this key; did you mean 'fields'?"
        in result.stderr
    )


def test_a_number_filters_counts_and_sorts(tmp_path: Path) -> None:
    """A numeric field filters, sorts and has facets; an unknown order is refused with the nearest name."""
    (tmp_path / FILE_NAME).write_text('[fields.views]\ntype = "number"\n', "utf-8")
    articles = [Article(str(number), "নদী", keywords={"views": (str(number * 60),)}) for number in range(4)]
    build(articles, tmp_path)
    place = ("--index", str(tmp_path))
    assert found(tmp_path, "নদী", "--sort", "views:desc") == ["3", "2", "1", "0"]
    assert found(tmp_path, "নদী", "--filter", "views=>=১২০", "--sort", "views:asc") == ["2", "3"]
    shown = run("নদী", "--sort", "views:desc", "--facets", "views", *place).stdout
    assert shown.splitlines()[-1].startswith("1 to 4 of 4 articles, by views:desc, ")
    assert [line.split() for line in shown.splitlines()[-4:-1]] == [
        ["1", "0..<10"], ["1", "10..<100"], ["2", ">=100"]
    ]  # fmt: skip
    wrong = run("নদী", "--sort", "view:desc", *place)
    assert wrong.exit_code != 0
    assert "did you mean 'views:desc'?" in wrong.stderr
