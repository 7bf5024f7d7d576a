"""Tests of a real cluster run on a cluster in memory, so that they need no real one."""

import pytest

from onneshon.opensearch.connection.client import Cluster
from tests.opensearch.writing.test_on_a_cluster import (
    test_a_build_that_fails_leaves_what_is_live,
    test_a_snapshot_is_restored_beside_what_is_live,
    test_an_article_that_is_indexed_otherwise_than_it_says_is_found,
    test_an_index_of_another_analysis_is_refused_and_built_again,
    test_an_index_that_is_not_there_is_missing,
    test_an_older_write_changes_nothing_whenever_it_comes,
    test_an_update_adds_replaces_leaves_and_deletes,
    test_an_update_that_changes_nothing_makes_no_files,
    test_articles_are_deleted_all_or_none,
    test_generations_go_back_and_are_collected,
    test_miscounted_words_are_found_and_mended,
    test_one_writes_at_a_time,
    test_stats_of_a_cluster_are_for_people_and_programs,
    test_what_came_over_http_is_published,
    test_what_is_missing_is_deleted_if_that_is_asked,
    test_who_was_too_slow_stops,
    test_words_and_files_are_those_of_a_directory,
)
from tests.opensearch.writing.test_rolling import (
    test_a_deleted_article_that_comes_again_goes_where_it_was,
    test_a_generation_is_kept_moved_and_removed_whole,
    test_a_nightly_job_rolls_over_when_it_is_time,
    test_the_oldest_index_may_be_deleted,
)

__all__ = [
    "test_a_build_that_fails_leaves_what_is_live",
    "test_a_deleted_article_that_comes_again_goes_where_it_was",
    "test_a_generation_is_kept_moved_and_removed_whole",
    "test_a_nightly_job_rolls_over_when_it_is_time",
    "test_a_snapshot_is_restored_beside_what_is_live",
    "test_an_article_that_is_indexed_otherwise_than_it_says_is_found",
    "test_an_index_of_another_analysis_is_refused_and_built_again",
    "test_an_index_that_is_not_there_is_missing",
    "test_an_older_write_changes_nothing_whenever_it_comes",
    "test_an_update_adds_replaces_leaves_and_deletes",
    "test_an_update_that_changes_nothing_makes_no_files",
    "test_articles_are_deleted_all_or_none",
    "test_generations_go_back_and_are_collected",
    "test_miscounted_words_are_found_and_mended",
    "test_one_writes_at_a_time",
    "test_stats_of_a_cluster_are_for_people_and_programs",
    "test_the_oldest_index_may_be_deleted",
    "test_what_came_over_http_is_published",
    "test_what_is_missing_is_deleted_if_that_is_asked",
    "test_who_was_too_slow_stops",
    "test_words_and_files_are_those_of_a_directory",
]


@pytest.fixture
def empty(news: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The cluster in memory, with one core, as other processes could not reach it."""
    monkeypatch.setattr("onneshon.index.commands.index_group.cores", lambda: 1)
    return news
