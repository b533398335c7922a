"""Complétude: what is unusual is looked at together, and given back together."""

import sqlalchemy as sa

from data_access.engine import writing
from data_access.refusals import Rule
from data_access.schema import attendance_week
from data_access.writes.attendance import record_attendance_week
from tests.application import opened, press, said
from tests.data_access.weekly_sheets import COORDINATOR, NOW, make_days, make_sheet


def test_weeks_are_verified_together_and_given_back(database: sa.Engine) -> None:
    with writing(database) as connection:
        for code in ("MAURIAC", "MURAT"):
            zeros = make_sheet(
                centre_code=code,
                days=make_days([0] * 5, [0] * 5),
                distinct_people=0,
                confirmed=frozenset({Rule.ALL_ZERO}),
            )
            record_attendance_week(connection, COORDINATOR, zeros, now=NOW)

    def verified() -> list[str | None]:
        with database.connect() as connection:
            return list(connection.scalars(sa.select(attendance_week.c.verified_by)))

    app = opened("completeness")
    assert "offertes (0\u00a0%), habitude encore inconnue\u00a0: personne de la semaine" in said(app)
    press(app, "Tout confirmer")
    assert None not in verified()
    press(app, "Annuler")
    assert verified() == [None, None]
