"""What ``onneshon.toml`` may contain, and which errors report what is wrong in it."""

from pathlib import Path

import pytest

from onneshon.index.configuration import (
    FILE_NAME,
    Configuration,
    FacetSettings,
    KeywordField,
    check_shown,
    site_fields,
)
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import ConfigurationError

WHOLE = """
synonyms = "আমাদের.txt"

[fields.section]
label = { bn = "পাতা", en = "Section" }

[fields.tags]
several = true
facet = false

[facets]
shown = ["category", "section", "year"]
limit = 5

[weights]
exact = 2

[mapping]
title = "headline"
tags = ["keywords", "labels"]

[site]
name = "খবর"
[site.colours]
accent = "#006a4e"
"""


def _read(folder: Path, text: str) -> Configuration:
    (folder / FILE_NAME).write_text(text, "utf-8")
    return read_configuration(folder)


def test_the_documented_example_is_read(tmp_path: Path) -> None:
    """The example in docs/configuration.md that shows a whole file is read as it stands there."""
    text = Path("docs/configuration.md").read_text("utf-8").split("```toml")[1].split("```")[0]
    found = _read(tmp_path, text)
    assert [field.name for field in found.fields] == ["section", "tags", "views"]
    assert (found.numbers, found.fields[2].ranges) == (("views",), (0, 100, 1000))
    assert found.weights == {"exact": 0.5, "features.near": 3.0}


def test_a_missing_file_says_nothing(tmp_path: Path) -> None:
    """Without a file every setting has its default."""
    found = read_configuration(tmp_path)
    assert (found.fields, found.mapping, found.site, found.weights) == ((), {}, {}, {})
    assert found.synonyms == "synonyms.txt"
    assert found.facets.shown is None


def test_every_section_is_read(tmp_path: Path) -> None:
    """The settings of every section are read."""
    found = _read(tmp_path, WHOLE)
    assert [(field.name, field.several, field.facet) for field in found.fields] == [
        ("section", False, True),
        ("tags", True, False),
    ]
    assert found.field("section") is found.fields[0]
    assert found.field("tag") is None
    assert (found.facets.shown, found.facets.limit) == (("category", "section", "year"), 5)
    assert found.weights == {"exact": 2.0}
    assert found.synonyms == "আমাদের.txt"
    assert found.mapping == {"title": ("headline",), "tags": ("keywords", "labels")}
    assert found.site == {"name": "খবর", "colours": {"accent": "#006a4e"}}


def test_a_field_has_a_label_in_each_language_or_its_name(tmp_path: Path) -> None:
    """One label may serve all languages; without any label the field's name serves."""
    section, tags = _read(tmp_path, WHOLE).fields
    assert (section.label("bn"), section.label("en"), tags.label("bn")) == ("পাতা", "Section", "tags")
    (field,) = _read(tmp_path, '[fields.desk]\nlabel = "Desk"').fields
    assert (field.label("bn"), field.label("en")) == ("Desk", "Desk")


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("synonym = 'a'", "synonym", "'synonyms'"),
        ("[field.tags]", "field", "'fields'"),
        ("[fields.tags]\nseverall = true", "fields.tags.severall", "'several'"),
        ("[fields.tags]\nlabel = {bn = 'a', English = 'b'}", "fields.tags.label.English", "'hi'"),
        ("[facets]\nshwon = []", "facets.shwon", "'shown'"),
        ("[weights]\nexac = 0.5", "weights.exac", "'exact'"),
        ("[weights.features]\nneer = 1", "weights.features.neer", "'features.near'"),
        ("[mapping]\ntitel = 'headline'", "mapping.titel", "'title'"),
        ("[fields.desk]\n[mapping]\ndesks = 'x'", "mapping.desks", "'desk'"),
        ("[mapping]\nzzzz = 'x'", "mapping.zzzz", "author, body, category"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_known(
    tmp_path: Path, text: str, key: str, nearest: str
) -> None:
    """The error for a misspelt key suggests the nearest known key."""
    with pytest.raises(ConfigurationError) as caught:
        _read(tmp_path, text)
    assert caught.value.key == key
    assert str(caught.value).startswith(f"{tmp_path / FILE_NAME}: {key}: ")
    assert nearest in caught.value.reason


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("synonyms = 3", "synonyms"),
        ("synonyms = '../other.txt'", "synonyms"),
        ("fields = 3", "fields"),
        ("[fields]\ntags = 3", "fields.tags"),
        ("[fields.tags]\nseveral = 'yes'", "fields.tags.several"),
        ("[fields.views]\ntype = 'text'", "fields.views.type"),
        ("[fields.views]\ntype = 'number'\nseveral = true", "fields.views.several"),
        ("[fields.views]\nranges = [1]", "fields.views.ranges"),
        ("[fields.views]\ntype = 'number'\nranges = [2, 1]", "fields.views.ranges"),
        ("[fields.views]\ntype = 'number'\nranges = [1, 1]", "fields.views.ranges"),
        ("[fields.views]\ntype = 'number'\nranges = [inf]", "fields.views.ranges"),
        (f"[fields.views]\ntype = 'number'\nranges = {[*range(21)]}", "fields.views.ranges"),
        ("[fields.ট্যাগ]", ""),
        ("[fields.'ট্যাগ']", "fields.ট্যাগ"),
        ("[fields.category]", "fields.category"),
        ("[fields.endpoint]", "fields.endpoint"),
        ("[fields.article_id]", "fields.article_id"),
        ("[fields.not_tags]", "fields.not_tags"),
        ("[fields.Tags]", "fields.Tags"),
        ("[facets]\nlimit = 0", "facets.limit"),
        ("[facets]\nmore = 0", "facets.more"),
        ("[weights]\nexact = 'much'", "weights.exact"),
        ("[weights]\nexact = -1", "weights.exact"),
        ("[mapping]\ntitle = []", "mapping.title"),
        ("[mapping]\ntitle = ['']", "mapping.title"),
        ("\n".join(f"[fields.f{i}]" for i in range(21)), "fields"),
        ("synonyms", ""),
    ],
)
def test_what_is_invalid_is_named(tmp_path: Path, text: str, key: str) -> None:
    """The error names the file and the key."""
    with pytest.raises(ConfigurationError) as caught:
        _read(tmp_path, text)
    assert (caught.value.path, caught.value.key) == (tmp_path / FILE_NAME, key)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("date_order = 'YMD'", "date_order: must be 'DMY' or 'MDY'"),
        ("[fields.tags]\ntype = 'date'", "fields.tags.type: must be 'keyword' or 'number'"),
        ("[fields.tags]\nlabel = {bn = 5}", "fields.tags.label.bn: must be a text in quotes"),
        ("[fields.tags]\nseveral = 'হ্যাঁ'", "fields.tags.several: must be true or false"),
        ("[fields.views]\nranges = ['১']", "fields.views.ranges: must be a list of numbers"),
        ("[facets]\nlimit = '৮'", "facets.limit: must be a whole number"),
        ("[facets]\nshown = 'tags'", "facets.shown: must be a list of texts in quotes"),
        ("[weights.features]\nnear = 'খুব'", "weights.features.near: must be a number"),
        ("[mapping]\ntitle = 5", "mapping.title: must be a text in quotes or a list of texts in quotes"),
        ("site = 'খবর'", "site: must be a table"),
    ],
)
def test_an_error_says_what_the_value_must_be(tmp_path: Path, text: str, said: str) -> None:
    """The innermost key is named, and each choice that there is."""
    with pytest.raises(ConfigurationError) as caught:
        _read(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / FILE_NAME}: {said}"


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """TOML must be UTF-8; the error names the first byte that is not."""
    (tmp_path / FILE_NAME).write_bytes("synonyms = 'é'".encode("latin-1"))
    with pytest.raises(ConfigurationError, match="not UTF-8 at byte 12"):
        read_configuration(tmp_path)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    """The error of the operating system is raised as a ``ConfigurationError``."""
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_configuration(tmp_path)


def test_facets_to_be_shown_are_ours_declared_or_had_by_articles(tmp_path: Path) -> None:
    """A shown facet that is built in, declared or a field of articles passes; another is refused by name."""
    found = _read(tmp_path, '[fields.desk]\n[facets]\nshown = ["desk", "year", "colour"]')
    check_shown(found, ["colour"])
    with pytest.raises(ConfigurationError, match=r"facets\.shown\.colour: nobody knows") as caught:
        check_shown(found, ["colours"])
    assert "'colours'" in caught.value.reason


def test_declared_fields_come_first_and_others_that_articles_have_after_them() -> None:
    """Each field is listed once."""
    site = Configuration(fields=(KeywordField("tags"), KeywordField("desk")))
    assert [field.name for field in site_fields(site, ["tags", "colour"])] == ["tags", "desk", "colour"]
    shown = Configuration(facets=FacetSettings(("colour",)))
    assert [field.name for field in site_fields(shown, ["colour"])] == ["colour"]
