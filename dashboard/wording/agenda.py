"""How an entry of the agenda reads: its kind, its hours, its place, and what should be known before coming."""

from collections.abc import Mapping
from typing import Any, Final

from dashboard.wording import dates
from dashboard.wording.numbers import decimal, ordinal
from dashboard.wording.terms import EVENT_KINDS, MISSING, Term
from dashboard.wording.typography import capital, count, typeset

# An agenda holds two kinds that are no events in the database: they have tables of their own.
KINDS: Final[Mapping[str, Term]] = {
    **EVENT_KINDS,
    "information_meeting": Term("réunion d’information", "réunions d’information"),
    "welcome_session": Term("session d’accueil", "sessions d’accueil"),
}
TEXTS: Final = (
    "kind_label",
    "title",
    "summary",
    "hours",
    "where",
    "until",
    "course",
    "came",
    "booking",
    "description",
)
"""The texts of an entry, by name."""


def summary(kind: str, title: str) -> str:
    """« Conférence – Objets connectés »; « Formation : Webmarketing » already says what it is."""
    return title if title.lower().startswith(kind.lower()) else f"{kind}\u00a0– {title}"


def brief(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """« portes ouvertes à Mauriac », « conférence à Aurillac (La Forge) », « salon « Ruralitic 2017 » (Aurillac) »."""
    kind = KINDS[row["kind"]].label
    if row["centre_code"] is not None:
        short = names.get(row["centre_code"], "")
        commune = row["commune_name"] or short
        return f"{kind} à {commune}" if short in ("", commune) else f"{kind} à {commune} ({short})"
    if row["kind"] == "information_meeting":
        return f"{kind} ({row['where']})"
    name = row["title"] if row["kind"] == "welcome_session" else f"{kind} « {row['title']} »"
    return f"{name} ({row['where']})"


def details(row: Mapping[str, Any]) -> list[str]:
    """What follows the place in a list: the last day, for whom, booking, the course, how many came."""
    return [row[name] for name in ("until", "audience", "course", "booking", "came") if row[name]]


def texts(row: Mapping[str, Any]) -> dict[str, str | None]:
    """The texts of an entry: its kind, its title, both in one, its hours, its place and what should be known beside."""
    kind = KINDS[row["kind"]].title
    title = typeset(row["title"] or _own_title(row))
    words = {
        "kind_label": kind,
        "title": title,
        "summary": summary(kind, title),
        "hours": _hours(row),
        "where": _where(row),
        "until": _until(row),
        "course": _course(row),
        "came": _came(row),
        "booking": "Inscription recommandée" if row["booking_advised"] else None,
    }
    contact = f"Contact\u00a0: {row['contact']}" if row["contact"] else None
    lines = [row["parent_title"] and f"Pendant\u00a0: {row['parent_title']}", *details({**row, **words}), contact]
    return {**words, "description": "\n".join(typeset(line) for line in lines if line) or None}


def _own_title(row: Mapping[str, Any]) -> str:
    if row["kind"] == "welcome_session":
        return f"{ordinal(row['number'], feminine=True)} session d’accueil d’actifs"
    return "Réunion d’information pour les demandeurs d’emploi"


def _hours(row: Mapping[str, Any]) -> str:
    starts_at, ends_at = row["starts_at"], row["ends_at"]
    if starts_at is None:
        days = (row["ends_on"] - row["starts_on"]).days + 1
        return f"heure {MISSING}" if days == 1 else count(days, "jour")
    if ends_at is None or row["ends_on"] > row["starts_on"]:
        return dates.time_of_day(starts_at)
    return dates.time_range(starts_at, ends_at)


def _until(row: Mapping[str, Any]) -> str | None:
    if row["ends_on"] == row["starts_on"]:
        return None
    until = f"Jusqu’au {dates.full_date(row['ends_on'])}"
    return f"{until} à {dates.time_of_day(row['ends_at'])}" if row["ends_at"] is not None else until


def _where(row: Mapping[str, Any]) -> str:
    """The centre with its address, or the place as it was written; a place written for a centre comes between the two."""
    if row["centre_name"] is None:
        return typeset(row["place"] or f"lieu {MISSING}")
    written = row["place"] if row["place"] not in (row["centre_name"], row["commune_name"]) else None
    parts = (row["centre_name"], written, row["address"], row["commune_name"])
    return typeset(", ".join(part for part in parts if part))


def _course(row: Mapping[str, Any]) -> str | None:
    if row["course_code"] is None:
        return None
    hours = row["course_hours"]
    lasts = (
        f"durée {MISSING}" if hours is None else count(hours, "heure") if hours % 1 else f"{decimal(hours, 0)}\u00a0h"
    )
    theme = f", thème {row['course_theme']}" if row["course_theme"] else ""
    return f"Cours du catalogue\u00a0: {row['course_title']} ({row['course_code']}){theme}, {lasts}"


def _came(row: Mapping[str, Any]) -> str | None:
    people, holders = row["attendance"], row["project_holders"]
    if row["kind"] != "welcome_session":
        return count(people, "participant") if people is not None else None
    parts = [
        *([count(people, "personne accueillie", "personnes accueillies")] if people is not None else []),
        *([count(holders, "porteur de projet", "porteurs de projet")] if holders is not None else []),
    ]
    return capital(", dont ".join(parts)) or None
