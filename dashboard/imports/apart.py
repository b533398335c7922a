"""A file that somebody sends is read in a process of its own: what it costs there, in memory and in time, is bounded.

`python -m dashboard.imports.apart` reads a file on its standard input, and writes its rows or why there are none.
"""

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from dashboard.imports.reading import LARGEST_FILE, Rows, Unreadable, read_file
from dashboard.imports.workbooks import WORKBOOK_NAMES, is_workbook

_ROOT: Final = Path(__file__).parents[2]
_SMALL_TEXT: Final = 1_000_000
"""A text of this size is read where it is: it cannot grow by being read."""
_ADDRESSABLE: Final = 4_000_000_000
"""The libraries reserve much that they never fill; one cell at the far end of a sheet makes them ask for far more."""
_LOOK_SECONDS: Final = 0.01
_READINGS: Final = threading.BoundedSemaphore(2)
# Nothing of the settings is its business, least of all the secrets; one thread is enough for one file.
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT")
_ONE_THREAD: Final = {"POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


@dataclass(frozen=True)
class _Answer:
    rows: Rows | None = None
    refusal: str = ""


_ANSWER: Final = TypeAdapter(_Answer)


def read_apart(name: str, content: bytes, known: Collection[str] = ()) -> Rows:
    """As `read_file`, in a process of its own for a workbook or a long text; raises Unreadable, also for what costs too much.

    Memory and time go by the size of the file: what is small and asks for much of either was made to harm.
    """
    is_table = name.lower().endswith(WORKBOOK_NAMES) or is_workbook(content)
    if len(content) > LARGEST_FILE or not (is_table or len(content) > _SMALL_TEXT):
        return read_file(name, content, known)
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ} | _ONE_THREAD
    request = json.dumps([name, list(known)]).encode() + b"\n" + content
    with _READINGS:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.imports.apart", str(_seconds(content))],
            cwd=_ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        limits = (_memory(content), time.monotonic() + 3 * _seconds(content))
        threading.Thread(target=_watch, args=(process, *limits), daemon=True).start()
        told = process.communicate(request)[0]
    if process.returncode or not told:
        raise Unreadable(
            "Ce fichier demande trop de mémoire ou de temps pour sa taille. "
            "Copiez le tableau à importer dans un classeur neuf, et enregistrez-le en XLSX."
        )
    answer = _ANSWER.validate_json(told)
    if answer.rows is None:
        raise Unreadable(answer.refusal)
    return answer.rows


def _memory(content: bytes) -> int:
    """How many bytes may be taken: a workbook of 100,000 lines of ten cells weighs 4.6 MB, and takes 450."""
    return min(190_000_000 + 100 * len(content), 1_500_000_000)


def _seconds(content: bytes) -> int:
    """How many seconds of the processor may be taken; the same workbook takes six."""
    return min(4 + 4 * len(content) // 1_000_000, 60)


def _watch(process: "subprocess.Popen[bytes]", memory: int, until: float) -> None:
    """Ends the process when it takes too much."""
    while process.poll() is None:
        if time.monotonic() > until or _taken(process.pid) > memory:
            process.kill()
        time.sleep(_LOOK_SECONDS)


def _taken(pid: int) -> int:
    """The bytes of memory that a process holds now; 0 where the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def _read(seconds: int) -> None:
    """The other side: limits first, then the file."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSABLE, _ADDRESSABLE))
        # What is left of a process that ended badly would be the file of somebody.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    name, known = json.loads(sys.stdin.buffer.readline())
    try:
        answer = _Answer(rows=read_file(name, sys.stdin.buffer.read(), known))
    except Unreadable as refusal:
        answer = _Answer(refusal=str(refusal))
    sys.stdout.buffer.write(_ANSWER.dump_json(answer))


if __name__ == "__main__":
    _read(int(sys.argv[1]))
