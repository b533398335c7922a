"""Which rows an animator may read and write, whatever statement asks for them: declared once, for PostgreSQL.

Animators are those whom row-level security holds. Coordinators and administrators reach the whole network, and what each
of them may do is said by `data_access.rights`; viewers and visitors write nothing, and read people in counts only.
"""

from dataclasses import dataclass
from typing import Final

EVERYBODY: Final = "true"
NOBODY: Final = "false"

# Asked once a statement, as `(SELECT ...)`, and not once a row.
OWN_CENTRE: Final = "centre_id = ANY ((SELECT own_centres())::integer[])"
ME: Final = "current_setting('cybercantal.actor', true)"
# Who signs in is not known yet; once somebody acts, accounts are not theirs to look at.
UNSAID: Final = "coalesce(current_setting('cybercantal.role', true), '') = ''"
KEEPS_CENTRES: Final = "(SELECT row_reach()) = 'centres'"
KEPT_PERSON: Final = (
    "{0} IN (SELECT person_id FROM agreement WHERE " + OWN_CENTRE + ")"
    " OR {0} IN (SELECT person_id FROM visit WHERE person_id IS NOT NULL AND " + OWN_CENTRE + ")"
    " OR {0} IN (SELECT row_id FROM audit_entry"
    " WHERE table_name = 'person' AND row_id IS NOT NULL AND actor = " + ME + ")"
)
"""A person who signed at one of their centres or was seen there, or whom they recorded themselves."""
# As a function: a policy of agreements may not ask a question about agreements.
KEEPS_PERSON: Final = "keeps_person(person_id)"
# Their changes quote names, addresses and life stories.
_ABOUT_PEOPLE: Final = "'person', 'agreement', 'pass_membership', 'member_service', 'support', 'placement', 'account'"

# Signing in leaves a trace before anybody is known.
_OWN_TRACE: Final = f"actor = {ME} OR ({UNSAID} AND table_name = 'account')"


@dataclass(frozen=True)
class RowRule:
    """The rows of one table that who keeps some centres may read (`shows`) and write (`takes`).

    `adds` replaces `takes` for new rows, `locks` for the rows a write may wait on without changing them.
    """

    table: str
    shows: str = EVERYBODY
    takes: str = NOBODY
    adds: str | None = None
    locks: str | None = None


ROW_RULES: Final = (
    # A sheet, a visit and a day of works are written in turn, and the centre's row is the turn.
    RowRule("centre", locks="id = ANY ((SELECT own_centres())::integer[])"),
    RowRule("centre_capacity"),
    RowRule("opening_hours"),
    RowRule("centre_cost"),
    RowRule("closure", takes=OWN_CENTRE),
    RowRule("event", takes=OWN_CENTRE),
    # The figures of all centres are on every page: attendance is read by all, and holds nobody's name.
    RowRule("attendance_week", takes=OWN_CENTRE),
    RowRule(
        "attendance_day",
        takes=f"EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = attendance_week_id AND w.{OWN_CENTRE})",
    ),
    RowRule("week_reopening"),
    RowRule("reminder", shows=OWN_CENTRE),
    RowRule("entry_draft", shows=f"actor = {ME}", takes=f"actor = {ME}"),
    # Linking somebody to a centre shows their name to its animators: it takes knowing them already.
    RowRule("visit", shows=OWN_CENTRE, takes=f"{OWN_CENTRE} AND (person_id IS NULL OR {KEEPS_PERSON})"),
    RowRule("agreement", shows=OWN_CENTRE, takes=f"{OWN_CENTRE} AND {KEEPS_PERSON}"),
    RowRule("person", shows=KEPT_PERSON.format("id"), takes=KEPT_PERSON.format("id"), adds=KEEPS_CENTRES),
    RowRule("pass_membership", shows=KEPT_PERSON.format("person_id"), takes=KEEPS_PERSON),
    RowRule(
        "member_service",
        shows=f"{OWN_CENTRE} OR {KEPT_PERSON.format('person_id')}",
        takes=f"(centre_id IS NULL OR {OWN_CENTRE}) AND {KEEPS_PERSON}",
    ),
    RowRule("support", shows=NOBODY),
    RowRule("placement", shows=NOBODY),
    RowRule("information_meeting"),
    RowRule("welcome_session"),
    RowRule("welcome_household"),
    RowRule("welcome_attendance"),
    RowRule("course"),
    RowRule("presentation"),
    RowRule("price"),
    RowRule("published_figure"),
    RowRule("import_batch", shows=NOBODY),
    RowRule(
        "audit_entry",
        shows=f"{_OWN_TRACE} OR ({KEEPS_CENTRES} AND table_name NOT IN ({_ABOUT_PEOPLE}))",
        adds=_OWN_TRACE,
    ),
    RowRule("account", shows=f"{UNSAID} OR email = {ME}", takes=UNSAID),
    RowRule("account_centre", shows=f"{UNSAID} OR account_id IN (SELECT id FROM account)", takes=UNSAID),
    RowRule("sign_in_session", shows=UNSAID, takes=UNSAID),
    RowRule("sign_in_attempt", shows=UNSAID, takes=UNSAID),
    RowRule("activation", shows=UNSAID, takes=UNSAID),
    # Who was erased is for those who answer people; it names nobody.
    RowRule("erasure", shows=NOBODY),
)
UNRULED: Final = frozenset(
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
