"""The garbage collector rests while the program starts, and only then."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from beatpass_tui.runtime import gc_policy


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_what_there_is_after_the_start_is_not_gone_over_again() -> None:
    with gc_policy.pause():
        assert not gc.isenabled()
        gc_policy.resume()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0


def test_a_start_that_fails_leaves_the_collector_at_work() -> None:
    with pytest.raises(ImportError), gc_policy.pause():
        raise ImportError
    assert gc.isenabled()


def test_a_collector_that_was_not_held_is_left_alone() -> None:
    before = gc.get_freeze_count()
    gc_policy.resume()
    assert gc.isenabled()
    assert gc.get_freeze_count() == before


def test_at_the_end_nothing_is_gone_over_once_more() -> None:
    before = gc.get_freeze_count()
    gc_policy.skip_final_collection()
    assert gc.get_freeze_count() > before
