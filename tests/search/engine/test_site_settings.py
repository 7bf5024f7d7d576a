"""What ``onneshon.toml`` changes about a search: weights, synonyms, fields, and when it is read."""

import datetime as dt
from pathlib import Path

import pytest

from onneshon.index import Article, ConfigurationError, build
from onneshon.index.configuration import FILE_NAME, Configuration
from onneshon.index.configuration_file import read_configuration
from onneshon.index.upkeep.index_writer import open_writer
from onneshon.search import Engine, QueryError
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS, Weights, site_weights

ARTICLES = [
    Article("1", "নদী", "খাল বিল"),
    Article("2", "খাল", "নদী " * 9, keywords={"tags": ("জল",)}),
    Article("3", "আবহাওয়া", "ঝড় ও বৃষ্টি"),
]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index without settings of its site."""
    build(ARTICLES, tmp_path)
    return tmp_path


def _say(directory: Path, text: str) -> None:
    (directory / FILE_NAME).write_text(text, "utf-8")


def test_weights_are_those_of_the_site(directory: Path) -> None:
    """A site may set the weights of title and body, and those of the rescoring features."""
    _say(directory, "[weights]\nstem = 9\nexact = 0\n[weights.features]\nnear = 0\ntitle = 0\n")
    weights = site_weights(read_configuration(directory))
    assert (weights.stem, weights.exact, weights.presence) == (9, 0, DEFAULT_WEIGHTS.presence)
    assert (weights.features.near, weights.features.lead) == (0, DEFAULT_WEIGHTS.features.lead)
    with Engine.open(directory) as engine, Engine.open(directory, weights=Weights()) as ours:
        assert engine.search("নদী").hits[0].id == "2"
        assert ours.search("নদী").hits[0].score != engine.search("নদী").hits[0].score


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ("[weights]\nexcat = 1", "weights.excat", "'exact'"),
        ("[weights.features]\nnearr = 1", "weights.features.nearr", "'features.near'"),
        ("[weights]\nexact = -1", "weights.exact", "0 or more"),
        ("[weights]\nexact = nan", "weights.exact", "0 or more"),
        ("[weights]\nfeatures = 1", "weights.features", "nobody knows"),
        ('[facets]\nshown = ["categorys"]', "facets.shown.categorys", "'category'"),
    ],
)
def test_what_no_index_can_be_searched_with_is_reported_at_opening(
    directory: Path, text: str, key: str, remedy: str
) -> None:
    """The error names the file and the key, as for any mistake in the configuration."""
    _say(directory, text)
    with pytest.raises(ConfigurationError) as caught:
        Engine.open(directory)
    assert (caught.value.path, caught.value.key) == (directory / FILE_NAME, key)
    assert remedy in caught.value.reason


def test_the_site_names_its_synonyms(directory: Path) -> None:
    """A site may give another name to the synonyms file in the index's folder."""
    _say(directory, 'synonyms = "আমাদের.txt"')
    (directory / "আমাদের.txt").write_text("ঝঞ্ঝা, ঝড়\n", "utf-8")
    with Engine.open(directory) as engine:
        assert [hit.id for hit in engine.search("ঝঞ্ঝা")] == ["3"]


def test_synonyms_outlast_a_mistake_and_a_new_generation(directory: Path) -> None:
    """The synonyms read before stay in use, until the site names another file."""
    synonyms = directory / "synonyms.txt"
    synonyms.write_text("ঝঞ্ঝা, ঝড়\n", "utf-8")
    with Engine.open(directory) as engine:
        assert [hit.id for hit in engine.search("ঝঞ্ঝা")] == ["3"]
        synonyms.write_text("ঝঞ্ঝা\n", "utf-8")
        build(ARTICLES, directory)
        assert engine.reload()
        assert [hit.id for hit in engine.search("ঝঞ্ঝা")] == ["3"]
        _say(directory, 'synonyms = "আমাদের.txt"')
        (directory / "আমাদের.txt").write_text("তুফান, ঝড়\n", "utf-8")
        build(ARTICLES, directory)
        assert engine.reload()
        assert [hit.id for hit in engine.search("তুফান")] == ["3"]
        assert not list(engine.search("ঝঞ্ঝা"))


def test_the_file_is_read_again_with_a_new_generation(directory: Path) -> None:
    """The settings belong to the index that answers; with a mistake in the file they stay as they are."""
    with Engine.open(directory) as engine:
        assert [field.name for field in engine.fields] == ["tags"]
        _say(directory, "[fields.section]\n[facets]\nlimit = 3")
        assert not engine.reload()
        assert engine.configuration.fields == ()
        build(ARTICLES, directory)
        assert engine.reload()
        assert [field.name for field in engine.fields] == ["section", "tags"]
        assert engine.configuration.facets.limit == 3
        _say(directory, "[fields")
        engine_before = engine.health.generation
        with pytest.raises(ConfigurationError):
            build(ARTICLES, directory)
        _say(directory, "")
        build(ARTICLES, directory)
        _say(directory, '[facets]\nshown = ["nothing"]')
        assert engine.reload()
        assert engine.health.generation != engine_before
        assert engine.configuration.facets.limit == 3


@pytest.mark.parametrize("said", ["[fields", "[fieldss]", '[facets]\nshown = ["nothing"]'])
def test_a_mistake_in_the_file_keeps_no_reader_from_what_was_withdrawn(directory: Path, said: str) -> None:
    """The old settings stay in force, which health reports, until the file is correct again."""
    _say(directory, "[facets]\nlimit = 3")
    with Engine.open(directory) as engine:
        gone = engine.search("*").hits[0].id
        _say(directory, said)
        with open_writer(directory) as writer:
            writer.delete(gone)
        assert engine.reload()
        assert gone not in {hit.id for hit in engine.search("*")}
        assert engine.configuration.facets.limit == 3
        assert "onneshon.toml" in engine.health.settings
        assert not engine.reload()
        _say(directory, "[facets]\nlimit = 4")
        assert engine.reload()
        assert (engine.configuration.facets.limit, engine.health.settings) == (4, "")
        assert not engine.reload()


def test_settings_that_a_withdrawal_made_senseless_are_ignored(directory: Path) -> None:
    """A facet of a field that only the withdrawn article had is dropped without a message."""
    tagged = Article("লাল", "লাল নদী", keywords={"colour": ("লাল",)})
    build([*ARTICLES, tagged], directory)
    _say(directory, '[facets]\nshown = ["colour"]\nlimit = 3')
    with Engine.open(directory) as engine:
        assert engine.configuration.facets.limit == 3
        _say(directory, "")
        build(ARTICLES, directory)
        _say(directory, "[fieldss]")
        assert engine.reload()
        assert "লাল" not in {hit.id for hit in engine.search("*")}
        assert engine.configuration.facets == Configuration().facets


@pytest.mark.parametrize("label", ["বিষ\u09df", "বিষ\u09af\u09bc"])
@pytest.mark.parametrize("typed", ["বিষ\u09df", "বিষ\u09af\u09bc"])
def test_a_label_is_the_same_in_either_encoding(directory: Path, label: str, typed: str) -> None:
    """A label matches in whatever encoding the site and the reader type it."""
    _say(directory, f'[fields.tags]\nlabel = {{ bn = "{label}" }}\n')
    with Engine.open(directory) as engine:
        assert [hit.id for hit in engine.search(f"{typed}:জল")] == ["2"]


def test_a_site_says_which_figure_of_a_date_is_the_day(tmp_path: Path) -> None:
    """``date_order`` applies to queries and filters; an impossible date is refused, or is words."""
    articles = [Article(str(month), "নদী", date=dt.date(2024, month, 11 - month)) for month in (5, 6)]
    build(articles, tmp_path / "index")
    for order, expected in (("DMY", "6"), ("MDY", "5")):
        _say(tmp_path / "index", f'date_order = "{order}"')
        with Engine.open(tmp_path / "index") as engine:
            for found in (
                engine.search("তারিখ:০৫/০৬/২০২৪"),
                engine.search("নদী", date="05/06/2024"),
                engine.search("নদী", since="5.6.2024", until="5.6.2024"),
            ):
                assert [hit.id for hit in found.hits] == [expected]
            with pytest.raises(QueryError, match="is no date"):
                engine.search("নদী", date="6/15/2024" if order == "DMY" else "15/6/2024")
