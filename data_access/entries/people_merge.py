"""Two sheets of one person become one: what is tied to one moves to the other, as one deed that can be undone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

import sqlalchemy as sa

from data_access.entries.kind import Row
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.schema import agreement, member_service, metadata, pass_membership, person, visit
from data_access.writes.rows import Change, Saved, audit_change, record_changed, remove_row, store_row

_ACTION: Final = "merge_people"
_IDENTITY: Final = ("family_name", "given_name", "email", "phone", "home_insee_code")
# One person has each of these once: (table, what tells two of them apart).
_ONCE: Final = (
    (agreement, ("centre_id", "signed_on")),
    (member_service, ("service", "starts_on")),
)


@dataclass(frozen=True)
class PeopleMerge:
    """What a merge would do: how many rows of each table move, the columns of the kept sheet that were blank and are filled,
    those where the kept sheet says something else (kept, given up), and what stands in the way."""

    kept: Row
    merged: Row
    moved: Mapping[str, int]
    filled: Mapping[str, Any]
    given_up: Mapping[str, tuple[Any, Any]]
    problems: tuple[Problem, ...]

    @property
    def version(self) -> int:
        """Of both sheets: the merge is done on what was seen."""
        return int(self.kept["version"] + self.merged["version"])


def merge_preview(connection: sa.Connection, actor: Actor, *, kept_id: int, merged_id: int) -> PeopleMerge:
    """What merging two sheets would do; nothing is written.

    Raises Refused for who does not coordinate, a sheet that is gone or erased, and one merged with itself.
    """
    if not actor.coordinates:
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    if kept_id == merged_id:
        raise Refused([Problem(Rule.NOT_IN_LIST, "merged_id")])
    kept, merged = _sheet(connection, kept_id), _sheet(connection, merged_id)
    moved = {table.name: len(rows) for table, rows in _tied(connection, merged_id).items() if rows}
    both = {name: (kept[name], merged[name]) for name in (*_IDENTITY, "status")}
    return PeopleMerge(
        kept,
        merged,
        moved,
        {name: theirs for name, (mine, theirs) in both.items() if mine is None and theirs is not None},
        {
            name: (mine, theirs)
            for name, (mine, theirs) in both.items()
            if None not in (mine, theirs) and mine != theirs
        },
        tuple(_in_the_way(connection, kept_id, merged_id)),
    )


def merge_people(
    connection: sa.Connection, actor: Actor, *, kept_id: int, merged_id: int, base_version: int, now: datetime
) -> Saved:
    """Moves all that is tied to one sheet to the other, fills the blanks of the one that stays, and removes the other.

    Consent to the directory is not taken over: it is given on the sheet that stays, or was withdrawn there. `base_version`
    is the version of the preview. Raises Refused as `merge_preview` does, for what stands in the way, and when one of the two
    was changed since. Undone as one. `connection` must come from `writing`.
    """
    seen = merge_preview(connection, actor, kept_id=kept_id, merged_id=merged_id)
    if seen.problems:
        raise Refused(seen.problems)
    if seen.version != base_version:
        raise Refused([record_changed(connection, person, kept_id)])
    change = Change(actor, now, _ACTION)
    for table, rows in _tied(connection, merged_id).items():
        for row in rows:
            if table is visit:
                first = _move_visit(connection, change, row, kept_id)
                change = replace(change, deed_id=change.deed_id or first)
                continue
            saved = store_row(
                connection,
                change,
                table,
                row_key=f"personne {kept_id}",
                values={"person_id": kept_id},
                row_id=row["id"],
                base_version=row.get("version", 0),
            )
            change = replace(change, deed_id=change.deed_id or saved.audit_id)
    stays = store_row(
        connection,
        change,
        person,
        row_key=f"personne {kept_id}",
        values=seen.filled,
        row_id=kept_id,
        base_version=seen.kept["version"],
    )
    # A version that no reader of either sheet has seen, though nothing was blank.
    version = seen.version
    connection.execute(sa.update(person).where(person.c.id == kept_id).values(version=version))
    change = replace(change, deed_id=change.deed_id or stays.audit_id)
    removed = remove_row(connection, change, person, row_key=f"personne {merged_id}", row_id=merged_id)
    return Saved(kept_id, version, already_recorded=False, audit_id=change.deed_id or removed)


def _move_visit(connection: sa.Connection, change: Change, row: Row, kept_id: int) -> int:
    """Of a visit the audit tells only whose it was, for as long as the visit itself does (`writes.personal_data`)."""
    connection.execute(sa.update(visit).where(visit.c.id == row["id"]).values(person_id=kept_id))
    return audit_change(
        connection,
        change,
        visit.name,
        row_key=f"pointage {row['id']}",
        row_id=row["id"],
        before={"person_id": row["person_id"]},
        after={"person_id": kept_id},
    )


def _sheet(connection: sa.Connection, person_id: int) -> Row:
    row = connection.execute(sa.select(person).where(person.c.id == person_id)).mappings().one_or_none()
    if row is None or row["erased_at"] is not None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return dict(row)


def _tied(connection: sa.Connection, person_id: int) -> dict[sa.Table, list[Row]]:
    """The rows that name a person, by table."""
    found: dict[sa.Table, list[Row]] = {}
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column is person.c.id and "id" in table.c:
                theirs = sa.select(table).where(key.parent == person_id).order_by(table.c.id)
                found[table] = [dict(row) for row in connection.execute(theirs).mappings()]
    return found


def _in_the_way(connection: sa.Connection, kept_id: int, merged_id: int) -> Iterator[Problem]:
    """What one person cannot have twice."""
    for table, names in _ONCE:
        theirs, others = table.alias("theirs"), table.alias("others")
        same = [theirs.c[name] == others.c[name] for name in names]
        day = theirs.c[names[-1]]
        question = sa.select(day).where(theirs.c.person_id == merged_id, others.c.person_id == kept_id, *same)
        for found in connection.scalars(question):
            yield Problem(Rule.ALREADY_EXISTS, names[-1], {"value": f"{found:%d/%m/%Y}"})
    own = sa.select(pass_membership).where(pass_membership.c.person_id.in_((kept_id, merged_id)))
    rows = connection.execute(own.order_by(pass_membership.c.joined_on)).all()
    for first, second in pairwise(rows):
        if first.ended_on is None or first.ended_on >= second.joined_on:
            values = {"joined_on": first.joined_on, "member_number": first.member_number}
            yield Problem(Rule.STILL_A_MEMBER, "joined_on", values)
