"""The places of the network: where they are, how large and how full, why one of them has no rate; and all of one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, Final

import polars as pl

from dashboard.charts.map_ground import groups_of_near, to_lambert93
from dashboard.charts.network_map import network_map
from dashboard.figures.completeness import named
from dashboard.figures.model import Figure, Subject, Table, once
from dashboard.indicators import attendance, network
from dashboard.indicators.model import measure
from dashboard.wording import dates, terms
from dashboard.wording.numbers import decimal, percent
from dashboard.wording.typography import capital, count, enumeration, typeset
from dashboard.wording.units import format_value
from data_access.facts import PlaceFacts, PlacesFacts

MAP: Final = "carte"
# How many places are named one after the other.
_MOST_TOLD: Final = 8

_SHARES: Final = frozenset({"fill_rate"})
_SEATS: Final = {"seats_office": "Bureaux", "seats_open_space": "Open space", "seats": "Positions"}


def with_figures(facts: PlacesFacts) -> pl.DataFrame:
    """One row per place of the period, in the order of names: those open on one of its days, or with a figure in it.

    Beside what is known of a place: `label` (its short name), `centre_code`, use and completeness of the period, `status`
    (open, planned or closed on the day), `state` (of `terms.PLACE_STATES`; null where it has a rate), `reason` (of a
    closure) and `said`, the rate or why there is none. Seats nobody recorded are null; a place closed that day has none.
    """
    return _worded(facts).filter("of_period")


def places(
    facts: PlacesFacts, *, spoken: str, coverage: str, show_names: bool = False, epci_siren: str | None = None
) -> Subject:
    """The page: the places known on the day, those in project with them while the year runs, on a map and in a list; those
    of one intercommunality where its number is given."""
    shown = _known(facts)
    where = ""
    if epci_siren is not None:
        shown = shown.filter(epci_siren=epci_siren)
        where = str(shown["epci_name"].first() or "")
    drawn = located(facts, shown, spoken=spoken, where=where)
    options = {"show_names": show_names, "area": epci_siren or ""}
    return Subject(
        sentence=sentence(facts, shown, where),
        figures={MAP: replace(drawn, options=options)},
        note=coverage,
    )


def intercommunalities(facts: PlacesFacts) -> dict[str, str]:
    """Those that have a place on the map: their names by their number, in the order of names."""
    known = _known(facts).drop_nulls("epci_siren").unique("epci_siren").sort("epci_name")
    return dict(known.select("epci_siren", "epci_name").iter_rows())


def _known(facts: PlacesFacts) -> pl.DataFrame:
    known = pl.col("opened_on") <= facts.on
    if facts.on == facts.as_of:
        known |= pl.col("status") == "planned"
    return _worded(facts).filter(known.fill_null(False))


def network_of_year(facts: PlacesFacts, *, spoken: str) -> Figure:
    """The same in the report of a year: its places, with what each cost."""
    return located(facts, with_figures(facts), spoken=spoken, costs=True)


def sentence(facts: PlacesFacts, shown: pl.DataFrame, where: str = "") -> str:
    """How many places were open that day, with how many seats, and which is the fullest of the period."""
    there = shown.filter("open")
    said = f"Au {dates.long_date(facts.on)}, {_offer(there, where)}"
    fullest = there.drop_nulls("fill_rate").sort("fill_rate", descending=True, maintain_order=True)
    if fullest.is_empty():
        return f"{said}."
    best = fullest.row(0, named=True)
    return f"{said}. Le plus rempli : {best['name']}, {percent(best['fill_rate'])}."


def _offer(there: pl.DataFrame, where: str) -> str:
    """« 12 lieux sont ouverts dans 10 communes et offrent 58 positions de travail »; a row of `there` is one that is open."""
    of = f" ({where})" if where else ""
    if there.is_empty():
        return f"aucun télécentre n’était ouvert{of}"
    communes = count(there["commune_name"].drop_nulls().n_unique(), "commune")
    said = f"{count(there.height, 'lieu est ouvert', 'lieux sont ouverts')} dans {communes}{of}"
    # No seat recorded anywhere is not a network without seats.
    if there["seats"].drop_nulls().len():
        said += f" et {'offre' if there.height == 1 else 'offrent'} "
        said += count(there["seats"].sum(), "position de travail", "positions de travail")
        unknown = there.filter(pl.col("seats").is_null())["name"].to_list()
        said += f" (non notées pour {named(unknown)})" if unknown else ""
    return said


def located(facts: PlacesFacts, shown: pl.DataFrame, *, spoken: str, costs: bool = False, where: str = "") -> Figure:
    """The map of these places, their list, and what is not known of them."""
    headings = {"name": "Lieu", "commune_name": "Commune", **_SEATS, "fill_rate": "Remplissage"}
    # Columns that would say the same of each place are left out.
    why = {"why": "Sans taux"} if shown["state"].drop_nulls().len() else {}
    headings |= why | ({} if shown["open"].all() else {"situation": "État"})
    if costs:
        headings["cost_eur"] = f"Coût {facts.on.year} (€)"
    when = f"au {dates.long_date(facts.on)}"
    notes = (f"Réseau {when}.", f"Taux de remplissage : {spoken}.")
    gaps = _gaps(shown, costs=costs)
    nowhere = _without_position(shown)
    return Figure(
        key=MAP,
        headline=capital(_offer(shown.filter("open"), where)),
        subtitle=f"Surface du cercle : positions de travail {when}. Teinte : taux de remplissage, {spoken}. {nowhere}".strip(),
        draw=network_map,
        figures=shown,
        spoken=map_in_words(shown),
        table=Table(
            "Lieux, positions et coûts" if costs else "Lieux et positions de travail", shown, headings, notes, _SHARES
        ),
        paper={"width": 760, "height": 520},
        period=f"situation {when}, remplissage : {spoken}",
        indicators=(network.SEATS, attendance.FILL_RATE, *((network.COST,) if costs else ())),
        gaps=" ".join(part for part in (gaps, nowhere) if part),
        details=(
            Table(
                "Les lieux du réseau",
                shown.with_columns(_position_words()),
                {
                    **{"name": "Nom", "commune_name": "Commune", "address": "Adresse", "situation": "État"},
                    **{key: _SEATS[key] for key in ("seats_office", "seats_open_space")},
                    **{"fill_rate": "Taux de remplissage", **why},
                    **{"epci_name": "Intercommunalité", "position": "Position sur la carte"},
                },
                notes,
                _SHARES,
            ),
        ),
    )


def map_in_words(centres: pl.DataFrame) -> str:
    """The map for who does not see it: how many places, the extremes of the fill rate, and what is missing."""
    open_ones = centres.filter(pl.col("status") == "open")
    planned = centres.filter(pl.col("status") == "planned").height
    rated = open_ones.filter(pl.col("fill_rate").is_not_null()).sort("fill_rate", maintain_order=True)
    sentences = [f"Carte du Cantal : {count(open_ones.height, 'lieu ouvert', 'lieux ouverts')}"]
    if planned:
        sentences[0] += f" et {count(planned, 'lieu en projet', 'lieux en projet')}"
    if rated.height:
        lowest, highest = rated.row(0, named=True), rated.row(-1, named=True)
        sentences.append(
            f"Le taux de remplissage va de {percent(lowest['fill_rate'])} ({lowest['label']}) "
            f"à {percent(highest['fill_rate'])} ({highest['label']})"
        )
    for state, term in terms.PLACE_STATES.items():
        if without := open_ones.filter(pl.col("fill_rate").is_null() & (pl.col("state") == state))["label"].to_list():
            sentences.append(f"{capital(term.counted(len(without)))} : {enumeration(without, most=_MOST_TOLD)}")
    if lost := centres.filter(pl.col("latitude").is_null() | pl.col("longitude").is_null())["label"].to_list():
        sentences.append(f"Absent de la carte, faute de position : {enumeration(lost, most=_MOST_TOLD)}")
    return typeset(". ".join(sentences) + ".")


def points(places: pl.DataFrame) -> pl.DataFrame:
    """The points of a map with few words, in the order of names: `name`, `latitude`, `longitude`, `places` (how many are
    there). A row of `places` has `code`, `name`, `commune_name` and a position; one without is on no map."""
    rows = {row["code"]: row for row in places.drop_nulls(("latitude", "longitude")).iter_rows(named=True)}
    names = dict(
        zip(rows, terms.short_place_names([(row["name"], row["commune_name"]) for row in rows.values()]), strict=True)
    )
    at = {code: to_lambert93(row["latitude"], row["longitude"]) for code, row in rows.items()}
    groups = groups_of_near(at)
    alone = [(code,) for code in rows if not any(code in group for group in groups)]
    told = []
    for codes in [*alone, *groups]:
        first = rows[codes[0]]
        name = names[codes[0]]
        if len(codes) > 1:
            name = f"{first['commune_name'] or first['name']} ({count(len(codes), 'lieu', 'lieux')})"
        told.append((name, first["latitude"], first["longitude"], len(codes)))
    schema = {"name": pl.String, "latitude": pl.Float64, "longitude": pl.Float64, "places": pl.Int64}
    return pl.DataFrame(told, schema=schema, orient="row").sort("name", maintain_order=True)


def from_the_fullest(shown: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of a map from the fullest down, then those without a rate, in the order of names."""
    return shown.sort("fill_rate", descending=True, nulls_last=True, maintain_order=True).to_dicts()


def cards(
    shown: pl.DataFrame, hours: pl.DataFrame, prices: pl.DataFrame, free: Mapping[str, str], *, spoken: str
) -> dict[str, tuple[tuple[str, str], ...]]:
    """By its code, what somebody asks of a place of the map before going there, as names and values, « n. d. » where nobody
    knows: where it is, whom to call, its hours, its prices, its seats, those that are free now and how full they get.

    `free` are the words for now, by code; none of a year that is over.
    """
    of_week = hours.partition_by("centre_code", as_dict=True)
    of_price = prices.partition_by("centre_code", as_dict=True)
    network = of_price.get((None,), prices.clear())
    return {
        row["code"]: _card(
            row,
            of_week.get((row["code"],), hours.clear()),
            of_price.get((row["code"],), network),
            {"Places libres": free.get(row["code"], "")} if free else {},
            spoken=spoken,
        )
        for row in shown.iter_rows(named=True)
    }


def _card(
    row: Mapping[str, Any], hours: pl.DataFrame, prices: pl.DataFrame, free: Mapping[str, str], *, spoken: str
) -> tuple[tuple[str, str], ...]:
    known = dict(identity(row))
    contact = [row[each] for each in ("phone", "email", "website") if row[each]]
    seats = [
        f"{number} {terms.SEAT_KINDS[kind].counted(number)}"
        for kind in terms.SEAT_KINDS
        if (number := row[f"seats_{kind}"])
    ]
    lines = {
        "Adresse": known["Adresse"],
        "Contact": ", ".join(contact),
        "Horaires": spoken_hours(hours),
        "Tarifs": spoken_prices(prices),
        "Positions": ", ".join(seats),
        **free,
        "Remplissage": f"{row['said']}, {spoken}" if row["of_period"] else "",
    }
    return tuple((name, value or terms.MISSING) for name, value in lines.items())


def spoken_prices(prices: pl.DataFrame) -> str:
    """« demi-journée 10 €, journée 20 € (dégressif au cas par cas) ; publiés en 2012-2013 »; empty without any.

    `prices` are those of one place, or of the whole network, the last period first."""
    if prices.is_empty():
        return ""
    last = prices["period"][0]
    said = []
    for row in prices.filter(period=last).iter_rows(named=True):
        bounds = list(dict.fromkeys(row[each] for each in ("lowest_eur", "highest_eur") if row[each] is not None))
        amount = " à ".join(decimal(each, 0 if each == int(each) else 2) for each in bounds)
        what = f"{terms.AGREEMENT_FORMULAS[row['formula']].short} {amount} €" if bounds else ""
        said.append(f"{what} ({row['note']})" if what and row["note"] else what or row["note"] or "")
    return f"{', '.join(filter(None, said))} ; publiés en {last}"


@once
def _worded(facts: PlacesFacts) -> pl.DataFrame:
    """Every place known, with its figures and words."""
    codes = facts.places["code"].to_list()
    labels = terms.short_place_names(facts.places.select("name", "commune_name").rows())
    every = facts.places.with_columns(
        *(
            pl.Series(
                column, list(terms.distinct_names(dict(zip(codes, names, strict=True))).values()), dtype=pl.String
            )
            for column, names in (("name", facts.places["name"].to_list()), ("label", labels))
        ),
        centre_code="code",
    )
    measured = measure(every, (*attendance.USE, *attendance.COVERAGE), by="code")
    replaced = [column for column in measured.columns if column in every.columns and column != "code"]
    recorded = pl.any_horizontal(pl.col("seats_office", "seats_open_space").is_not_null())
    planned = pl.col("status") == "planned"
    every = (
        every.drop(replaced)
        .join(measured, on="code", maintain_order="left")
        .with_columns(
            *(
                pl.when(recorded & (pl.col("open") | planned)).then(name).when(recorded).then(0).alias(name)
                for name in _SEATS
            ),
            status=pl.when("open").then(pl.lit("open")).when(planned).then("status").otherwise(pl.lit("closed")),
            reason=pl.Series(_reasons(facts), dtype=pl.String),
        )
        .with_columns(state=_state(facts, recorded))
    )
    rows = every.to_dicts()
    return every.with_columns(
        situation=pl.Series([_situation(row) for row in rows], dtype=pl.String),
        said=pl.Series([_said(row, facts) for row in rows], dtype=pl.String),
    ).with_columns(why=pl.when(pl.col("state").is_null()).then(pl.lit(terms.NOT_APPLICABLE)).otherwise("said"))


def _state(facts: PlacesFacts, recorded: pl.Expr) -> pl.Expr:
    """Why there is no rate: what somebody can mend comes before what nobody can."""
    later = pl.col("opened_on").is_null() | (pl.col("opened_on") > facts.period.last)
    shut = (
        (pl.col("closed_on") < facts.period.first)
        | (pl.col("weeks_closed") > 0)
        | (recorded & pl.col("reason").is_not_null())
    )
    return (
        pl.when(pl.col("fill_rate").is_not_null())
        .then(None)
        .when((pl.col("status") == "planned") | later)
        .then(pl.lit("not_open"))
        .when(pl.col("weeks_missing") > 0)
        .then(pl.lit("missing"))
        .when(pl.col("weeks_draft") > 0)
        .then(pl.lit("draft"))
        .when(shut.fill_null(False))
        .then(pl.lit("closed"))
        .otherwise(pl.lit("without_seats"))
    )


def _reasons(facts: PlacesFacts) -> list[str | None]:
    """Place by place, the last reason for which it was shut in the period, by itself or with the whole network."""
    rows = list(facts.closures.select("centre_code", "reason").iter_rows())
    last = {code: (number, reason) for number, (code, reason) in enumerate(rows)}
    nothing = (-1, None)
    return [
        max(last.get(code, nothing), last.get(None, nothing), key=itemgetter(0))[1] for code in facts.places["code"]
    ]


def _situation(row: Mapping[str, Any]) -> str:
    """« Ouvert », « En projet », « Fermé le 30 juin 2025 »"""
    word = terms.CENTRE_STATUSES[row["status"]].title
    ended = row["closed_on"] if row["status"] == "closed" else None
    return f"{word} le {dates.long_date(ended)}" if ended else word


def _said(row: Mapping[str, Any], facts: PlacesFacts) -> str:
    if row["state"] is None:
        return format_value(row["fill_rate"], "ratio")
    if row["status"] == "planned":
        return terms.CENTRE_STATUSES["planned"].label
    word = terms.PLACE_STATES[row["state"]].label
    if row["state"] != "closed":
        return word
    ended: date | None = row["closed_on"]
    if ended is not None and ended < facts.period.first:
        return f"{word} depuis le {dates.long_date(ended)}"
    return f"{word} : {row['reason']}" if row["reason"] else word


def _gaps(shown: pl.DataFrame, *, costs: bool) -> str:
    """Which places lack their seats, or their cost."""
    of_day = shown.filter("open")
    lacking = {"positions de travail non notées": of_day.filter(pl.col("seats").is_null())}
    if costs:
        lacking["coût non saisi"] = shown.filter(pl.col("cost_eur").is_null())
    parts = [f"{what} pour {named(rows['name'].to_list())}" for what, rows in lacking.items() if rows.height]
    return f"Manques : {' ; '.join(parts)}." if parts else "Manques : aucun."


def _without_position(shown: pl.DataFrame) -> str:
    lost = shown.filter(pl.col("latitude").is_null() | pl.col("longitude").is_null())
    return f"Absent de la carte, faute de position : {named(lost['name'].to_list())}." if lost.height else ""


def _position_words() -> pl.Expr:
    words = {code: capital(term.label) for code, term in terms.LOCATION_PRECISIONS.items()}
    known = pl.col("location_precision").replace_strict(words, default=terms.MISSING, return_dtype=pl.String)
    return pl.when(pl.col("latitude").is_null()).then(pl.lit("Inconnue")).otherwise(known).alias("position")


# One place, with its dates: where it is and who runs it, its week, its seats, its closures and its costs.


def place_sentence(place: PlaceFacts) -> str:
    """Whether it is open, since when, with how many seats and hours a week."""
    row = place.row
    if row["status"] == "planned":
        return f"{row['name']} est en projet."
    if not row["open"]:
        ended = f" depuis le {dates.long_date(row['closed_on'])}" if row["closed_on"] else ""
        return f"{row['name']} n’est pas ouvert{ended}."
    seats = count(row["seats"], "position de travail", "positions de travail") if row["seats"] else "positions à noter"
    weekly = count(place.hours.height, "demi-journée") if place.hours.height else "aucune demi-journée"
    return f"{row['name']} est ouvert : {seats}, {weekly} par semaine."


def identity(row: Mapping[str, Any], former: pl.DataFrame | None = None) -> Iterator[tuple[str, str]]:
    """What is known of a place, a row of `centres` and the periods before its last, as names and values; what is not known
    says so."""
    town = " ".join(part for part in (row["postcode"], row["commune_name"]) if part)
    where = ", ".join(part for part in (row["address"], town) if part)
    precision = terms.LOCATION_PRECISIONS[row["location_precision"]].label if row["location_precision"] else None
    operator = row["operator_name"]
    kind = f" ({terms.OPERATOR_KINDS[row['operator_kind']].label})" if operator and row["operator_kind"] else ""
    earlier = [] if former is None else [dates.from_to(*period) for period in former.iter_rows()]
    lines = {
        "Code": row["code"],
        "Nature": terms.CENTRE_KINDS[row["kind"]].title,
        "État": terms.CENTRE_STATUSES[row["status"]].title,
        "Ouvert le": _day(row["opened_on"]),
        "Dernier jour ouvert": _day(row["closed_on"]),
        "Ouvertures antérieures": " ; ".join(earlier) or None,
        "Adresse": where or None,
        "Intercommunalité": row["epci_name"],
        "Position sur la carte": capital(precision) if precision else None,
        "Gestionnaire": f"{operator}{kind}" if operator else None,
        "Téléphone": row["phone"],
        "Courriel": row["email"],
        "Site": row["website"],
        "Réservation": row["booking_page"],
        "À savoir": row["note"],
    }
    hidden = {"Dernier jour ouvert", "Ouvertures antérieures", "Réservation", "À savoir"}
    return ((name, value or terms.MISSING) for name, value in lines.items() if value or name not in hidden)


def published(row: Mapping[str, Any], sure: str) -> str:
    """What was published of a place, in a line: « ouvert en 2013, Médiathèque, rue du 11-Novembre, 15200 ; à confirmer »."""
    opened = (
        f"{terms.CENTRE_STATUSES[row['status']].label} en {row['opened_on'].year}" if row["opened_on"] else "en projet"
    )
    where = ", ".join(part for part in (row["address"], row["postcode"], row["operator_name"]) if part)
    return f"{opened}, {where} ; {_SURE[sure]}"


_SURE: Final = {
    "sure": "recoupé par plusieurs sources",
    "sure_exists": "existence certaine, adresse inconnue",
    "likely": "à confirmer",
}


def week_table(place: PlaceFacts) -> Table:
    """The hours valid that day, a row a weekday; none where nobody noted any: hours unknown are not a place that is shut."""
    spans = {
        (row["weekday"], row["half_day"]): dates.time_range(row["opens_at"], row["closes_at"])
        for row in place.hours.iter_rows(named=True)
    }
    rows = [
        {"day": capital(dates.weekday(day)), **{half: spans.get((day, half), "fermé") for half in ("am", "pm")}}
        for day in range(1, 8)
        if spans
    ]
    headings = {"day": "Jour", "am": "Matin", "pm": "Après-midi"}
    frame = pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String))
    return Table(f"Horaires au {dates.long_date(place.on)}", frame, headings)


def hours_history(place: PlaceFacts) -> list[str]:
    """Each week of hours there was, is or will be, newest first, in words."""
    periods = place.hour_periods
    starts = set(periods["valid_from"]) | {day + timedelta(days=1) for day in periods["valid_to"].drop_nulls()}
    said = []
    for day in sorted(starts, reverse=True):
        valid = periods.filter(
            pl.col("valid_from") <= day, pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
        ).sort("weekday", "half_day")
        said.append(f"À partir du {dates.long_date(day)} : {spoken_hours(valid) or 'fermé toute la semaine'}.")
    return said


def spoken_hours(hours: pl.DataFrame) -> str:
    """« du lundi au vendredi 9 h – 12 h et 14 h – 17 h »; empty without any."""
    spoken: dict[str, list[int]] = {}
    for (weekday,), half_days in hours.group_by("weekday", maintain_order=True):
        spans = (dates.time_range(row["opens_at"], row["closes_at"]) for row in half_days.iter_rows(named=True))
        spoken.setdefault(" et ".join(spans), []).append(int(str(weekday)))
    return " ; ".join(f"{_days(days)} {span}" for span, days in spoken.items())


def seats_table(place: PlaceFacts) -> Table:
    """Its seats by period, newest first."""
    rows = [
        {
            "kind": terms.SEAT_KINDS[row["seat_kind"]].title,
            "seats": row["seats"],
            "since": dates.long_date(row["valid_from"]),
            "until": dates.long_date(row["valid_to"]) if row["valid_to"] else "sans fin",
        }
        for row in place.seat_periods.iter_rows(named=True)
    ]
    schema = {"kind": pl.String, "seats": pl.Int64, "since": pl.String, "until": pl.String}
    headings = {"kind": "Position", "seats": "Nombre", "since": "À partir du", "until": "Jusqu’au"}
    return Table("Positions de travail", pl.DataFrame(rows, schema=schema), headings)


def closure_lines(place: PlaceFacts) -> list[str]:
    """The closures that are not over, in words."""
    return [
        capital(dates.from_to(row["starts_on"], row["ends_on"]))
        + f" : {row['reason']}"
        + (" (tout le réseau)." if row["whole_network"] else ".")
        for row in place.closures.iter_rows(named=True)
    ]


def correctable_closures(place: PlaceFacts) -> dict[int, str]:
    """Those of this place alone, by their id, with a short name."""
    own = place.closures.filter(~pl.col("whole_network"))
    return {row["id"]: dates.date_range(row["starts_on"], row["ends_on"]) for row in own.iter_rows(named=True)}


def costs_table(place: PlaceFacts) -> Table:
    """What it cost, by year, newest first."""
    rows = [
        {
            "year": str(row["year"]),
            "cost": _euros(row["cost_eur"]),
            "revenue": _euros(row["revenue_eur"]),
            "source": row["source"],
        }
        for row in place.costs.iter_rows(named=True)
    ]
    headings = {"year": "Année", "cost": "Coût", "revenue": "Recettes", "source": "Source"}
    return Table("Coûts par année", pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String)), headings)


def correctable_costs(place: PlaceFacts) -> dict[int, str]:
    """The last costs, by their id, with their year."""
    return dict(place.costs.head(3).select("id", pl.col("year").cast(pl.String)).iter_rows())


def _day(day: date | None) -> str | None:
    return dates.long_date(day) if day else None


def _euros(amount: float | None) -> str:
    return terms.MISSING if amount is None else f"{decimal(amount, 2)}\u00a0€"


def _days(numbers: list[int]) -> str:
    names = [dates.weekday(number) for number in numbers]
    follow = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))
    return f"du {names[0]} au {names[-1]}" if follow else ", ".join(names)
