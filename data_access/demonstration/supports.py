"""Support given to members of the club: finding a home, creating a business, a residence for entrepreneurs."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from data_access.demonstration.members import Membership
from data_access.demonstration.scene import Scene
from data_access.schema import support

_SHARE: Final = 0.16
_KINDS: Final = {"business_creation": 50, "housing": 32, "entrepreneur_residence": 18}
_OUTCOMES: Final = {"achieved": 58, "redirected": 22, "dropped": 20}


def write_supports(scene: Scene, memberships: Sequence[Membership]) -> None:
    """Keeps the supports opened by `as_of`; their members are already rows."""
    for membership in memberships:
        draws = scene.draws("support", membership.person.key)
        opened_on = membership.joined_on + timedelta(days=draws.randint(0, 200))
        closed_on = opened_on + timedelta(days=draws.randint(30, 420))
        if draws.random() < _SHARE and opened_on <= scene.as_of:
            over = closed_on <= scene.as_of
            scene.rows.add(
                support,
                person_id=membership.person.identifier,
                welcome_household_id=None,
                kind=draws.choices(list(_KINDS), list(_KINDS.values()))[0],
                opened_on=opened_on,
                closed_on=closed_on if over else None,
                outcome=draws.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0] if over else None,
            )
