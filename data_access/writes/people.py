"""Records people: new ones, and what is corrected of those who are known."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, Final

import sqlalchemy as sa

from data_access.moments import day_in_paris
from data_access.records import PersonRecord
from data_access.refusals import Problem, Rule
from data_access.schema import person
from data_access.transaction_settings import everywhere
from data_access.writes.entry_rules import missing, unreadable
from data_access.writes.rows import Change, store_row

# As the post office writes it; a stricter rule would refuse addresses that work.
_EMAIL: Final = re.compile(r"[^@\s<>\"(),;:\\\[\]]+@(?:[^@\s.<>\"(),;:\\\[\]]+\.)+[^\W\d_]{2,}")
_PHONE: Final = re.compile(r"(?:\+33|0033|0)([1-9]\d{8})")
_FOREIGN_PHONE: Final = re.compile(r"\+\d{8,15}")


def person_problems(record: PersonRecord) -> Iterator[Problem]:
    """What makes a person impossible to record."""
    if record.person_id is None:
        yield from missing(record, "family_name", "given_name")
    yield from unreadable(record, "person")
    if record.email is not None and (not _EMAIL.fullmatch(record.email) or ".." in record.email):
        yield Problem(Rule.NOT_AN_EMAIL, "email")
    if record.phone is not None and plain_phone(record.phone) is None:
        yield Problem(Rule.NOT_A_PHONE, "phone")
    if record.home_insee_code is not None and not re.fullmatch(r"\d[\dAB]\d{3}", record.home_insee_code):
        yield Problem(Rule.NOT_A_POSTCODE, "home_insee_code")


def person_values(record: PersonRecord) -> dict[str, Any]:
    """The columns of a person, e-mail in lower case and telephone in one form, so that one person is told once."""
    return {
        "family_name": record.family_name,
        "given_name": record.given_name,
        "email": record.email.lower() if record.email else None,
        "phone": plain_phone(record.phone) if record.phone else None,
        "status": record.status,
        "home_insee_code": record.home_insee_code,
    }


def plain_phone(text: str) -> str | None:
    """« 04 71 46 20 26 » for any French way of writing it, +… for abroad; None for what is no telephone number."""
    digits = re.sub(r"[\s.\-/()\u00a0\u202f]", "", text.replace("(0)", ""))
    french = _PHONE.fullmatch(digits)
    if french:
        whole = f"0{french[1]}"
        return " ".join(whole[place : place + 2] for place in range(0, 10, 2))
    return digits if _FOREIGN_PHONE.fullmatch(digits) else None


def people_of_name(connection: sa.Connection, family_name: str | None, given_name: str | None) -> list[int]:
    """The people known under a name, accents, case and hyphens forgiven; the first letter narrows what is read."""
    wanted = same_name(family_name, given_name)
    question = sa.select(person.c.id, person.c.family_name, person.c.given_name).where(person.c.erased_at.is_(None))
    # Known anywhere in the network: two centres that meet the same person would count two.
    with everywhere(connection):
        known = connection.execute(question).all()
    return [row.id for row in known if same_name(row.family_name, row.given_name) == wanted]


def same_name(family_name: str | None, given_name: str | None) -> str:
    """A name as two writings of it agree: « Le Bras-Ô, Élise » and « LE BRAS O elise » are one."""
    plain = unicodedata.normalize("NFKD", f"{family_name or ''} {given_name or ''}")
    letters = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " ".join(letters.casefold().split())


def store_person(
    connection: sa.Connection,
    change: Change,
    record: PersonRecord,
    *,
    person_id: int | None = None,
    directory: bool | None = None,
) -> int:
    """Stores a person, new or corrected, and answers their id.

    `directory` is their consent to be listed, kept with the day it was given and withdrawn at once; None says nothing.
    """
    values = person_values(record)
    version, consent = 0, None
    if person_id is not None:
        found = connection.execute(
            sa.select(person.c.version, person.c.directory_consent).where(person.c.id == person_id)
        )
        version, consent = found.one()
    if directory is not None:
        values["directory_consent"] = (consent or day_in_paris(change.now)) if directory else None
    if person_id is None:
        values["created_at"] = change.now.replace(microsecond=0)
    key = "nouvelle personne" if person_id is None else f"personne {person_id}"
    # Nothing links a new person to a centre before the record they are stored for.
    with everywhere(connection) if person_id is None else nullcontext():
        return store_row(
            connection, change, person, row_key=key, values=values, row_id=person_id, base_version=version
        ).row_id
