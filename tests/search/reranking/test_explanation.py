"""A score is explained by parts that add up to it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ArticleNotFoundError
from search import Engine, ScorePart
from tests.strategies import bengali_words

QUERIES = (
    "নদী বিভাগ:পরিবেশ বিভাগ:ইতিহাস",
    "ভাষা তারিখ:২০১০..২০২৬",
    "বাংলাদেশ",
    "বাংলাদেশের ইতিহাস ও ভাষা",
    '"ভাষা আন্দোলন"',
    "+নদী -ঢাকা",
    "মুক্তি* নদী",
    "শিরোনাম:ভাষা আন্দোলন",
    "নদী OR শহর AND NOT গ্রাম",
    "bangladesher itihas",
    "NOT ঢাকা",
    "বাংলাদেশ ( নদী ও",
    "১৯৭১ সালের যুদ্ধ",
)


def check(part: ScorePart) -> None:
    """Every part is the sum of its parts, but a layer, whose fields saturate together."""
    if part.kind == "layer":
        frequency = sum(field.score for field in part.parts)
        assert frequency == pytest.approx(part.facts.get("frequency", 0), abs=1e-4)
        assert not part.parts or part.facts["impact"] == max(1, round(255 * frequency / (frequency + 2)))
        for field in part.parts:
            assert field.score == pytest.approx(field.facts["frequency"] * field.facts["norm"], abs=1e-4)
    elif part.parts:
        assert part.score == pytest.approx(sum(one.score for one in part.parts), abs=1e-4)
    for one in part.parts:
        check(one)


def explained(engine: Engine, query: str) -> list[tuple[float, ScorePart]]:
    """Scores of a page and their explanations."""
    hits = engine.search(query, limit=30, explain=True).hits
    return [(hit.score, hit.explanation) for hit in hits if hit.explanation]


@pytest.mark.parametrize("query", QUERIES)
def test_parts_add_up_to_the_score(sample_engine: Engine, query: str) -> None:
    """Words, phrases, conditions and the second look."""
    found = explained(sample_engine, query)
    assert found
    for score, explanation in found:
        assert explanation.score == pytest.approx(score, abs=1e-4)
        check(explanation)


operators = st.sampled_from(["+", "-", "OR", "AND", "NOT", "(", ")", '"', "শিরোনাম:", "*"])
words = st.sampled_from(["বাংলাদেশ", "নদী", "নদীর", "ইতিহাস", "ভাষা", "ও", "itihas"]) | bengali_words


@given(st.lists(words | operators, min_size=1, max_size=9).map(" ".join))
def test_any_query_is_explained_as_it_was_scored(sample_engine: Engine, query: str) -> None:
    """Whatever its operators."""
    for score, explanation in explained(sample_engine, query):
        assert explanation.score == pytest.approx(score, abs=1e-4)


@pytest.mark.parametrize("query", QUERIES)
def test_one_article_is_explained_as_on_the_page(sample_engine: Engine, query: str) -> None:
    """By its id."""
    hit = sample_engine.search(query, limit=1, explain=True).hits[0]
    assert sample_engine.explain(query, hit.id) == hit.explanation


def test_an_article_that_does_not_match_has_no_parts(sample_engine: Engine) -> None:
    """Its score is 0; so is that of a query without words."""
    hit = sample_engine.search("বাংলাদেশ", limit=1).hits[0]
    for query in ("খপুষ্পখপুষ্প", "+বাংলাদেশ -বাংলাদেশ", "।"):
        assert sample_engine.explain(query, hit.id) == ScorePart("score", "", 0.0)


def test_an_article_that_is_not_there_is_an_error(sample_engine: Engine) -> None:
    """As it is elsewhere."""
    with pytest.raises(ArticleNotFoundError, match="নেই"):
        sample_engine.explain("নদী", "নেই")


def test_people_and_programs_can_read_it(sample_engine: Engine) -> None:
    """Indented lines, and JSON with the same numbers."""
    hit = sample_engine.search("ভাষা আন্দোলন", limit=1, explain=True).hits[0]
    assert hit.explanation
    lines = list(hit.explanation.lines())
    assert any("layer stem" in line and "rarity" in line for line in lines)
    assert any("feature near" in line for line in lines)
    tree = json.loads(json.dumps(hit.to_dict()))["explanation"]
    assert tree["score"] == pytest.approx(hit.score, abs=1e-4)
    assert [part["kind"] for part in tree["parts"]] == ["words", "reranking"]


def test_hits_are_not_explained_unasked(sample_engine: Engine) -> None:
    """It costs something."""
    hit = sample_engine.search("নদী", limit=1).hits[0]
    assert hit.explanation is None
    assert "explanation" not in hit.to_dict()
