"""A cluster in memory answers as an index in a directory; ``tests/contract`` tests a real one alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onneshon.opensearch.connection.address import Address
from tests.contract.test_agreement import (
    Both,
    engines_of,
    test_a_query_is_understood_and_explained_the_same,
    test_a_scan_reads_the_same_articles_in_the_same_order,
    test_a_title_that_is_a_part_of_a_query_counts_the_same,
    test_pages_by_cursor_are_the_same,
    test_random_requests_get_the_same_page,
    test_ranks_are_those_of_pages,
    test_similar_articles_and_suggestions_are_the_same,
    test_the_best_are_the_same_where_they_are_looked_for_alone,
    test_what_keeps_an_article_from_being_found_is_reported_the_same,
    test_where_the_highest_sums_are_not_the_best_all_are_scored,
    test_words_in_parentheses_are_together_one_alternative,
)

__all__ = [
    "test_a_query_is_understood_and_explained_the_same",
    "test_a_scan_reads_the_same_articles_in_the_same_order",
    "test_a_title_that_is_a_part_of_a_query_counts_the_same",
    "test_pages_by_cursor_are_the_same",
    "test_random_requests_get_the_same_page",
    "test_ranks_are_those_of_pages",
    "test_similar_articles_and_suggestions_are_the_same",
    "test_the_best_are_the_same_where_they_are_looked_for_alone",
    "test_what_keeps_an_article_from_being_found_is_reported_the_same",
    "test_where_the_highest_sums_are_not_the_best_all_are_scored",
    "test_words_in_parentheses_are_together_one_alternative",
]


@pytest.fixture(scope="module")
def both(lasting: Address, sample_articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Both engines over the sample."""
    with engines_of(lasting, sample_articles, tmp_path_factory.mktemp("both")) as engines:
        yield engines
