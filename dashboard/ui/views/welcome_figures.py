"""The sessions one by one: their chart, their table, and the sheet of the one picked."""

from collections.abc import Iterator
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.welcome_by_session import welcome_by_session, welcome_by_session_in_words
from dashboard.exports.tables import Table
from dashboard.indicators import welcome
from dashboard.indicators.model import measure
from dashboard.ui import address, store
from dashboard.ui.components import Figure
from dashboard.ui.views.places import short_names
from dashboard.ui.views.welcome import Sessions, countdown
from dashboard.wording import dates
from dashboard.wording.numbers import NO_BREAK, ordinal, percent
from dashboard.wording.plurals import enumeration

SESSIONS: Final = "sessions-par-numero"
PICKED: Final = "session_choisie"
_COUNTS: Final = ("project_holders", "people", "settled_families")


def by_session(shown: Sessions, *, selected: int | None) -> Figure:
    """Holders, people and settled families, session after session; its table has one row a session."""
    columns = ["number", "held", *_COUNTS, "dates_text", "place"]
    gap = f" ◌{NO_BREAK}: compte inconnu." if shown.held.select(_COUNTS).null_count().sum_horizontal().item() else ""
    figures = shown.rows.select(columns)
    return Figure(
        key=SESSIONS,
        headline="Les sessions, une par une",
        subtitle=f"Trois comptes à la même échelle, qui ne s’additionnent pas.{gap} Un clic sur une colonne ouvre la fiche de "
        "la session.",
        draw=welcome_by_session,
        figures=figures,
        spoken=welcome_by_session_in_words(figures),
        table=one_row_a_session(shown),
        options={"selected": selected, "selection_name": PICKED},
    )


def one_row_a_session(shown: Sessions) -> Table:
    """Every session, the latest first, with what is known of it."""
    known = pl.col("place").is_not_null() | pl.col("project_holders").is_not_null()
    state = (
        pl.when("upcoming")
        .then(pl.lit("à venir"))
        .when(known)
        .then(pl.lit("tenue"))
        .otherwise(pl.lit("non renseignée"))
    )
    return Table(
        "Les sessions d’accueil d’actifs",
        shown.rows.with_columns(state=state).sort("number", descending=True),
        {
            "number": "Session",
            "dates_text": "Dates",
            "place": "Lieu",
            "state": "État",
            "applications": "Candidatures",
            "selected": "Dossiers retenus",
            "project_holders": "Porteurs de projet",
            "people": "Personnes",
            "settled_families": "Familles installées",
            "precision": "Précision",
            "source": "Source",
        },
        notes=(
            f"État au {dates.long_date(shown.as_of)}. Porteurs, personnes et familles ne s’additionnent pas.",
            "Une session non renseignée a été tenue : son numéro le dit. Ses effectifs sont inconnus, et non nuls.",
        ),
        demonstration=store.is_demonstration(),
    )


def take_session_from_chart() -> None:
    """Clicking a column opens the sheet of its session; clicking beside the columns keeps the last one."""
    event = st.session_state.get(f"chart-{SESSIONS}") or {}
    picked = [point["number"] for point in event.get("selection", {}).get(PICKED) or [] if point.get("number")]
    if picked:
        address.take("session", str(picked[0]))


def chosen_session(shown: Sessions) -> dict[str, Any] | None:
    """The session picked in the list or on the chart; at first the last one held of which something is known."""
    rows = {str(row["number"]): row for row in shown.rows.sort("number", descending=True).to_dicts()}
    if not rows:
        return None
    known = [number for number in shown.numbers if number not in shown.unknown]
    usual = str(known[-1]) if known else next(iter(rows))
    names = {number: session_name(row) for number, row in rows.items()}
    return rows[address.choice(st.selectbox, "Fiche d’une session", names, key="session", usual=usual)]


def session_name(row: dict[str, Any]) -> str:
    """« 22e session »"""
    return f"{ordinal(row['number'], feminine=True)} session"


def sheet(row: dict[str, Any], shown: Sessions) -> Iterator[tuple[str, str]]:
    """What is known of a session, as names and values; what is not known is not listed."""
    number = row["number"]
    households = store.welcome_households(as_of=shown.as_of).filter(pl.col("number") == number)
    days = measure(store.welcome_days().filter(pl.col("number") == number), welcome.DAYS, by="day_number")
    coming = row["upcoming"]
    lines = {
        "Dates": row["dates_text"],
        "Lieu": row["place"],
        "État": f"à venir ({countdown(row['starts_on'], shown.as_of)})" if coming else None,
        "Candidatures": _number(row["applications"]),
        "Dossiers retenus": _number(row["selected"]),
        "Porteurs de projet": _number(row["project_holders"]),
        "Personnes": _number(row["people"]),
        "Familles installées à ce jour": _number(row["settled_families"]),
        "Présence": enumeration(
            [
                f"{ordinal(day)} jour {present} sur {expected} ({percent(share)})"
                for day, expected, present, share in days.sort("day_number").iter_rows()
            ]
        ),
        "Télécentres visités": enumeration(_visited(households)),
        "Foyers avec un télétravailleur": _number(int(households["teleworker"].sum())) if households.height else None,
        "Précision": row["precision"],
        "Source": row["source"],
    }
    if not coming and row["place"] is None and row["project_holders"] is None:
        lines["État"] = "Session tenue, que personne n’a encore renseignée."
    return ((name, value) for name, value in lines.items() if value)


def _visited(households: pl.DataFrame) -> list[str]:
    names = short_names()
    return sorted(names[code] for code in households["centre_code"].drop_nulls().unique() if code in names)


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)
