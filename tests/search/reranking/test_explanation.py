"""A score is explained by parts that add up to it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.index.errors import ArticleNotFoundError
from onneshon.search import Engine, ScorePart
from onneshon.search.retrieval.bm25f import Weights
from tests.fakes import article
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
    "নদী OR (ভাষা আন্দোলন ইতিহাস)",
    "ভাষা OR ((তাদের বা) বিভাগ:খেলা)",
    "+নদী (থেকে খপুষ্প)",
)


def check(part: ScorePart, factor: float = 1.0) -> None:
    """Check that each part is the sum of its parts; in a layer the fields saturate together."""
    if part.kind == "layer":
        worth = factor * part.facts["weight"] * part.facts["rarity"] * part.facts["saturation"]
        assert part.score == pytest.approx(worth, abs=1e-4)
        frequency = sum(field.score for field in part.parts)
        assert frequency == pytest.approx(part.facts.get("frequency", 0), abs=1e-4)
        assert not part.parts or part.facts["impact"] == max(1, round(255 * frequency / (frequency + 2)))
        for field in part.parts:
            assert field.score == pytest.approx(field.facts["frequency"] * field.facts["norm"], abs=1e-4)
    elif part.parts:
        assert part.score == pytest.approx(sum(child.score for child in part.parts), abs=1e-4)
    for child in part.parts:
        check(child, part.facts.get("factor", 1.0))


def explained(engine: Engine, query: str) -> list[tuple[float, ScorePart]]:
    """The scores of a page's hits and their explanations."""
    hits = engine.search(query, limit=30, explain=True).hits
    return [(hit.score, hit.explanation) for hit in hits if hit.explanation]


@pytest.mark.parametrize("query", QUERIES)
def test_parts_add_up_to_the_score(sample_engine: Engine, query: str) -> None:
    """The parts add up for words, phrases, conditions and rescoring."""
    found = explained(sample_engine, query)
    assert found
    for score, explanation in found:
        assert explanation.score == pytest.approx(score, abs=1e-4)
        check(explanation)


operators = st.sampled_from(["+", "-", "OR", "AND", "NOT", "(", ")", '"', "শিরোনাম:", "*"])
words = st.sampled_from(["বাংলাদেশ", "নদী", "নদীর", "ইতিহাস", "ভাষা", "ও", "itihas"]) | bengali_words


@given(st.lists(words | operators, min_size=1, max_size=9).map(" ".join))
def test_any_query_is_explained_as_it_was_scored(sample_engine: Engine, query: str) -> None:
    """The explained score is the hit's score, whatever the operators."""
    for score, explanation in explained(sample_engine, query):
        assert explanation.score == pytest.approx(score, abs=1e-4)


@pytest.mark.parametrize("query", QUERIES)
def test_one_article_is_explained_as_on_the_page(sample_engine: Engine, query: str) -> None:
    """``explain`` by id equals the explanation of the hit."""
    hit = sample_engine.search(query, limit=1, explain=True).hits[0]
    assert sample_engine.explain(query, hit.id) == hit.explanation


def parts_of(part: ScorePart) -> list[ScorePart]:
    """The part and all parts below it."""
    return [part, *(each for child in part.parts for each in parts_of(child))]


def obstacles(part: ScorePart) -> list[str]:
    """The kinds and names of the parts that keep an article from being found."""
    return [f"{child.kind} {child.name}" for child in part.parts] + [
        name for child in part.parts for name in obstacles(child)
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("খপুষ্পখপুষ্প", ["missing খপুষ্পখপুষ্প"]),
        ("+বাংলাদেশ -বাংলাদেশ", ["excluded বাংলাদেশ"]),
        ("বাংলাদেশ -(নদী OR বাংলাদেশ)", ["excluded নদী বাংলাদেশ"]),
        ("বাংলাদেশ বিভাগ:নেই", ["unmet category:নেই"]),
        ("বাংলাদেশ তারিখ:1950..1951", ["unmet date:1950..1951"]),
        ('বাংলাদেশ AND "খপুষ্প বাগান"', ["missing খপুষ্প বাগান"]),
        ("+বাংলাদেশ +(খপুষ্প OR আকাশকুসুম)", ["missing খপুষ্প", "missing আকাশকুসুম"]),
        ("।", []),
    ],
)
def test_why_an_article_does_not_match_is_reported(
    sample_engine: Engine, query: str, expected: list[str]
) -> None:
    """The score of an article without a match is 0, and its parts are what it lacks; ``*`` has no parts."""
    hit = sample_engine.search("বাংলাদেশ", limit=1).hits[0]
    found = sample_engine.explain(query, hit.id)
    assert (found.score, obstacles(found)) == (0.0, expected)
    assert not any(part.score for part in found.parts)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("+পদ্মা বিভাগ:নদী", []),
        ("+মেঘনা বিভাগ:নদী", ["missing মেঘনা"]),
        ("+পদ্মা -মেঘনা", []),
        ("+মেঘনা -তিস্তা", ["missing মেঘনা"]),
        ("+মেঘনা -পদ্মা", ["missing মেঘনা", "excluded পদ্মা"]),
        ("+মেঘনা বিভাগ:চর", ["missing মেঘনা", "unmet category:চর"]),
        ("+পদ্মা -বিভাগ:নদী", ["excluded category:নদী"]),
        ("+পদ্মা -(পদ্মা OR তিস্তা)", ["excluded পদ্মা তিস্তা"]),
        ('+পদ্মা -"পদ্মা ইলিশ"', ["excluded পদ্মা ইলিশ"]),
        ("+পদ্মা +(মেঘনা OR তিস্তা)", ["missing মেঘনা", "missing তিস্তা"]),
        ("+পদ্মা +(মেঘনা OR ইলিশ)", []),
        ("+ইলিশ +মেঘ*", ["missing মেঘ"]),
        ("মেঘনা ও", ["missing মেঘনা"]),
    ],
)
def test_of_several_conditions_those_are_reported_that_an_article_does_not_meet(
    query: str, expected: list[str]
) -> None:
    """Conditions that the article meets are not listed; for an article that meets all there is nothing."""
    corpus = [article("চর", "পদ্মা ইলিশ ও চিংড়ি", category="নদী"), article("বিল", "মেঘনা তিস্তা", category="চর")]
    with Engine.of(corpus) as engine:
        found = engine.explain(query, "চর")
    kept = [] if found.score else obstacles(found)
    assert (bool(found.score), kept) == (not expected, expected)


def test_what_depends_on_the_other_articles_is_explained_as_it_was_scored() -> None:
    """A title that is part of the query counts only where no other title has all of the query."""
    corpus = [Article(title, title) for title in ("স্রোত", "স্রোত কবিতা", "কবিতা")]
    with Engine.of(corpus) as engine:
        found = explained(engine, "স্রোত কবিতা")
        assert [part.score for _, part in found] == pytest.approx([score for score, _ in found], abs=1e-4)
        assert engine.explain("স্রোত কবিতা", "স্রোত") in [part for _, part in found]


def test_how_much_an_article_has_of_what_it_lacks_a_part_of() -> None:
    """With one of four equally rare words an article has a quarter of the weight."""
    words = ("পদ্মা", "মেঘনা", "ইলিশ", "ট্রলার")
    full = [article(f"{at:02}", " ".join(words)) for at in range(30)]
    with Engine.of([*full, *(article(word, f"{word} নদী") for word in words)]) as engine:
        (share,) = engine.explain(" ".join(words), "পদ্মা").parts
    assert share.score == 0
    assert share.facts["held"] == pytest.approx(1 / 4)
    assert [(child.name, child.facts["articles"]) for child in share.parts] == [
        (word, 31) for word in words[1:]
    ]


def test_each_text_is_reported_with_its_words_and_how_often_it_has_this_one() -> None:
    """Each field gives the term frequency and the length it was divided by."""
    with Engine.of([article("চর", "পদ্মা ও পদ্মা মেঘনা ইলিশ", title="পদ্মা নদী"), article("বিল", "হাওর")]) as engine:
        found = engine.explain("পদ্মা", "চর")
    told = {
        part.name: (part.facts["frequency"], part.facts["length"])
        for part in parts_of(found)
        if part.kind == "field"
    }
    assert told == {"title": (1, 2), "body": (2, 5)}


def test_words_that_an_article_lacks_are_reported() -> None:
    """The explanation gives the share of the words' weight it has, and the words it lacks."""
    full = [article(f"{n:02}", "পদ্মা মেঘনা ইলিশ ট্রলার") for n in range(30)]
    with Engine.of([*full, *(article(f"নদী {n:02}", "পদ্মা নদী") for n in range(30))]) as engine:
        found = engine.explain("পদ্মা মেঘনা ইলিশ ট্রলার", "নদী 00")
    assert found.score == 0
    (share,) = found.parts
    assert (share.kind, share.name) == ("share", "পদ্মা মেঘনা ইলিশ ট্রলার")
    assert 0 < share.facts["held"] < 0.4
    assert [child.name for child in share.parts] == ["মেঘনা", "ইলিশ", "ট্রলার"]


@given(st.lists(words | operators, min_size=1, max_size=9).map(" ".join), st.data())
def test_what_is_explained_as_a_hit_is_found(sample_engine: Engine, query: str, data: st.DataObject) -> None:
    """An article is found exactly if its explanation has a score, whatever the operators."""
    found = {article.id for article in sample_engine.scan(query)}
    ids = sorted(article.id for article in sample_engine.scan("*"))
    for name in data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=5)):
        assert (sample_engine.explain(query, name).score > 0) == (name in found)


def test_an_article_that_is_not_there_is_an_error(sample_engine: Engine) -> None:
    """An unknown id raises the error of the other methods."""
    with pytest.raises(ArticleNotFoundError, match="নেই"):
        sample_engine.explain("নদী", "নেই")


def test_people_and_programs_can_read_it(sample_engine: Engine) -> None:
    """An explanation is indented lines, or JSON with the same numbers."""
    hit = sample_engine.search("ভাষা আন্দোলন", limit=1, explain=True).hits[0]
    assert hit.explanation
    lines = list(hit.explanation.lines())
    assert any("layer stem" in line and "rarity" in line for line in lines)
    assert any("feature near" in line for line in lines)
    tree = json.loads(json.dumps(hit.to_dict()))["explanation"]
    assert tree["score"] == pytest.approx(hit.score, abs=1e-4)
    assert [part["kind"] for part in tree["parts"]] == ["words", "reranking"]


def test_each_line_stands_a_step_within_what_it_is_a_part_of() -> None:
    """A line has its score and the facts behind it."""
    part = ScorePart("layer", "stem", 1.25, {"rarity": 2.5})
    word = ScorePart("word", "নদী", 1.25, {}, (part,))
    assert list(ScorePart("score", "", 2.5, {"factor": 2.0}, (word, word)).lines()) == [
        "  2.5000  score (factor 2)",
        *["    1.2500  word নদী", "      1.2500  layer stem (rarity 2.5)"] * 2,
    ]


@pytest.mark.parametrize(
    ("query", "layers"), [("নদীর", ["stem নদি", "exact নদীর"]), ("=নদীর", ["stem নদীর", "exact নদীর"])]
)
def test_a_layer_is_reported_with_the_key_that_was_looked_up_in_it(query: str, layers: list[str]) -> None:
    """A word has a stem layer and an exact layer; a word to match exactly has the exact layer alone."""
    with Engine.of([article("চর", "নদীর চর নদী"), article("বিল", "হাওর")]) as engine:
        found = engine.explain(query, "চর")
    assert sorted(part.name for part in parts_of(found) if part.kind == "layer") == sorted(layers)


def test_a_word_that_counts_otherwise_says_how_much() -> None:
    """A function word has a factor, and other words have none."""
    with Engine.of([article("চর", "পদ্মা ও মেঘনা"), article("বিল", "হাওর")]) as engine:
        found = engine.explain("পদ্মা ও মেঘনা", "চর")
    words = {part.name: part.facts for part in parts_of(found) if part.kind == "word"}
    assert words == {"পদ্মা": {}, "ও": {"factor": Weights().function_word}, "মেঘনা": {}}


def test_hits_are_not_explained_unasked(sample_engine: Engine) -> None:
    """Explanations take time, so they are computed only on demand."""
    hit = sample_engine.search("নদী", limit=1).hits[0]
    assert hit.explanation is None
    assert "explanation" not in hit.to_dict()
