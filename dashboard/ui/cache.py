"""The only cache of the screens: values kept until something they were made from is written, and no longer than a day."""

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Final, TypeVar

import polars as pl

Value = TypeVar("Value")


@dataclass(frozen=True)
class State:
    """What a value is good for: a database (its address), its data version, a day."""

    database: str
    version: int
    today: date


class Cache:
    """Values by key, the least lately asked for given up first beyond so many bytes; made once however many ask at once.

    They are handed out as they are, to every session: nobody changes one.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._values: OrderedDict[tuple[State, Hashable], tuple[Any, int]] = OrderedDict()
        self._making: dict[tuple[State, Hashable], Future[Any]] = {}
        self._last: dict[str, int] = {}
        self._cleared = 0
        self._lock = threading.Lock()

    def get(self, state: State, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value kept, or `make()`; what it raises is raised to all who wait for it, and nothing is kept."""
        whole = (state, key)
        with self._lock:
            if state.version > self._last.get(state.database, -1):
                self._last[state.database] = state.version
                self._drop(lambda kept: kept.database == state.database and kept.version < state.version)
            if whole in self._values:
                self._values.move_to_end(whole)
                found: Value = self._values[whole][0]
                return found
            waiting = self._making.get(whole)
            if waiting is None:
                making = self._making[whole] = Future()
                began = self._cleared
        if waiting is not None:
            answer: Value = waiting.result()
            return answer
        try:
            value = make()
        except BaseException as error:
            making.set_exception(error)
            raise
        else:
            making.set_result(value)
            self._keep(whole, value, began)
            return value
        finally:
            with self._lock:
                if self._making.get(whole) is making:
                    del self._making[whole]

    def clear(self) -> None:
        """Forgets everything, and what is in the making once it is made: it may hold what had to go."""
        with self._lock:
            self._cleared += 1
            self._values.clear()
            self._making.clear()
            self.bytes = 0

    def _keep(self, whole: tuple[State, Hashable], value: Any, began: int) -> None:
        size = size_of(value)
        with self._lock:
            state = whole[0]
            if began != self._cleared or state.version < self._last[state.database] or size > self.most_bytes // 4:
                return
            self._values[whole] = (value, size)
            self.bytes += size
            while self.bytes > self.most_bytes:
                _key, (_value, freed) = self._values.popitem(last=False)
                self.bytes -= freed

    def _drop(self, old: Callable[[State], bool]) -> None:
        for whole in [whole for whole in self._values if old(whole[0])]:
            self.bytes -= self._values.pop(whole)[1]


_EACH: Final = 64


def size_of(value: Any) -> int:
    """About how many bytes a value holds: its frames, texts and parts."""
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
