"""What SQLite asks of its disk, recorded as it asks: the library that Python uses shows through `ctypes` how it opens, writes,
synchronises and removes files, and lets each be done by others."""

import ctypes
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

_OK: Final = sqlite3.SQLITE_OK


class Made(NamedTuple):
    """A name in the folder, for a new file of this number."""

    name: str
    file: int


class Removed(NamedTuple):
    """A name taken out of the folder."""

    name: str


class Written(NamedTuple):
    """Bytes at a place of a file."""

    file: int
    at: int
    what: bytes


class Cut(NamedTuple):
    """A file made so long."""

    file: int
    length: int


class Synchronised(NamedTuple):
    """The disk has all of a file; with None, all of the folder."""

    file: int | None


class Acknowledged(NamedTuple):
    """Not of the disk: the version of a writer's sheet that was acknowledged here."""

    writer: int
    version: int


Step = Made | Removed | Written | Cut | Synchronised | Acknowledged


class NotShown(Exception):
    """This Python was built with a SQLite that cannot be reached from outside."""


# The structures by which SQLite reaches a disk, as `sqlite3.h` lays them out; only what is replaced has its own type.
_Pointer = ctypes.c_void_p
_Write = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, ctypes.c_int, ctypes.c_int64)
_Truncate = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_int)
_Open = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, _Pointer, _Pointer, ctypes.c_int, _Pointer)
_Delete = ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_char_p, ctypes.c_int)
_OpenFolder = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, _Pointer)


class _Methods(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("before", _Pointer * 2),
        ("write", _Write),
        ("truncate", _Truncate),
        ("sync", _Sync),
        ("after", _Pointer * 13),
    )


class _File(ctypes.Structure):
    _fields_ = (("methods", ctypes.POINTER(_Methods)),)


class _System(ctypes.Structure):
    _fields_ = (
        ("version", ctypes.c_int),
        ("size_of_file", ctypes.c_int),
        ("longest_name", ctypes.c_int),
        ("next", _Pointer),
        ("name", ctypes.c_char_p),
        ("data", _Pointer),
        ("open", _Open),
        ("delete", _Delete),
        ("between", _Pointer * 11),
        ("set_call", ctypes.CFUNCTYPE(ctypes.c_int, _Pointer, ctypes.c_char_p, _Pointer)),
        ("get_call", ctypes.CFUNCTYPE(_Pointer, _Pointer, ctypes.c_char_p)),
        ("next_call", _Pointer),
    )


class RecordedDisk:
    """The `steps` of a database whose file is there already, by its number 0."""

    def __init__(self, file: Path) -> None:
        """Raises NotShown where the library cannot be reached."""
        import _sqlite3

        self.steps: list[Step] = []
        self._names, self._made = {file.name: 0}, 0
        self._files: dict[int, int] = {}
        self._methods: dict[int, _Methods] = {}
        try:
            self._library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
            find = self._library.sqlite3_vfs_find
        except (AttributeError, OSError) as error:
            raise NotShown(str(error)) from error
        find.restype = ctypes.POINTER(_System)
        self._system = find(None).contents
        self._at = ctypes.addressof(self._system)
        self._ours = _System.from_buffer_copy(self._system)
        self._ours.name, self._ours.open, self._ours.delete = b"recorded", _Open(self._opens), _Delete(self._removes)
        self._open_folder = ctypes.cast(self._system.get_call(self._at, b"openDirectory"), _OpenFolder)
        self._folder = _OpenFolder(self._opens_folder)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Connections that this process opens meanwhile are recorded."""
        self._library.sqlite3_vfs_register(ctypes.byref(self._ours), 1)
        self._system.set_call(self._at, b"openDirectory", ctypes.cast(self._folder, _Pointer))
        try:
            yield
        finally:
            self._system.set_call(self._at, b"openDirectory", None)
            self._library.sqlite3_vfs_unregister(ctypes.byref(self._ours))
            self._library.sqlite3_vfs_register(ctypes.byref(self._system), 1)

    def _opens(self, _system: int, name: int | None, file: int, flags: int, said: int | None) -> int:
        answer = int(self._system.open(self._at, name, file, flags, said))
        if answer == _OK and name:
            called = _called(ctypes.string_at(name))
            if called not in self._names:
                self._made += 1
                self._names[called] = self._made
                self.steps.append(Made(called, self._made))
            self._files[file] = self._names[called]
            opened = ctypes.cast(file, ctypes.POINTER(_File)).contents
            opened.methods = ctypes.pointer(self._recorded(opened.methods.contents))
        return answer

    def _recorded(self, theirs: _Methods) -> _Methods:
        """The same methods of a file, of which those that change it leave a step."""
        at = ctypes.addressof(theirs)
        if at in self._methods:
            return self._methods[at]

        def writes(file: int, what: int, length: int, where: int) -> int:
            self.steps.append(Written(self._files[file], where, ctypes.string_at(what, length)))
            return int(theirs.write(file, what, length, where))

        def truncates(file: int, length: int) -> int:
            self.steps.append(Cut(self._files[file], length))
            return int(theirs.truncate(file, length))

        def synchronises(file: int, flags: int) -> int:
            answer = int(theirs.sync(file, flags))
            self.steps.append(Synchronised(self._files[file]))
            return answer

        ours = _Methods.from_buffer_copy(theirs)
        ours.write, ours.truncate, ours.sync = _Write(writes), _Truncate(truncates), _Sync(synchronises)
        self._methods[at] = ours
        return ours

    def _removes(self, _system: int, name: bytes, synchronise: int) -> int:
        # The folder is opened within, to be synchronised: the name goes before.
        if self._names.pop(_called(name), None) is not None:
            self.steps.append(Removed(_called(name)))
        return int(self._system.delete(self._at, name, synchronise))

    def _opens_folder(self, name: bytes, said: int) -> int:
        # SQLite opens a folder to synchronise it, and for nothing else.
        self.steps.append(Synchronised(None))
        return int(self._open_folder(name, said))


def _called(path: bytes) -> str:
    return Path(path.decode()).name
