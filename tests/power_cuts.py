"""Power cuts replayed: `python -m tests.power_cuts [--seed N] [--saves N]`.

Weeks are saved on SQLite by the application, and all that SQLite asks of its disk is recorded. A disk owes only what was
synchronised: at each step the power is cut, files keep any part of what was written since, torn at sectors, and the folder
any beginning of what was changed in it. The database is opened again on what is left: each save that was acknowledged must be
there, none half written, and the file sound. Prints the counts, with the seed that makes them come back.
"""

import argparse
import random
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from data_access.engine import open_engine
from tests.faults import FAULTS, WRITERS, filled, look, save
from tests.recorded_disk import Acknowledged, Cut, Made, RecordedDisk, Removed, Step, Synchronised, Written

SECTOR: Final = 512
# The second where SQLite is safe with it.
JOURNALS: Final = ("DELETE", "WAL")


def recorded(file: Path, saves: int, pragma: str) -> list[Step]:
    """What the disk is asked while so many weeks are saved, by connections that are told this last."""
    disk = RecordedDisk(file)
    with disk.recording():
        engine = open_engine(f"sqlite:///{file}")
        sa.event.listen(engine, "connect", lambda connection, _record: connection.execute(f"PRAGMA {pragma}"))
        versions = [0] * WRITERS
        for number in range(saves):
            writer = number % WRITERS
            versions[writer] = save(engine, writer, versions[writer])
            disk.steps.append(Acknowledged(writer, versions[writer]))
        engine.dispose()
    return disk.steps


class Disk:
    """What is surely on the disk, and what may be."""

    def __init__(self, name: str, content: bytes) -> None:
        """With this file alone."""
        self.name = name
        self._names, self._files = {name: 0}, defaultdict(bytearray, {0: bytearray(content)})
        self._of_folder: list[Made | Removed] = []
        self._of_files: dict[int, list[Written | Cut]] = defaultdict(list)

    def take(self, step: Step) -> None:
        """Has one more step behind it."""
        match step:
            case Made() | Removed():
                self._of_folder.append(step)
            case Written() | Cut():
                self._of_files[step.file].append(step)
            case Synchronised(None):
                self._names = _changed(self._names, self._of_folder)
                self._of_folder.clear()
            case Synchronised(int(file)):
                for each in self._of_files.pop(file, ()):
                    _do(self._files[file], each)

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files that are found, by name, by chance: between nothing and all of what may be there."""
        share = chance.choice((0.0, 0.5, 1.0, chance.random()))
        names = _changed(self._names, self._of_folder[: round(share * len(self._of_folder))])
        return {name: self._found(file, share, chance) for name, file in names.items()}

    def _found(self, file: int, share: float, chance: random.Random) -> bytes:
        content = bytearray(self._files[file])
        for step in self._of_files[file]:
            for part in _torn(step):
                if chance.random() < share:
                    _do(content, part)
        return bytes(content)


def _changed(names: dict[str, int], changes: Sequence[Made | Removed]) -> dict[str, int]:
    changed = dict(names)
    for step in changes:
        if isinstance(step, Made):
            changed[step.name] = step.file
        else:
            changed.pop(step.name, None)
    return changed


def _do(content: bytearray, step: Written | Cut) -> None:
    length = step.at if isinstance(step, Written) else step.length
    # What was never written is nought.
    content.extend(bytes(max(0, length - len(content))))
    if isinstance(step, Written):
        content[step.at : step.at + len(step.what)] = step.what
    else:
        del content[step.length :]


def _torn(step: Written | Cut) -> Iterator[Written | Cut]:
    """The same, by sector."""
    if isinstance(step, Cut):
        yield step
        return
    begun = 0
    while begun < len(step.what):
        ended = begun + SECTOR - (step.at + begun) % SECTOR
        yield Written(step.file, step.at + begun, step.what[begun:ended])
        begun = ended


def cut(disk: Disk, steps: Sequence[Step], seed: int, folder: Path, *, every: int) -> Counter[str]:
    """What is found after each acknowledgement and after one step in so many; `folder` is for what is left on the disk."""
    chance, said, found = random.Random(seed), list[tuple[int, int]](), Counter[str]()
    for number, step in enumerate(steps):
        disk.take(step)
        if isinstance(step, Acknowledged):
            said.append((step.writer, step.version))
        elif number % every:
            continue
        folder.mkdir()
        for name, content in disk.after_a_cut(chance).items():
            (folder / name).write_bytes(content)
        try:
            found += look(f"sqlite:///{folder / disk.name}", said, recount=False)
        except sa.exc.DatabaseError:
            found += Counter(runs=1, damaged=1)
        shutil.rmtree(folder)
    return found


def cuts(url: str, seed: int, saves: int, pragma: str, *, every: int = 1) -> Counter[str]:
    """What is found of so many saves in a filled database."""
    file = Path(sa.make_url(url).database or "")
    disk = Disk(file.name, file.read_bytes())
    return cut(disk, recorded(file, saves, pragma), seed, file.parent / "after the cut", every=every)


def main() -> None:
    """One line for each mode of the journal; ends badly where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=2017)
    parser.add_argument("--saves", type=int, default=12)
    asked = parser.parse_args()
    faults = 0
    for journal in JOURNALS:
        with filled("sqlite") as url:
            found = cuts(url, asked.seed, asked.saves, f"journal_mode = {journal}")
        said = ", ".join(f"{what} {found[what]}" for what in ("not acknowledged, yet whole", *FAULTS))
        print(f"{journal}: seed {asked.seed}, {asked.saves} saves, {found['runs']} cuts: {said}", flush=True)
        faults += sum(found[what] for what in FAULTS)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
