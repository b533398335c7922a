"""The message to a centre whose weeks are not entered: polite, complete, ready to be sent as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import quote

from dashboard.wording import dates
from dashboard.wording.plurals import enumeration
from dashboard.wording.typography import typeset

DEADLINE_DAYS: Final = 11
"""From the Monday of a week to the Friday by which it is expected."""


@dataclass(frozen=True)
class Message:
    """One message, in plain text."""

    recipient: str | None
    subject: str
    body: str

    @property
    def mail_link(self) -> str:
        """What opens it in the mail program of the reader."""
        lines = self.body.replace("\n", "\r\n")
        return f"mailto:{quote(self.recipient or '', safe='@')}?subject={quote(self.subject)}&body={quote(lines)}"


def reminder_message(
    centre_name: str,
    recipient: str | None,
    weeks: Sequence[date],
    *,
    as_of: date,
    centre_code: str,
    address: str | None = None,
    signature: str = "La coordination du réseau CyberCantal Télécentres",
) -> Message:
    """What to write to a centre for the weeks it owes (their Mondays, oldest first): before the deadline, or after."""
    late = [week for week in weeks if as_of > deadline(week)]
    named = [f"semaine {week.isocalendar().week}" for week in weeks]
    subject = f"{centre_name} : {enumeration(named)} à saisir"
    lines = ["Bonjour,", ""]
    if late:
        one = len(weeks) == 1
        lines.append(f"Il manque encore {'le relevé' if one else 'les relevés'} de fréquentation de {centre_name} :")
    else:
        lines.append(
            f"Le relevé de fréquentation de {centre_name} est attendu au plus tard le "
            f"{dates.full_date(deadline(weeks[-1]))} :"
        )
    for week in weeks:
        lines.append(f"- {_week(week)}{_link(address, centre_code, week)}")
    lines += [
        "",
        "Si le télécentre était fermé, une seule action suffit : « Fermé toute la semaine ».",
        "",
        "Merci de votre aide,",
        signature,
    ]
    return Message(recipient, typeset(subject), "\n".join(typeset(line) for line in lines))


def deadline(week_start: date) -> date:
    """The Friday after the week's Sunday."""
    return week_start + timedelta(days=DEADLINE_DAYS)


def _week(week: date) -> str:
    return f"semaine {week.isocalendar().week}, {dates.date_range(week, week + timedelta(days=6))}"


def _link(address: str | None, centre_code: str, week: date) -> str:
    return f" : {address.rstrip('/')}/saisie?centre={centre_code}&semaine={dates.week_key(week)}" if address else ""
