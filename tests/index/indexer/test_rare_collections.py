"""Garbage collections are as they were, once a build is over."""

import gc

import pytest

from onneshon.index.indexer.side_process import rare_collections


def test_collections_are_rare_as_long_as_it_lasts() -> None:
    """Whatever ends it."""
    before = gc.get_threshold()

    def failing() -> None:
        with rare_collections():
            assert gc.get_threshold()[0] > before[0]
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert gc.get_threshold() == before


def test_who_wants_no_collections_gets_none() -> None:
    """Nor does it make more of them than there were."""
    before = gc.get_threshold()
    try:
        for first in (0, 10**9):
            gc.set_threshold(first)
            with rare_collections():
                assert gc.get_threshold()[0] == first
    finally:
        gc.set_threshold(*before)
