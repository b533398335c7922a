"""The only cache of the screens: values kept until something is written in what they were made from, and no longer than a day."""

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Final, TypeVar

import polars as pl

Value = TypeVar("Value")


@dataclass(frozen=True)
class State:
    """What is looked at: a database (its address), its data versions, whole (`n`) and by domain, and a day."""

    database: str
    versions: Mapping[str, int]
    today: date


# The domains of what is read are told to whoever makes something of it: a value being made, a run of a page.

_READ: Final[ContextVar[set[str] | None]] = ContextVar("read", default=None)


@contextmanager
def reads_into(found: set[str]) -> Iterator[None]:
    """Until the block ends, `found` takes the domains of all that is read."""
    token = _READ.set(found)
    try:
        yield
    finally:
        _READ.reset(token)


def has_read(domains: Iterable[str]) -> None:
    """Tells whoever makes something that it rests on these domains."""
    found = _READ.get()
    if found is not None:
        found.update(domains)


_Place = tuple[str, date, Hashable]


@dataclass(frozen=True)
class _Kept:
    value: Any
    size: int
    versions: Mapping[str, int]
    """Those of the domains it was made from."""


class Cache:
    """Values by key, the least lately asked for given up first beyond so many bytes; made once however many ask at once.

    One is good as long as nothing is written in the domains that were read to make it. They are handed out as they are, to
    every session: nobody changes one.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._values: OrderedDict[_Place, _Kept] = OrderedDict()
        self._of: dict[int, _Kept] = {}
        self._making: dict[tuple[_Place, int], Future[tuple[Any, frozenset[str]]]] = {}
        self._last: dict[str, Mapping[str, int]] = {}
        self._cleared = 0
        self._lock = threading.Lock()

    def get(self, state: State, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value kept, or `make()`; what it raises is raised to all who wait for it, and nothing is kept."""
        place = (state.database, state.today, key)
        whole = (place, state.versions["n"])
        with self._lock:
            if state.versions["n"] > self._last.get(state.database, {}).get("n", -1):
                self._last[state.database] = state.versions
                self._drop_old(state)
            kept = self._values.get(place)
            if kept is not None and _holds(kept, state.versions):
                self._values.move_to_end(place)
                has_read(kept.versions)
                found: Value = kept.value
                return found
            waiting = self._making.get(whole)
            if waiting is None:
                making = self._making[whole] = Future()
                began = self._cleared
        if waiting is not None:
            answer: Value
            answer, domains = waiting.result()
            has_read(domains)
            return answer
        read: set[str] = set()
        try:
            with reads_into(read):
                value = make()
        except BaseException as error:
            making.set_exception(error)
            raise
        else:
            making.set_result((value, frozenset(read)))
            has_read(read)
            self._keep(state, place, value, read, began)
            return value
        finally:
            with self._lock:
                if self._making.get(whole) is making:
                    del self._making[whole]

    def rest_on(self, values: Iterable[object]) -> set[str]:
        """The domains that kept values rest on, by themselves or as parts of what they are given with."""
        found: set[str] = set()
        for value in values:
            kept = self._of.get(id(value))
            if kept is not None:
                found.update(kept.versions)
            elif isinstance(value, tuple):
                found |= self.rest_on(value)
            elif is_dataclass(value):
                found |= self.rest_on(getattr(value, part.name) for part in fields(value))
        return found

    def clear(self) -> None:
        """Forgets everything, and what is in the making once it is made: it may hold what had to go."""
        with self._lock:
            self._cleared += 1
            self._values.clear()
            self._of.clear()
            self._making.clear()
            self.bytes = 0

    def _keep(self, state: State, place: _Place, value: Any, read: set[str], began: int) -> None:
        kept = _Kept(value, size_of(value), {domain: state.versions[domain] for domain in read})
        with self._lock:
            if (
                began != self._cleared
                or not _holds(kept, self._last[state.database])
                or kept.size > self.most_bytes // 4
            ):
                return
            self._give_up(place)
            self._values[place] = self._of[id(value)] = kept
            self.bytes += kept.size
            while self.bytes > self.most_bytes:
                self._give_up(next(iter(self._values)))

    def _drop_old(self, state: State) -> None:
        old = [place for place, kept in self._values.items() if place[0] == state.database]
        for place in old:
            if not _holds(self._values[place], state.versions):
                self._give_up(place)

    def _give_up(self, place: _Place) -> None:
        kept = self._values.pop(place, None)
        if kept is not None:
            self._of.pop(id(kept.value), None)
            self.bytes -= kept.size


def _holds(kept: _Kept, versions: Mapping[str, int]) -> bool:
    return all(versions[domain] == version for domain, version in kept.versions.items())


_EACH: Final = 64
_WITHOUT_PARTS: Final = frozenset({int, float, bool, date, type(None)})


def size_of(value: Any) -> int:
    """About how many bytes a value holds: its frames, texts and parts."""
    if type(value) in _WITHOUT_PARTS:
        return _EACH
    if isinstance(value, pl.DataFrame):
        return _EACH + int(value.estimated_size())
    if isinstance(value, str | bytes):
        return sys.getsizeof(value)
    if isinstance(value, Mapping):
        return _EACH + sum(size_of(name) + size_of(part) for name, part in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return _EACH + sum(map(size_of, value))
    if is_dataclass(value) and not isinstance(value, type):
        return _EACH + sum(size_of(getattr(value, field.name)) for field in fields(value))
    return _EACH
