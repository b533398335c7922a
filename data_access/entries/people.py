"""People and what ties them to the network: memberships and what becomes of them, agreements, services, supports.

Two sheets that are the same person are made one: seen before, done in one deed, and undone as one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

import sqlalchemy as sa

from data_access.documents import record_document
from data_access.entries.kind import PERSON_FIELDS, Entry, Kind, Row
from data_access.periods import months_before
from data_access.records import (
    AgreementRecord,
    MemberServiceRecord,
    NamedRecord,
    PassMembershipRecord,
    PassOutcomeRecord,
    PersonRecord,
    PersonSheetRecord,
    SupportRecord,
)
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, Right, all_rows
from data_access.schema import (
    agreement,
    centre,
    member_service,
    pass_membership,
    person,
    support,
    visit,
    welcome_household,
)
from data_access.words import folded, same_text
from data_access.writes.entry_rules import (
    before_opening,
    implausible,
    in_future,
    like_another_number,
    missing,
    out_of_order,
    require_right,
    row_of_text,
    unreadable,
)
from data_access.writes.rows import Change, Saved, audit_change, record_changed, remove_row, store_row

# As the post office writes it; a stricter rule would refuse addresses that work.
_EMAIL: Final = re.compile(r"[^@\s<>\"(),;:\\\[\]]+@(?:[^@\s.<>\"(),;:\\\[\]]+\.)+[^\W\d_]{2,}")
_PHONE: Final = re.compile(r"(?:\+33|0033|0)([1-9]\d{8})")
_FOREIGN_PHONE: Final = re.compile(r"\+\d{8,15}")
FREE_MONTHS: Final = 6


def plain_phone(text: str) -> str | None:
    """« 04 71 46 20 26 » for any French way of writing it, +… for abroad; None for what is no telephone number."""
    digits = re.sub(r"[\s.\-/()\u00a0\u202f]", "", text.replace("(0)", ""))
    french = _PHONE.fullmatch(digits)
    if french:
        whole = f"0{french[1]}"
        return " ".join(whole[place : place + 2] for place in range(0, 10, 2))
    return digits if _FOREIGN_PHONE.fullmatch(digits) else None


def free_until(joined_on: date) -> date:
    """The last day of the free period: six months later, on the same day of the month or the last one it has."""
    return months_before(joined_on, -FREE_MONTHS)


def people_of_name(connection: sa.Connection, family_name: str | None, given_name: str | None) -> list[int]:
    """The people known under a name, accents, case and hyphens forgiven, anywhere in the network: two centres that meet
    the same person would count two."""
    name = sa.func.coalesce(person.c.family_name, "") + " " + sa.func.coalesce(person.c.given_name, "")
    wanted = same_text(f"{family_name or ''} {given_name or ''}")
    known = sa.select(person.c.id).where(person.c.erased_at.is_(None), folded(name) == wanted).order_by(person.c.id)
    with all_rows(connection):
        return list(connection.scalars(known))


def _people_meant(connection: sa.Connection, record: PersonRecord) -> list[int]:
    """The person of a record; where it does not say, those of the name."""
    if record.person_id is not None:
        return [record.person_id]
    return people_of_name(connection, record.family_name, record.given_name)


def _plain_contacts(record: NamedRecord) -> dict[str, Any]:
    """E-mail in lower case and telephone in one form, so that one person is told once; what is neither stays, to be told."""
    phone = record.phone and (plain_phone(record.phone) or record.phone)
    return {"email": record.email and record.email.lower(), "phone": phone}


def _person_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    erased = entry.known is not None and entry.known["erased_at"] is not None
    if not erased:
        yield from missing(record, "family_name", *(() if entry.known else ("given_name",)))
    elif any(getattr(record, field) is not None for field in ("family_name", "given_name", "email", "phone")):
        yield Problem(Rule.NOT_IN_LIST, "person_id")
    yield from unreadable(record, "person")
    if record.email is not None and (not _EMAIL.fullmatch(record.email) or ".." in record.email):
        yield Problem(Rule.NOT_AN_EMAIL, "email")
    if record.phone is not None and plain_phone(record.phone) is None:
        yield Problem(Rule.NOT_A_PHONE, "phone")
    if record.home_insee_code is not None and not re.fullmatch(r"\d[\dAB]\d{3}", record.home_insee_code):
        yield Problem(Rule.NOT_A_POSTCODE, "home_insee_code")


def _namesakes(entry: Entry) -> list[int]:
    """Those known under the name of somebody new."""
    if entry.person_id is not None:
        return []
    return people_of_name(entry.connection, entry.record.family_name, entry.record.given_name)


def _same_name(entry: Entry) -> Iterator[Problem]:
    known = _namesakes(entry)
    if known:
        joined = entry.connection.execute(
            sa.select(pass_membership.c.joined_on)
            .where(pass_membership.c.person_id.in_(known))
            .order_by(pass_membership.c.joined_on.desc())
            .limit(1)
        ).scalar_one_or_none()
        yield Problem(Rule.SAME_NAME, "family_name", {"joined_on": joined})


def _day(day: date | None) -> str:
    return "sans date" if day is None else f"{day:%d/%m/%Y}"


def _name(row: Row) -> str:
    return f"{row['family_name'] or 'Personne effacée'} {row['given_name'] or ''}".strip()


# A person by themselves: their name, how to reach them, their consent to be listed.


def _sheet_problems(entry: Entry) -> Iterator[Problem]:
    yield from _person_problems(entry)
    yield from implausible(entry.record, entry.kind.columns)
    yield from in_future(entry.record, entry.today, "directory_consent")


PERSON: Final = Kind(
    key="person",
    title="Personne",
    table=person,
    record=PersonSheetRecord,
    action="record_person",
    right=Right.ENTER,
    row_key=lambda entry: "nouvelle personne" if entry.row_id is None else f"personne {entry.row_id}",
    told=lambda row: ", ".join(filter(None, (_name(row), row["email"], row["phone"]))),
    shows=person.c.erased_at.is_(None),
    impossible=_sheet_problems,
    unusual=_same_name,
    filled=lambda entry: _plain_contacts(entry.record),
    derived=lambda entry: {"created_at": entry.now.replace(microsecond=0)} if entry.row is None else {},
)


# Memberships of the club.


def _membership_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from _person_problems(entry)
    yield from entry.declared_problems()
    yield from in_future(record, entry.today, "joined_on")
    yield from _end_problems(record, record.joined_on, entry.today)
    found = row_of_text(entry.connection, pass_membership.c.member_number, record.member_number)
    if found not in (None, entry.row_id):
        yield Problem(Rule.ALREADY_EXISTS, "member_number", {"value": record.member_number})
    yield from _member_twice(entry)


def _membership_doubts(entry: Entry) -> Iterator[Problem]:
    yield from _same_name(entry)
    if entry.changes("member_number"):
        yield from like_another_number(
            entry.connection, pass_membership.c.member_number, entry.record.member_number, field="member_number"
        )


def _member_twice(entry: Entry) -> Iterator[Problem]:
    """Nobody is a member twice at a time; somebody of the same name who joined the same day is the same person."""
    record, person_id = entry.record, entry.person_id
    if record.joined_on is None:
        return
    others = entry.connection.execute(
        sa.select(pass_membership).where(
            pass_membership.c.person_id.in_([person_id] if person_id else _namesakes(entry))
        )
    ).all()
    for other in others:
        running = other.ended_on is None or other.ended_on >= record.joined_on
        before = (
            record.ended_on is not None and record.ended_on <= other.joined_on and other.joined_on > record.joined_on
        )
        if other.id != entry.row_id and (running if person_id else other.joined_on == record.joined_on) and not before:
            values = {"joined_on": other.joined_on, "member_number": other.member_number}
            yield Problem(Rule.STILL_A_MEMBER, "joined_on", values)


def _same_membership(connection: sa.Connection, record: PassMembershipRecord) -> int | None:
    """That of the number; without one, that of somebody of the name who joined the same day."""
    if record.member_number:
        return row_of_text(connection, pass_membership.c.member_number, record.member_number)
    known = _people_meant(connection, record)
    return connection.execute(
        sa.select(pass_membership.c.id)
        .where(pass_membership.c.joined_on == record.joined_on, pass_membership.c.person_id.in_(known))
        .limit(1)
    ).scalar_one_or_none()


def _end_problems(record: Any, joined_on: date | None, today: date) -> Iterator[Problem]:
    """How a membership went on and ended: after it began, and an end has its reason."""
    yield from in_future(record, today, "renewed_on", "ended_on")
    for field in ("renewed_on", "ended_on"):
        day = getattr(record, field)
        if day is not None and joined_on is not None and day < joined_on:
            yield Problem(Rule.DAY_TOO_EARLY, field, {"day": day, "earliest": joined_on})
    if record.ended_on is not None:
        yield from missing(record, "end_reason")
    if record.end_reason is not None:
        yield from missing(record, "ended_on")
    yield from out_of_order(record, "renewed_on", "ended_on")


MEMBERSHIP: Final = Kind(
    key="membership",
    title="Adhésion au Pass",
    table=pass_membership,
    record=PassMembershipRecord,
    action="record_pass_membership",
    right=Right.ENTER,
    row_key=lambda entry: str(entry.record.member_number),
    told=lambda row: f"{_name(row)}, adhérent {row['member_number']}, depuis le {_day(row['joined_on'])}",
    day="joined_on",
    impossible=_membership_problems,
    unusual=_membership_doubts,
    filled=lambda entry: {
        "member_number": entry.numbered("member_number", first="1"),
        **_plain_contacts(entry.record),
    },
    derived=lambda entry: {"free_until": free_until(entry.record.joined_on)} if entry.record.joined_on else {},
    finds=_same_membership,
    same_fields=("member_number", "family_name", "given_name"),
    has_person=True,
)


def _outcome_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    assert entry.row is not None
    yield from entry.declared_problems()
    yield from _end_problems(record, entry.row["joined_on"], entry.today)
    if record.ended_on is None and not entry.opened:
        yield from missing(record, "renewed_on")


MEMBERSHIP_OUTCOME: Final = Kind(
    key="membership_outcome",
    title="Renouvellement ou fin d’adhésion",
    table=pass_membership,
    record=PassOutcomeRecord,
    action="record_pass_outcome",
    right=Right.ENTER,
    row_key=lambda entry: str(entry.row["member_number"] if entry.row else ""),
    told=lambda row: (
        f"{_name(row)}, adhérent {row['member_number']}, "
        + (f"fin le {_day(row['ended_on'])}" if row["ended_on"] else f"renouvelé le {_day(row['renewed_on'])}")
    ),
    day="joined_on",
    shows=sa.or_(pass_membership.c.renewed_on.is_not(None), pass_membership.c.ended_on.is_not(None)),
    impossible=_outcome_problems,
    about="membership_id",
)


# The right to use a centre.


def _agreement_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from _person_problems(entry)
    yield from entry.declared_problems()
    yield from out_of_order(record, "signed_on", "ended_on")
    yield from in_future(record, entry.today, "signed_on")
    if record.exit_reason is not None:
        yield from missing(record, "ended_on")
    if any(other.signed_on == record.signed_on for other in _other_agreements(entry)):
        yield Problem(Rule.ALREADY_EXISTS, "signed_on", {"value": _day(record.signed_on)})


def _agreement_doubts(entry: Entry) -> Iterator[Problem]:
    yield from _same_name(entry)
    record = entry.record
    if entry.changes("signed_on", "centre_code"):
        yield from before_opening(entry.connection, record.centre_code, record.signed_on, field="signed_on")
    for other in _other_agreements(entry):
        begins_after = other.ended_on is not None and record.signed_on > other.ended_on
        ends_before = record.ended_on is not None and record.ended_on < other.signed_on
        if not begins_after and not ends_before:
            values = {"signed_on": other.signed_on, "ended_on": other.ended_on}
            yield Problem(Rule.OVERLAPPING_AGREEMENT, "signed_on", values)
            return


def _other_agreements(entry: Entry) -> list[sa.Row[Any]]:
    """The other agreements of the same person in the same centre."""
    if entry.person_id is None:
        return []
    return list(
        entry.connection.execute(
            sa.select(agreement)
            .join(centre, centre.c.id == agreement.c.centre_id)
            .where(agreement.c.person_id == entry.person_id, centre.c.code == entry.record.centre_code)
            .where(sa.true() if entry.row_id is None else agreement.c.id != entry.row_id)
            .order_by(agreement.c.signed_on)
        )
    )


def _same_agreement(connection: sa.Connection, record: AgreementRecord) -> int | None:
    return connection.execute(
        sa.select(agreement.c.id)
        .join(centre, centre.c.id == agreement.c.centre_id)
        .where(agreement.c.person_id.in_(_people_meant(connection, record)), agreement.c.signed_on == record.signed_on)
        .where(centre.c.code == record.centre_code)
        .limit(1)
    ).scalar_one_or_none()


AGREEMENT: Final = Kind(
    key="agreement",
    title="Convention d’utilisation",
    table=agreement,
    record=AgreementRecord,
    action="record_agreement",
    right=Right.ENTER,
    row_key=lambda entry: f"{entry.record.centre_code} {entry.record.signed_on}",
    told=lambda row: (
        f"{_name(row)}, {row['centre_name']}, signée le {_day(row['signed_on'])}"
        + (f", terminée le {_day(row['ended_on'])}" if row["ended_on"] else "")
    ),
    day="signed_on",
    impossible=_agreement_problems,
    unusual=_agreement_doubts,
    filled=lambda entry: _plain_contacts(entry.record),
    finds=_same_agreement,
    same_fields=("family_name", "given_name"),
    has_person=True,
)


# What the programme gives them.


def _service_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from entry.declared_problems()
    yield from out_of_order(record, "starts_on", "ends_on")
    yield from entry.unknown_reference("person_id", person)
    yield from entry.taken("starts_on", _day(record.starts_on))


SERVICE: Final = Kind(
    key="service",
    title="Service au titulaire",
    table=member_service,
    record=MemberServiceRecord,
    action="record_member_service",
    right=Right.ENTER,
    row_key=lambda entry: f"personne {entry.record.person_id} {entry.record.service} {entry.record.starts_on}",
    told=lambda row: f"{_name(row)}, à partir du {_day(row['starts_on'])}",
    day="starts_on",
    impossible=_service_problems,
    same_fields=("person_id", "service", "starts_on"),
)


def _support_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from entry.declared_problems()
    if (record.person_id is None) == (record.welcome_household_id is None):
        yield Problem(Rule.ONE_OF_TWO, "person_id")
    yield from out_of_order(record, "opened_on", "closed_on")
    yield from in_future(record, entry.today, "opened_on", "closed_on")
    yield from entry.unknown_reference("person_id", person)
    yield from entry.unknown_reference("welcome_household_id", welcome_household)
    if record.outcome is not None:
        yield from missing(record, "closed_on")


def _support_key(entry: Entry) -> str:
    record = entry.record
    helped = f"personne {record.person_id}" if record.person_id else f"foyer {record.welcome_household_id}"
    return f"{helped} {record.kind} {record.opened_on}"


SUPPORT: Final = Kind(
    key="support",
    title="Accompagnement",
    table=support,
    record=SupportRecord,
    action="record_support",
    right=Right.COORDINATE,
    row_key=_support_key,
    told=lambda row: (
        (_name(row) if row["person_id"] else f"Foyer {row['welcome_household_id']}")
        + f", ouvert le {_day(row['opened_on'])}"
    ),
    day="opened_on",
    impossible=_support_problems,
    same_fields=("person_id", "welcome_household_id", "kind", "opened_on"),
)

PEOPLE: Final = (PERSON, MEMBERSHIP, MEMBERSHIP_OUTCOME, AGREEMENT, SERVICE, SUPPORT)


# Two sheets that are the same person, made one.

# Consent to the directory is given on the sheet that stays, or was withdrawn there: it is never taken over.
_FILLED: Final = tuple(field.name for field in PERSON_FIELDS if field.name != "status")
# The rows of a person, and what makes two of them the same.
_TIES: Final[tuple[tuple[sa.Table, tuple[str, ...]], ...]] = (
    (agreement, ("centre_id", "signed_on")),
    (pass_membership, ()),
    (member_service, ("service", "starts_on")),
    (support, ()),
)


@dataclass(frozen=True)
class MergePreview:
    """What a merge would make of the two sheets, `kept` and `merged`: the columns of the kept person that were blank and would
    be `filled`, those where both say something else and that of the kept one stays (`given_up`: kept, merged), how many
    rows of each table would be `moved` to them, how many `left_out`, since the kept person has the same, and what stands in
    the way."""

    kept: Mapping[str, Any]
    merged: Mapping[str, Any]
    filled: Mapping[str, Any]
    given_up: Mapping[str, tuple[Any, Any]]
    moved: Mapping[str, int]
    left_out: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def version(self) -> int:
        """Of both sheets."""
        return int(self.kept["version"] + self.merged["version"])


def merge_preview(connection: sa.Connection, actor: Actor, *, kept_id: int, merged_id: int) -> MergePreview:
    """What would come of a merge; Refused as `merge_people` is."""
    kept, merged = _both(connection, actor, kept_id, merged_id)
    moved, left_out = {}, {}
    for table, key in _TIES:
        rows = _rows_of(connection, table, merged_id)
        same = [row for row in rows if _same_of_kept(connection, table, key, kept_id, row)]
        moved[table.name], left_out[table.name] = len(rows) - len(same), len(same)
    moved[visit.name] = len(_visits_of(connection, merged_id))
    said = {field.name: (kept[field.name], merged[field.name]) for field in PERSON_FIELDS}
    given_up = {name: both for name, both in said.items() if None not in both and both[0] != both[1]}
    in_the_way = tuple(_members_at_once(connection, kept_id, merged_id))
    return MergePreview(kept, merged, _filled(kept, merged), given_up, moved, left_out, in_the_way)


def merge_people(
    connection: sa.Connection, actor: Actor, *, kept_id: int, merged_id: int, base_version: int, now: datetime
) -> Saved:
    """Gives everything of the merged sheet to the kept one, fills what was blank there, and removes the merged one.

    Of two agreements signed the same day in one centre, or of one service begun the same day, that of the kept sheet
    stays. `base_version` is the version of the preview. Raises Refused for who does not coordinate, a person unknown or
    erased, one sheet named twice, two memberships that run at once, and sheets changed since the preview. `connection`
    must come from `writing`.
    """
    kept, merged = _both(connection, actor, kept_id, merged_id)
    in_the_way = tuple(_members_at_once(connection, kept_id, merged_id))
    if in_the_way:
        raise Refused(in_the_way)
    if kept["version"] + merged["version"] != base_version:
        raise Refused([record_changed(connection, person, kept_id)])
    change = Change(actor, now, "merge_people")
    before = record_document(connection, person, kept)
    # A version that no reader of either has seen, though nothing was blank.
    version = kept["version"] + merged["version"]
    values = {**_filled(kept, merged), "version": version}
    connection.execute(sa.update(person).where(person.c.id == kept_id).values(**values))
    after = record_document(connection, person, {**kept, **values})
    key = f"personne {kept_id}"
    first = audit_change(connection, change, person.name, row_key=key, row_id=kept_id, before=before, after=after)
    change = replace(change, deed_id=first)
    for table, same_by in _TIES:
        for row in _rows_of(connection, table, merged_id):
            row_key = f"personne {merged_id} {table.name}"
            if _same_of_kept(connection, table, same_by, kept_id, row):
                remove_row(connection, change, table, row_key=row_key, row_id=row["id"])
            else:
                about = {"row_id": row["id"], "base_version": row["version"]}
                store_row(connection, change, table, row_key=row_key, values={"person_id": kept_id}, **about)
    for seen in _visits_of(connection, merged_id):
        connection.execute(sa.update(visit).where(visit.c.id == seen.id).values(person_id=kept_id))
        # Of a visit the audit keeps the number of its person for as long as the visit does (`writes.personal_data`).
        audit_change(
            connection,
            change,
            visit.name,
            row_key=f"{seen.code} {seen.id}",
            row_id=seen.id,
            before={"person_id": merged_id},
            after={"person_id": kept_id},
        )
    remove_row(connection, change, person, row_key=f"personne {merged_id}", row_id=merged_id)
    return Saved(kept_id, version, already_recorded=False, audit_id=first)


def _both(
    connection: sa.Connection, actor: Actor, kept_id: int, merged_id: int
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    require_right(actor, Right.COORDINATE)
    if kept_id == merged_id:
        raise Refused([Problem(Rule.NOT_IN_LIST, "merged_id")])
    # In one order, whoever is kept: two who merge the same sheets wait for each other.
    question = sa.select(person).where(person.c.id.in_((kept_id, merged_id)), person.c.erased_at.is_(None))
    found = {
        row["id"]: dict(row) for row in connection.execute(question.order_by(person.c.id).with_for_update()).mappings()
    }
    if len(found) < 2:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return found[kept_id], found[merged_id]


def _members_at_once(connection: sa.Connection, kept_id: int, merged_id: int) -> Iterator[Problem]:
    """Nobody is a member twice at a time."""
    rows = connection.execute(
        sa.select(pass_membership)
        .where(pass_membership.c.person_id.in_((kept_id, merged_id)))
        .order_by(pass_membership.c.joined_on)
    ).all()
    for first, second in pairwise(rows):
        if first.ended_on is None or first.ended_on >= second.joined_on:
            values = {"joined_on": first.joined_on, "member_number": first.member_number}
            yield Problem(Rule.STILL_A_MEMBER, "joined_on", values)


def _filled(kept: Mapping[str, Any], merged: Mapping[str, Any]) -> dict[str, Any]:
    return {name: merged[name] for name in _FILLED if kept[name] is None and merged[name] is not None}


def _rows_of(connection: sa.Connection, table: sa.Table, person_id: int) -> list[Mapping[str, Any]]:
    rows = connection.execute(sa.select(table).where(table.c.person_id == person_id).order_by(table.c.id))
    return [dict(row) for row in rows.mappings()]


def _same_of_kept(
    connection: sa.Connection, table: sa.Table, key: tuple[str, ...], kept_id: int, row: Mapping[str, Any]
) -> bool:
    same = sa.select(table.c.id).where(table.c.person_id == kept_id, *(table.c[name] == row[name] for name in key))
    return bool(key) and connection.execute(same.limit(1)).first() is not None


def _visits_of(connection: sa.Connection, person_id: int) -> list[sa.Row[Any]]:
    return list(
        connection.execute(
            sa.select(visit.c.id, centre.c.code)
            .join(centre, centre.c.id == visit.c.centre_id)
            .where(visit.c.person_id == person_id)
            .order_by(visit.c.id)
        )
    )
