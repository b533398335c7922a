"""Which rows an animator, and the check-in by QR code, may read and write, whatever statement asks: declared once, for
PostgreSQL.

They are those whom row-level security holds. Coordinators and administrators reach the whole network, and what each of them
may do is said by `data_access.rights`; viewers, visitors and the open data write nothing, and read people in counts only.
"""

from dataclasses import dataclass
from typing import Final

EVERYBODY: Final = "true"
NOBODY: Final = "false"

# Asked once a statement, as `(SELECT ...)`, and not once a row.
_OWN: Final = "ANY ((SELECT own_centres())::integer[])"
_CHECKED_IN: Final = "ANY ((SELECT check_in_centres())::integer[])"
_OWN_CENTRE: Final = f"centre_id = {_OWN}"
CURRENT_ACTOR: Final = "current_setting('cybercantal.actor', true)"
# Who signs in is not known yet; once somebody acts, accounts are not theirs to look at.
_NO_ACTOR: Final = "coalesce(current_setting('cybercantal.role', true), '') = ''"
_IS_ANIMATOR: Final = "(SELECT row_reach()) = 'centres'"
_IS_CHECK_IN: Final = "(SELECT row_reach()) = 'check_in'"
KNOWN_PERSON: Final = (
    "{0} IN (SELECT person_id FROM agreement WHERE " + _OWN_CENTRE + ")"
    " OR {0} IN (SELECT person_id FROM visit WHERE person_id IS NOT NULL AND " + _OWN_CENTRE + ")"
    " OR {0} IN (SELECT row_id FROM audit_entry"
    " WHERE table_name = 'person' AND row_id IS NOT NULL AND actor = " + CURRENT_ACTOR + ")"
)
"""A person who signed at one of their centres or was seen there, or whom they recorded themselves."""
# As a function: a policy of agreements may not ask a question about agreements.
_KNOWS_PERSON: Final = "keeps_person(person_id)"
_OWN_VISIT: Final = f"{_OWN_CENTRE} AND (person_id IS NULL OR {_KNOWS_PERSON})"
_CHECKED_IN_VISIT: Final = f"centre_id = {_CHECKED_IN} AND source = 'qr' AND person_id IS NULL"
# Their changes quote names, addresses and life stories.
_ABOUT_PEOPLE: Final = "'person', 'agreement', 'pass_membership', 'member_service', 'support', 'placement', 'account'"

# Signing in is audited before anybody is known, and whoever was denied something is audited under their name.
_OWN_ENTRY: Final = f"actor = {CURRENT_ACTOR} OR ({_NO_ACTOR} AND table_name = 'account')"
_ADDED_ENTRY: Final = (
    f"(actor = {CURRENT_ACTOR} OR {_NO_ACTOR}) AND table_name = 'account'"
    f" OR actor = {CURRENT_ACTOR} AND ({_IS_ANIMATOR} OR ({_IS_CHECK_IN} AND table_name = 'visit'))"
)


@dataclass(frozen=True)
class RowRule:
    """The rows of one table that who is held may read (`readable`) and write (`writable`).

    `insertable` and `deletable` replace `writable` for new rows and for those removed, `lockable` for the rows a write may
    lock without changing them.
    """

    table: str
    readable: str = EVERYBODY
    writable: str = NOBODY
    insertable: str | None = None
    deletable: str | None = None
    lockable: str | None = None


ROW_RULES: Final = (
    # A sheet, a visit and a day of works are written in turn, and the centre's row is the turn.
    RowRule("centre", lockable=f"id = {_OWN} OR id = {_CHECKED_IN}"),
    RowRule("centre_capacity"),
    RowRule("opening_hours"),
    RowRule("centre_cost"),
    RowRule("closure", writable=_OWN_CENTRE),
    RowRule("event", writable=_OWN_CENTRE),
    # The figures of all centres are on every page: attendance is read by all, and holds nobody's name.
    RowRule("attendance_week", writable=_OWN_CENTRE),
    RowRule(
        "attendance_day",
        writable=f"EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = attendance_week_id AND w.{_OWN_CENTRE})",
    ),
    RowRule("week_reopening"),
    RowRule("reminder", readable=_OWN_CENTRE),
    RowRule("entry_draft", readable=f"actor = {CURRENT_ACTOR}", writable=f"actor = {CURRENT_ACTOR} AND {_IS_ANIMATOR}"),
    # Linking somebody to a centre shows their name to its animators: it takes knowing them already.
    RowRule(
        "visit",
        readable=f"{_OWN_CENTRE} OR ({_CHECKED_IN_VISIT})",
        writable=f"({_OWN_VISIT}) OR ({_CHECKED_IN_VISIT})",
        deletable=_OWN_VISIT,
    ),
    RowRule("agreement", readable=_OWN_CENTRE, writable=f"{_OWN_CENTRE} AND {_KNOWS_PERSON}"),
    RowRule("person", readable=KNOWN_PERSON.format("id"), writable=KNOWN_PERSON.format("id"), insertable=_IS_ANIMATOR),
    RowRule("pass_membership", readable=KNOWN_PERSON.format("person_id"), writable=_KNOWS_PERSON),
    RowRule(
        "member_service",
        readable=f"{_OWN_CENTRE} OR {KNOWN_PERSON.format('person_id')}",
        writable=f"(centre_id IS NULL OR {_OWN_CENTRE}) AND {_KNOWS_PERSON}",
    ),
    RowRule("support", readable=NOBODY),
    RowRule("placement", readable=NOBODY),
    RowRule("information_meeting"),
    RowRule("welcome_session"),
    RowRule("welcome_household"),
    RowRule("welcome_attendance"),
    RowRule("course"),
    RowRule("presentation"),
    RowRule("price"),
    RowRule("published_figure"),
    RowRule("import_batch", readable=NOBODY),
    RowRule(
        "audit_entry",
        readable=f"{_OWN_ENTRY} OR ({_IS_ANIMATOR} AND table_name NOT IN ({_ABOUT_PEOPLE}))",
        insertable=_ADDED_ENTRY,
    ),
    RowRule("account", readable=f"{_NO_ACTOR} OR email = {CURRENT_ACTOR}", writable=_NO_ACTOR),
    RowRule("account_centre", readable=f"{_NO_ACTOR} OR account_id IN (SELECT id FROM account)", writable=_NO_ACTOR),
    RowRule("sign_in_session", readable=_NO_ACTOR, writable=_NO_ACTOR),
    RowRule("sign_in_attempt", readable=_NO_ACTOR, writable=_NO_ACTOR),
    RowRule("activation", readable=_NO_ACTOR, writable=_NO_ACTOR),
    # Who was erased is for those who answer people; it names nobody.
    RowRule("erasure", readable=NOBODY),
)
NOT_SECURED: Final = frozenset(
    {
        # Whoever writes marks them, by triggers, and whoever reads refreshes them: they follow from the rows above.
        "data_version",
        "stale_mark",
        "summary_extent",
        "attendance_summary",
        "weekday_summary",
        "week_summary",
        # Written by the owner of the database only, and nobody's: the grants of `data_access.roles` are enough.
        "calendar_day",
        "commune",
        "dataset",
    }
)
"""The tables without row-level security, each for a reason: a table more is a decision to take."""
