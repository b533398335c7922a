"""Finds people in texts that others typed, however they wrote them, and knows where in the database such texts are.

Accents, case, order, hyphens, dots in telephones do not matter. A full name, an address or a telephone number tells a person
anywhere. A family name alone does so in remarks, unless it is also a place or somebody else's: « Murat est fermé » is not
about Mme Murat.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, Final

import sqlalchemy as sa

from data_access.schema import audit_entry, centre, commune, entry_draft, metadata, person

REMARKS: Final = frozenset(
    {
        ("attendance_week", "comment"),
        ("centre", "note"),
        ("closure", "reason"),
        ("entry_draft", "typed"),
        ("import_batch", "file_name"),
        ("week_reopening", "reason"),
    }
)
"""Texts that people type about their work, where a family name alone is looked for too."""
TITLES: Final = frozenset(
    {
        ("audit_entry", "row_key"),
        ("centre", "address"),
        ("centre", "operator_name"),
        ("centre_cost", "source"),
        ("published_figure", "precision"),
        ("published_figure", "source"),
        ("course", "theme"),
        ("course", "title"),
        ("entry_draft", "about"),
        ("event", "audience"),
        ("event", "contact"),
        ("event", "place"),
        ("event", "title"),
        ("information_meeting", "place"),
        ("placement", "candidate_ref"),
        ("placement", "employer"),
        ("presentation", "name"),
        ("price", "note"),
        ("welcome_session", "place"),
        ("welcome_session", "precision"),
        ("welcome_session", "source"),
    }
)
"""Texts that name places, events and companies: a person is told there by what tells nobody else."""
DOCUMENTS: Final = frozenset({("presentation", "titles")})
"""Documents of texts that people type, searched as titles are; drafts and the audit are searched on their own."""
LEFT_OUT: Final = "…"
"""Stands where a name stood; one sign, so that no text grows beyond what its column takes."""

_SHORTEST_NAME: Final = 3
_CIVILITY: Final = r"(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\.?\s+"
_GAP: Final = r"[\W_]+"
_WORD: Final = re.compile(r"[^\W_]+")
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS: Final = re.compile(r"\d[\d\s./()-]{6,}")
_TELLING_DIGITS: Final = 8


@dataclass(frozen=True)
class Identity:
    """What tells a person."""

    family_name: str | None
    given_name: str | None
    email: str | None = None
    phone: str | None = None


class _Person:
    """The patterns of one person, made when a text has a word of theirs: among thousands, few are ever needed."""

    def __init__(self, who: Identity, common: frozenset[str]) -> None:
        self.who: Final = who
        self._common: Final = common

    @cached_property
    def sure(self) -> re.Pattern[str]:
        """What tells the person anywhere."""
        return _either([*_sure(self.who)])

    @cached_property
    def remarks(self) -> re.Pattern[str]:
        """What tells the person in a remark."""
        return _either([*_sure(self.who), *_alone(self.who, self._common)])


class Mentions:
    """The texts that mention some people; `common` are the words, folded, that a family name shares with something else."""

    def __init__(self, people: Iterable[Identity], common: frozenset[str] = frozenset()) -> None:
        self._by_clue: Final[dict[str, list[_Person]]] = {}
        for who in people:
            someone = _Person(who, common)
            for clue in _clues(who):
                self._by_clue.setdefault(clue, []).append(someone)

    def without(self, text: str, *, remark: bool) -> str:
        """The text with what tells these people left out."""
        composed = text if text.isascii() else unicodedata.normalize("NFC", text)
        plain = folded(composed)
        kept, start = "", 0
        for begins, ends in self._spans(plain, remark):
            if begins >= start:
                kept += composed[start:begins] + LEFT_OUT
            start = max(start, ends)
        return kept + composed[start:] if start else text

    def are_in(self, text: str, *, remark: bool) -> bool:
        """Whether the text tells one of these people."""
        return self.without(text, remark=remark) != text

    def cleaned(self, table: str, document: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """A document of the audit about a row of that table, with these people left out of its texts."""
        if document is None:
            return None
        return {name: self._cleaned(value, remark=(table, name) in REMARKS) for name, value in document.items()}

    def _spans(self, plain: str, remark: bool) -> list[tuple[int, int]]:
        """Where these people are told, from the left."""
        people = {id(someone): someone for clue in _clues_in(plain) for someone in self._by_clue.get(clue, ())}
        patterns = [someone.remarks if remark else someone.sure for someone in people.values()]
        return sorted(found.span() for pattern in patterns for found in pattern.finditer(plain))

    def _cleaned(self, value: Any, *, remark: bool) -> Any:
        if isinstance(value, str):
            return self.without(value, remark=remark)
        if isinstance(value, Mapping):
            return {name: self._cleaned(each, remark=remark) for name, each in value.items()}
        return [self._cleaned(each, remark=remark) for each in value] if isinstance(value, list) else value


def folded(text: str) -> str:
    """The text without accents nor case, each sign still in its place."""
    return text.lower() if text.isascii() else "".join(map(_folded_sign, text))


def words(text: str | None) -> list[str]:
    """The words of a text, folded."""
    return _WORD.findall(folded(unicodedata.normalize("NFC", text or "")))


@cache
def _folded_sign(sign: str) -> str:
    return (unicodedata.normalize("NFKD", sign)[0].casefold() or sign)[0]


def _clues(who: Identity) -> Iterator[str]:
    """What a text that tells this person must have in it: a word of the name, the address, or the end of the telephone."""
    yield from words(who.family_name)[:1]
    if who.email:
        address = folded(who.email)
        # An address written oddly is known by its words.
        yield from [address] if _ADDRESS.fullmatch(address) else words(address)[:1]
    digits = re.sub(r"\D", "", who.phone or "")
    if len(digits) >= _TELLING_DIGITS:
        yield digits[-_TELLING_DIGITS:]


def _clues_in(plain: str) -> Iterator[str]:
    yield from _WORD.findall(plain)
    if "@" in plain:
        yield from _ADDRESS.findall(plain)
    for run in _DIGITS.findall(plain):
        digits = re.sub(r"\D", "", run)
        yield from (digits[place : place + _TELLING_DIGITS] for place in range(len(digits) - _TELLING_DIGITS + 1))


def _sure(who: Identity) -> Iterator[str]:
    if who.email:
        yield rf"(?<![\w.+-]){re.escape(folded(who.email))}(?![\w-])"
    family, given = _GAP.join(words(who.family_name)), _GAP.join(words(who.given_name))
    if family and given:
        yield _whole(f"{given}{_GAP}{family}")
        yield _whole(f"{family}{_GAP}{given}")
        yield _whole(f"{given[0]}\\.?\\s*{family}")
    yield from _phone(who.phone)


def _alone(who: Identity, common: frozenset[str]) -> Iterator[str]:
    parts, given = words(who.family_name), _GAP.join(words(who.given_name))
    if parts:
        # « Mme Vidal Jeanne »: the given name goes with the rest.
        yield _whole(f"{_CIVILITY}{_GAP.join(parts)}" + (f"(?:{_GAP}{given})?" if given else ""))
    if len("".join(parts)) >= _SHORTEST_NAME and not (len(parts) == 1 and parts[0] in common):
        yield _whole(_GAP.join(parts))


def _phone(phone: str | None) -> Iterator[str]:
    digits = re.sub(r"\D", "", phone or "")
    if len(digits) < _TELLING_DIGITS:
        return
    if digits.startswith("0"):
        yield rf"(?<!\d)(?:0|(?:\+|00)33[\s.-]*(?:\(0\))?[\s.-]*){_spaced(digits[1:])}(?!\d)"
    else:
        yield rf"(?<!\d)(?:\+|00)?{_spaced(digits)}(?!\d)"


def _spaced(digits: str) -> str:
    return r"[\s./-]*".join(digits)


def _whole(pattern: str) -> str:
    return rf"(?<!\w){pattern}(?!\w)"


def _either(patterns: list[str]) -> re.Pattern[str]:
    # Without a pattern nothing may be found, not everything.
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)")


# Where people may be told in the database beside their own row: the texts others typed, the drafts, the audit.

TABLES_OF_PEOPLE: Final = ("agreement", "pass_membership", "member_service", "support")
"""The tables whose rows belong to a person, and say so in the documents of the audit."""
IDENTITY: Final = ("family_name", "given_name", "email", "phone", "home_insee_code")
"""What the row of a person says of them, and an erased one no longer does."""
_APART: Final = ("audit_entry", "entry_draft")


@dataclass(frozen=True)
class Text:
    """A text of one row that others typed; a remark may tell people by their family name alone."""

    table: str
    column: str
    row_id: int
    text: str

    @property
    def remark(self) -> bool:
        """Whether a family name alone is looked for."""
        return (self.table, self.column) in REMARKS


def identity_of(row: Any) -> Identity:
    """What tells the person of a row."""
    return Identity(row.family_name, row.given_name, row.email, row.phone)


def mentions_of(connection: sa.Connection, rows: Sequence[Any]) -> Mentions:
    """The finder of some people, who share their family name with the places and the other people of this database."""
    ids = {row.id for row in rows}
    places: Iterable[str] = (
        text
        for column in (commune.c.name, centre.c.name, centre.c.code)
        for text in connection.scalars(sa.select(column))
    )
    common = {word for text in places for word in words(text)}
    others = sa.select(person.c.id, person.c.family_name).where(person.c.family_name.is_not(None))
    for other in connection.execute(others):
        if other.id not in ids and len(parts := words(other.family_name)) == 1:
            common.add(parts[0])
    return Mentions([identity_of(row) for row in rows], frozenset(common))


def texts(connection: sa.Connection) -> Iterator[Text]:
    """Every text that others typed, drafts and audit apart."""
    for table, column in sorted(REMARKS | TITLES):
        if table in _APART:
            continue
        rows = metadata.tables[table]
        for row_id, text in connection.execute(sa.select(rows.c.id, rows.c[column]).where(rows.c[column].is_not(None))):
            yield Text(table, column, row_id, text)


def documents(connection: sa.Connection) -> Iterator[tuple[str, str, int, dict[str, Any]]]:
    """Every document of texts that others typed: table, column, number of the row, document."""
    for table, column in sorted(DOCUMENTS):
        rows = metadata.tables[table]
        for row_id, document in connection.execute(sa.select(rows.c.id, rows.c[column]).order_by(rows.c.id)).all():
            if document:
                yield table, column, row_id, document


def drafts(connection: sa.Connection) -> Iterator[Any]:
    """Every draft."""
    yield from connection.execute(sa.select(entry_draft)).all()


def audit_entries(connection: sa.Connection) -> Iterator[Any]:
    """Every change but those of accounts, whose holders are told by their role."""
    yield from connection.execute(
        sa.select(audit_entry).where(audit_entry.c.table_name != "account").order_by(audit_entry.c.id)
    )


def concerns(entry: Any, person_id: int, since: datetime | None = None) -> bool:
    """Whether a change is about the row of this person, or about a row that belongs to them.

    SQLite gives the number of a removed row again: with `since`, changes made before the person was recorded are not
    theirs.
    """
    if since is not None and entry.at < since:
        return False
    if entry.table_name == "person":
        return bool(entry.row_id == person_id or entry.row_key == row_key_of(person_id))
    documents = (entry.before or {}, entry.after or {})
    return entry.table_name in TABLES_OF_PEOPLE and any(each.get("person_id") == person_id for each in documents)


def row_key_of(person_id: int) -> str:
    """How the audit names a person: never by their name."""
    return f"personne {person_id}"
