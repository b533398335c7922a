"""A show frozen in a file, to be carried to a fair: the slides as they were made, and not one row they were made from."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from dashboard.presentation.choice import Choice, choice_of
from dashboard.presentation.slides import Deck, Slide

# What tells such a file from any other of SQLite: « CCTC » in its header.
_MARK: Final = 0x43435443
_TABLES: Final = """
CREATE TABLE salon (id INTEGER PRIMARY KEY CHECK (id = 1), frozen_at TEXT NOT NULL, data_of TEXT NOT NULL,
  demonstration INTEGER NOT NULL, choice TEXT NOT NULL) STRICT;
CREATE TABLE slide (key TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE, content TEXT NOT NULL) STRICT;
"""
_READ_ONLY: Final = 0o444


class NotASalonFile(Exception):
    """The file is not there, or holds something else, which must not be lost."""


def write(file: Path, deck: Deck, choice: Choice) -> None:
    """Freezes a show, in the place of an older one of that name; NotASalonFile when the file holds anything else.

    It is made aside and put in place once whole, and can only be read from then on.
    """
    if file.exists():
        read(file)
    assert deck.frozen_at is not None
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f"{file.name}.partial")
    aside.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(aside)) as connection, connection:
            connection.executescript(f"PRAGMA application_id = {_MARK};{_TABLES}")
            connection.execute(
                "INSERT INTO salon VALUES (1, ?, ?, ?, ?)",
                (deck.frozen_at.isoformat(), deck.on.isoformat(), deck.demonstration, choice.model_dump_json()),
            )
            connection.executemany(
                "INSERT INTO slide VALUES (?, ?, ?)",
                [(key, rank, slide.model_dump_json()) for rank, (key, slide) in enumerate(deck.slides.items())],
            )
        aside.chmod(_READ_ONLY)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def read(file: Path) -> tuple[Deck, Choice]:
    """The show frozen in a file; NotASalonFile when there is none."""
    try:
        # Never made, never written to, and no journal beside it: it may stand on a key that cannot be written.
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            if connection.execute("PRAGMA application_id").fetchone() != (_MARK,):
                raise NotASalonFile(file)
            frozen_at, on, demonstration, choice = connection.execute(
                "SELECT frozen_at, data_of, demonstration, choice FROM salon"
            ).fetchone()
            slides = connection.execute("SELECT key, content FROM slide ORDER BY position").fetchall()
    except sqlite3.DatabaseError as error:
        raise NotASalonFile(file) from error
    deck = Deck.model_validate(
        {
            "on": on,
            "frozen_at": frozen_at,
            "demonstration": bool(demonstration),
            "slides": {key: Slide.model_validate_json(content) for key, content in slides},
        }
    )
    return deck, choice_of(json.loads(choice))
