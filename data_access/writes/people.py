"""Records people of the network and what ties them to it: memberships, agreements, services, supports."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access.periods import day_in_paris
from data_access.records import (
    AgreementRecord,
    MemberServiceRecord,
    PassMembershipRecord,
    PassOutcomeRecord,
    PersonRecord,
    SupportRecord,
)
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, all_rows
from data_access.schema import agreement, centre, member_service, pass_membership, person, support, welcome_household
from data_access.writes.entry_rules import (
    as_values,
    centre_id_of,
    in_future,
    missing,
    out_of_calendar,
    out_of_order,
    require_coordinator,
    require_entry_right,
    unreadable,
    validate,
)
from data_access.writes.rows import Change, Saved, lock_subject, saved_before, store_row

# Records people, their right to use a centre, and what the programme gives them: services and support.

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
    with all_rows(connection):
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
    with all_rows(connection) if person_id is None else nullcontext():
        return store_row(
            connection, change, person, row_key=key, values=values, row_id=person_id, base_version=version
        ).row_id


def record_agreement(
    connection: sa.Connection,
    actor: Actor,
    record: AgreementRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores an agreement, with its person where they are not known yet.

    One person signs once a day in one centre: the same again is corrected. `connection` must come from `writing`.
    """
    require_entry_right(actor, record.centre_code)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    person_id = record.person_id
    if row_id is not None:
        person_id = _person_of_agreement(connection, actor, row_id)
    known = [] if person_id else people_of_name(connection, record.family_name, record.given_name)
    validate(
        record,
        (
            *person_problems(record.model_copy(update={"person_id": person_id})),
            *missing(record, "centre_code", "signed_on"),
            *out_of_calendar(record),
            *out_of_order(record, "signed_on", "ended_on"),
            *in_future(record, day_in_paris(now), "signed_on"),
            *_exit_problems(record),
        ),
        (Problem(Rule.SAME_NAME, "family_name", {"joined_on": None}) for _ in known[:1]),
    )
    change = Change(actor, now, "record_agreement", import_batch_id=import_batch_id)
    if person_id is None:
        person_id = store_person(connection, change, record)
    centre_id = centre_id_of(connection, record.centre_code)
    same = sa.select(agreement.c.id).where(
        agreement.c.person_id == person_id,
        agreement.c.centre_id == centre_id,
        agreement.c.signed_on == record.signed_on,
    )
    other = connection.execute(same).scalar_one_or_none()
    if other is not None and other != row_id:
        raise Refused([Problem(Rule.ALREADY_EXISTS, "signed_on", {"value": f"{record.signed_on:%d/%m/%Y}"})])
    return store_row(
        connection,
        Change(actor, now, "record_agreement", request_key=record.request_key, import_batch_id=import_batch_id),
        agreement,
        row_key=f"{record.centre_code} {record.signed_on}",
        values={
            "centre_id": centre_id,
            "person_id": person_id,
            **as_values(record, "seat_kind", "formula", "signed_on", "ended_on", "exit_reason"),
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def record_member_service(
    connection: sa.Connection,
    actor: Actor,
    record: MemberServiceRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a service held by a person who is known. `connection` must come from `writing`."""
    require_entry_right(actor, record.centre_code)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    validate(
        record,
        (
            *missing(record, "person_id", "starts_on"),
            *out_of_calendar(record),
            *out_of_order(record, "starts_on", "ends_on"),
            *_exists(connection, person, record.person_id, "person_id"),
            *_held_already(connection, record, row_id),
        ),
    )
    return store_row(
        connection,
        Change(actor, now, "record_member_service", request_key=record.request_key, import_batch_id=import_batch_id),
        member_service,
        row_key=f"personne {record.person_id} {record.service} {record.starts_on}",
        values={
            "centre_id": centre_id_of(connection, record.centre_code),
            **as_values(record, "person_id", "service", "starts_on", "ends_on"),
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def record_support(
    connection: sa.Connection,
    actor: Actor,
    record: SupportRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores the support given to a person or to a household, one of the two. `connection` must come from `writing`."""
    require_coordinator(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    validate(
        record,
        (
            *missing(record, "opened_on"),
            *_one_beneficiary(record),
            *out_of_calendar(record),
            *out_of_order(record, "opened_on", "closed_on"),
            *in_future(record, day_in_paris(now), "opened_on", "closed_on"),
            *_exists(connection, person, record.person_id, "person_id"),
            *_exists(connection, welcome_household, record.welcome_household_id, "welcome_household_id"),
            *_support_outcome_problems(record),
        ),
    )
    helped = f"personne {record.person_id}" if record.person_id else f"foyer {record.welcome_household_id}"
    return store_row(
        connection,
        Change(actor, now, "record_support", request_key=record.request_key, import_batch_id=import_batch_id),
        support,
        row_key=f"{helped} {record.kind} {record.opened_on}",
        values=as_values(record, "person_id", "welcome_household_id", "kind", "opened_on", "closed_on", "outcome"),
        row_id=row_id,
        base_version=record.base_version,
    )


def _person_of_agreement(connection: sa.Connection, actor: Actor, row_id: int) -> int:
    """The person of a stored agreement; the actor must keep the centre it is stored for, whatever the form says."""
    row = connection.execute(
        sa.select(agreement.c.person_id, centre.c.code)
        .join(centre, centre.c.id == agreement.c.centre_id)
        .where(agreement.c.id == row_id)
    ).one_or_none()
    if row is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    require_entry_right(actor, row.code)
    return int(row.person_id)


def _exit_problems(record: AgreementRecord) -> Iterator[Problem]:
    if record.exit_reason is not None and record.ended_on is None:
        yield Problem(Rule.MISSING_VALUE, "ended_on")


def _exists(connection: sa.Connection, table: sa.Table, row_id: int | None, field: str) -> Iterator[Problem]:
    if row_id is not None:
        found = connection.execute(sa.select(table.c.id).where(table.c.id == row_id)).scalar_one_or_none()
        if found is None:
            yield Problem(Rule.NOT_IN_LIST, field)


def _held_already(connection: sa.Connection, record: MemberServiceRecord, row_id: int | None) -> Iterator[Problem]:
    same = sa.select(member_service.c.id).where(
        member_service.c.person_id == record.person_id,
        member_service.c.service == record.service,
        member_service.c.starts_on == record.starts_on,
    )
    found = connection.execute(same).scalar_one_or_none() if record.starts_on else None
    if found is not None and found != row_id:
        yield Problem(Rule.ALREADY_EXISTS, "starts_on", {"value": f"{record.starts_on:%d/%m/%Y}"})


def _one_beneficiary(record: SupportRecord) -> Iterator[Problem]:
    if (record.person_id is None) == (record.welcome_household_id is None):
        yield Problem(Rule.ONE_OF_TWO, "person_id")


def _support_outcome_problems(record: SupportRecord) -> Iterator[Problem]:
    if record.outcome is not None and record.closed_on is None:
        yield Problem(Rule.MISSING_VALUE, "closed_on")


# Records memberships of the club, and what becomes of them.

FREE_MONTHS = 6


def free_until(joined_on: date) -> date:
    """The last day of the free period: six months later, on the same day of the month or the last one it has."""
    months = joined_on.month - 1 + FREE_MONTHS
    year, month = joined_on.year + months // 12, months % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    return date(year, month, min(joined_on.day, last))


def record_pass_membership(
    connection: sa.Connection,
    actor: Actor,
    record: PassMembershipRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a membership, new (with its person where they are not known yet) or corrected.

    Raises Refused when it cannot be true or its person is a member already, Unconfirmed when somebody of that name is
    known. Two people of one name are two people once the author says so. `connection` must come from `writing`.
    """
    require_entry_right(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    stored = _stored(connection, row_id)
    person_id = stored.person_id if stored else record.person_id
    # Numbers are given, and members known, in the whole club.
    with all_rows(connection):
        number = record.member_number or (stored.member_number if stored else next_member_number(connection))
        known = [] if person_id else people_of_name(connection, record.family_name, record.given_name)
        validate(
            record,
            (
                *person_problems(record.model_copy(update={"person_id": person_id})),
                *missing(record, "joined_on"),
                *unreadable(record, "pass_membership"),
                *out_of_calendar(record),
                *in_future(record, day_in_paris(now), "joined_on"),
                *_number_taken(connection, number, row_id),
                *_member_twice(connection, person_id, known, record, row_id),
            ),
            _known_name(connection, known),
        )
    assert record.joined_on is not None
    change = Change(actor, now, "record_pass_membership", import_batch_id=import_batch_id)
    if person_id is None or row_id is not None:
        person_id = store_person(connection, change, record, person_id=person_id, directory=record.directory)
    return store_row(
        connection,
        Change(actor, now, change.action, request_key=record.request_key, import_batch_id=import_batch_id),
        pass_membership,
        row_key=number,
        values={
            "person_id": person_id,
            "member_number": number,
            "joined_on": record.joined_on,
            "free_until": free_until(record.joined_on),
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def record_pass_outcome(
    connection: sa.Connection,
    actor: Actor,
    record: PassOutcomeRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores that a membership goes on, paying, or that it ended, and why. `connection` must come from `writing`."""
    require_entry_right(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    row_id = row_id if row_id is not None else record.membership_id
    if row_id is None:
        raise Refused([Problem(Rule.MISSING_VALUE, "membership_id")])
    stored = _stored(connection, row_id)
    assert stored is not None
    validate(
        record,
        (
            *out_of_calendar(record),
            *in_future(record, day_in_paris(now), "renewed_on", "ended_on"),
            *_outcome_problems(record, stored),
        ),
    )
    return store_row(
        connection,
        Change(actor, now, "record_pass_outcome", request_key=record.request_key, import_batch_id=import_batch_id),
        pass_membership,
        row_key=stored.member_number,
        values={"renewed_on": record.renewed_on, "ended_on": record.ended_on, "end_reason": record.end_reason},
        row_id=row_id,
        base_version=record.base_version or stored.version,
    )


def next_member_number(connection: sa.Connection) -> str:
    """The number after the highest one given; nobody else is given one until the transaction ends."""
    lock_subject(connection, "pass_membership.member_number")
    plain = sa.func.length(pass_membership.c.member_number) < 9
    found = [
        int(number)
        for number in connection.execute(sa.select(pass_membership.c.member_number).where(plain)).scalars()
        if number.isdecimal()
    ]
    return str(max(found, default=0) + 1)


def _stored(connection: sa.Connection, row_id: int | None) -> sa.Row[*tuple[Any, ...]] | None:
    if row_id is None:
        return None
    row = connection.execute(sa.select(pass_membership).where(pass_membership.c.id == row_id)).one_or_none()
    if row is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return row


def _number_taken(connection: sa.Connection, number: str, row_id: int | None) -> Iterator[Problem]:
    same = sa.select(pass_membership.c.id).where(pass_membership.c.member_number == number)
    found = connection.execute(same).scalar_one_or_none()
    if found is not None and found != row_id:
        yield Problem(Rule.ALREADY_EXISTS, "member_number", {"value": number})


def _member_twice(
    connection: sa.Connection, person_id: int | None, known: list[int], record: PassMembershipRecord, row_id: int | None
) -> Iterator[Problem]:
    """Nobody is a member twice at a time; somebody of the same name who joined the same day is the same person."""
    if record.joined_on is None:
        return
    others = connection.execute(
        sa.select(pass_membership).where(pass_membership.c.person_id.in_([person_id] if person_id else known))
    ).all()
    for other in others:
        running = other.ended_on is None or other.ended_on >= record.joined_on
        if other.id != row_id and (running if person_id else other.joined_on == record.joined_on):
            values = {"joined_on": other.joined_on, "member_number": other.member_number}
            yield Problem(Rule.STILL_A_MEMBER, "joined_on", values)


def _known_name(connection: sa.Connection, known: list[int]) -> Iterator[Problem]:
    if known:
        joined = connection.execute(
            sa.select(sa.func.max(pass_membership.c.joined_on)).where(pass_membership.c.person_id.in_(known))
        ).scalar_one_or_none()
        yield Problem(Rule.SAME_NAME, "family_name", {"joined_on": _as_day(joined)})


def _outcome_problems(record: PassOutcomeRecord, stored: sa.Row[*tuple[Any, ...]]) -> Iterator[Problem]:
    for field in ("renewed_on", "ended_on"):
        day = getattr(record, field)
        if day is not None and day < stored.joined_on:
            yield Problem(Rule.DAY_TOO_EARLY, field, {"day": day, "earliest": stored.joined_on})
    if record.ended_on is not None and record.end_reason is None:
        yield Problem(Rule.MISSING_VALUE, "end_reason")
    if record.end_reason is not None and record.ended_on is None:
        yield Problem(Rule.MISSING_VALUE, "ended_on")
    if record.ended_on is None and record.renewed_on is None:
        yield Problem(Rule.MISSING_VALUE, "renewed_on")
    yield from out_of_order(record, "renewed_on", "ended_on")


def _as_day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
