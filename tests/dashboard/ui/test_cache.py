"""What is kept is kept for its state alone, made once, bounded, and forgotten when it must be."""

import threading
from datetime import date

import polars as pl
import pytest

from dashboard.ui.cache import Cache, State, size_of

DAY = date(2017, 5, 30)


def at(version: int, database: str = "one") -> State:
    return State(database, version, DAY)


def test_a_value_is_made_once_for_its_state_and_key() -> None:
    cache, made = Cache(1_000_000), []

    def make() -> int:
        made.append(None)
        return len(made)

    assert [cache.get(at(1), "a", make), cache.get(at(1), "a", make), cache.get(at(1), "b", make)] == [1, 1, 2]
    assert cache.get(State("one", 1, date(2017, 5, 31)), "a", make) == 3


def test_a_new_version_drops_the_values_of_the_old_one_of_its_database_only() -> None:
    cache = Cache(1_000_000)
    cache.get(at(1), "a", lambda: b"x" * 1000)
    cache.get(at(1, "two"), "a", lambda: b"x" * 1000)
    before = cache.bytes

    cache.get(at(2), "a", lambda: b"")

    assert cache.bytes < before
    assert cache.get(at(1, "two"), "a", lambda: b"") == b"x" * 1000
    # Who still looks at the old one makes it for themselves.
    assert cache.get(at(1), "a", lambda: b"again") == b"again"
    assert cache.get(at(1), "a", lambda: b"and again") == b"and again"


def test_memory_is_bounded_whatever_is_asked() -> None:
    cache = Cache(100_000)
    for number in range(1000):
        cache.get(at(1), number, lambda: b"x" * 1000)

    assert cache.bytes <= 100_000
    assert cache.get(at(1), 999, lambda: b"") == b"x" * 1000
    assert cache.get(at(1), 0, lambda: b"made again") == b"made again"


def test_what_is_cleared_while_it_is_made_is_not_kept() -> None:
    """An erased name must not come back with a value that was begun before."""
    cache = Cache(1_000_000)

    def make() -> str:
        cache.clear()
        return "Élise"

    assert cache.get(at(1), "names", make) == "Élise"
    assert cache.get(at(1), "names", lambda: "nobody") == "nobody"


def test_of_many_who_ask_at_once_one_makes_it() -> None:
    cache, made, start = Cache(1_000_000), [], threading.Barrier(8)

    def make() -> int:
        made.append(None)
        return 7

    def ask() -> None:
        start.wait()
        cache.get(at(1), "a", make)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1


def test_a_failure_is_told_and_not_kept() -> None:
    cache = Cache(1_000_000)

    def fail() -> int:
        raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer"):
        cache.get(at(1), "a", fail)
    assert cache.get(at(1), "a", lambda: 1) == 1


def test_the_size_of_a_value_is_that_of_its_parts() -> None:
    frame = pl.DataFrame({"n": range(1000)})

    assert size_of(frame) > 8000
    assert size_of({"a": (frame, "words")}) > size_of(frame)
