"""The people who may sign in to the demonstration, one of each role and an animator for each place; no passwords."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final

from data_access.demonstration.attendance import Week
from data_access.demonstration.days import paris_instant
from data_access.demonstration.names import address
from data_access.demonstration.scene import Scene
from data_access.schema import account, account_centre, reminder


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in, and the places they keep."""

    given_name: str
    family_name: str
    role: str
    places: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """Their address, which reaches nobody."""
        return address(self.given_name, self.family_name)


ACCOUNTS: Final = (
    Account("Hélène", "Vaurs", "administrator"),
    Account("Benoît", "Salat", "coordinator"),
    Account("Claire", "Meyniel", "coordinator"),
    Account("Élise", "Chassang", "animator", ("MURAT",)),
    Account("Guillaume", "Besse", "animator", ("MURAT", "ALLANCHE")),
    Account("Nathalie", "Rigaud", "animator", ("SAINT-FLOUR",)),
    Account("Pascal", "Estival", "animator", ("CHAUDES-AIGUES",)),
    Account("Brigitte", "Puech", "animator", ("MONTMURAT", "CASSANIOUZE")),
    Account("Sylvain", "Fontanges", "animator", ("YDES",)),
    Account("Karine", "Lapeyre", "animator", ("AURILLAC-CCI",)),
    Account("Laure", "Jarrige", "animator", ("RIOM-ES-MONTAGNES",)),
    Account("Olivier", "Tissandier", "animator", ("MAURIAC",)),
    Account("Inès", "Courbon", "animator", ("LA-FORGE",)),
    Account("Rémi", "Delpuech", "animator", ("A2EX",)),
    Account("Sophie", "Garrouste", "viewer"),
    Account("Denis", "Roussilhe", "viewer"),
)
COORDINATOR: Final = ACCOUNTS[1].email
"""Who verifies what was unusual."""
# The coordinator who writes to animators, and how many weeks back they do.
_WEEKS_REMINDED: Final = 6


def keeper(place: str) -> str:
    """The address of the animator who enters the figures of a place."""
    return next(known.email for known in ACCOUNTS if place in known.places)


def write_accounts(scene: Scene, claimed: Mapping[str, int]) -> None:
    """Adds the accounts that are missing; `claimed` are those somebody has taken over, which stay as they are."""
    for known in ACCOUNTS:
        if known.email in claimed:
            account_id = claimed[known.email]
        else:
            account_id = scene.rows.add(
                account,
                email=known.email,
                display_name=f"{known.given_name} {known.family_name}",
                role=known.role,
                password_hash=None,
                oidc_subject=None,
                active=True,
            )
        for place in known.places:
            scene.rows.add(account_centre, account_id=account_id, centre_id=scene.centres[place])


def write_reminders(scene: Scene, weeks: list[Week], not_entered: Set[str] = frozenset({"missing", "draft"})) -> None:
    """Keeps the reminders sent on Wednesdays for the last weeks of a place that are not entered."""
    for week in weeks:
        sent_on = week.monday + timedelta(days=9)
        recent = scene.as_of - week.monday <= timedelta(weeks=_WEEKS_REMINDED)
        if week.status in not_entered and recent and sent_on < scene.as_of:
            scene.rows.add(
                reminder,
                centre_id=scene.centres[week.place.code],
                week_start=week.monday,
                sent_at=paris_instant(sent_on, time(9, 5)),
                recipient=keeper(week.place.code),
                channel="email" if week.monday.day % 2 else "copied",
                sent_on=sent_on,
            )
