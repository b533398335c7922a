"""Makes one sheet of two that are the same person: seen before, done in one deed, and undone as one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

import sqlalchemy as sa

from data_access.documents import record_document
from data_access.entries.kind import PERSON_FIELDS
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, Right
from data_access.schema import agreement, centre, member_service, pass_membership, person, support, visit
from data_access.writes.entry_rules import require_right
from data_access.writes.rows import Change, Saved, audit_change, record_changed, remove_row, store_row

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
