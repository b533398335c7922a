"""The report of a year and the note of a place as documents, and their files."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final, Literal

import polars as pl
import sqlalchemy as sa

from dashboard.exports.report import Report
from dashboard.figures import evaluation, use
from dashboard.figures.completeness import of_places
from dashboard.figures.evaluation import in_the_year, spoken_year
from dashboard.figures.model import STAFF, Figure, Perimeter, method
from dashboard.figures.pass_people import Club
from dashboard.figures.passes import members
from dashboard.figures.placements import Asked, by_quarter
from dashboard.figures.places import network_of_year, with_figures
from dashboard.figures.welcome import in_year
from dashboard.indicators import attendance, network, passes, placements, welcome
from dashboard.indicators.catalogue import EVALUATION
from dashboard.indicators.disclosure import last_published
from dashboard.indicators.model import measure
from dashboard.wording import dates
from dashboard.wording.terms import JOB_CENTRE, PASS
from dashboard.wording.typography import enumeration
from dashboard.wording.units import format_quantity, format_value
from data_access.facts import ReportFacts
from data_access.reads.subjects import report_facts
from data_access.rights import Right, requires

# The note of one place, on one page: its lines beside those of the network, and its year.


class UnknownPlace(LookupError):
    """No place of the year has this code."""


def centre_note(facts: ReportFacts, code: str) -> Report:
    """The note; UnknownPlace when the place was not open on one of the days of the year."""
    if code not in facts.place_names:
        raise UnknownPlace(code)
    place = with_figures(facts.network).row(by_predicate=pl.col("code") == code, named=True)
    lines = evaluation.place_table(facts, code)
    return Report(
        title=f"{place['name']}, {facts.year}",
        subtitle=f"Note du lieu, {place['commune_name']}",
        made_on=facts.as_of,
        perimeter=place["name"],
        period=spoken_year(facts),
        filters=f"ce lieu, toutes les positions de travail, {facts.year}",
        sentence=_sentence_of_place(facts, place),
        lines=lines,
        line_notes=lines.notes,
        subjects=(
            use.weeks_on_paper(
                use.of_place(facts.use, code), _perimeter(facts, place["name"]), name=place["label"], height=150
            ),
        ),
        defined=evaluation.PLACE_LINES,
        demonstration=facts.demonstration,
        brief=True,
    )


def _sentence_of_place(facts: ReportFacts, place: dict[str, Any]) -> str:
    ended = f"{place['situation']}. " if place["status"] == "closed" else ""
    if place["fill_rate"] is None:
        return f"{ended}{in_the_year(facts)}, aucun taux de remplissage : {place['said']}."
    rate = measure(facts.evaluation.attendance, [attendance.FILL_RATE]).item()
    seats = f"{format_quantity(place['seats'], 'seat')} et " if place["seats"] else ""
    return (
        f"{ended}{in_the_year(facts)}, {seats}{format_value(place['hours'], 'hour')} "
        f"d’utilisation : un taux de remplissage de {format_value(place['fill_rate'], 'ratio')}, "
        f"contre {format_value(rate, 'ratio')} pour le réseau."
    )


# The report of a year, for the elected members: the seven lines, then one subject a page.

DEFINED: Final = (
    *EVALUATION,
    *(each for each in (*network.ALL, *attendance.ALL) if each.key not in {e.key for e in EVALUATION}),
    passes.PASS_JOINS,
    passes.PASS_ENDS,
    placements.PLACEMENTS,
    *placements.BY_AIM,
    *welcome.COUNTS,
)


def year_report(facts: ReportFacts) -> Report:
    """The report; a year of which nothing is known says so, and has no subject."""
    every = [each for each in evaluation.every_year(facts.evaluated, STAFF) if each.year <= facts.year]
    said = evaluation.evaluated(facts.evaluation, facts.evaluated.published, STAFF)
    # Part of a year does not compare with a whole one, nor a year with one in which nothing was open.
    before = next((each for each in every if each.year == facts.year - 1 and each.any_place and not said.running), None)
    lines = evaluation.year_table(said, before, str(facts.year - 1))
    subjects, left_out = _subjects(facts) if facts.place_names else ([], [])
    if said.any_place:
        subjects.insert(0, evaluation.years(every, facts.year))
    notes = [
        "Méthode : chaque ligne est recalculée à partir des lignes enregistrées, jamais recopiée d’un autre document ; une "
        "ligne dite « publié » vient du document cité, faute de lignes."
    ]
    if any(line.provisional for line in said.lines.values()):
        why = "l’année n’est pas finie" if facts.running else "trop peu de relevés sont complets"
        notes.append(f"Chiffres provisoires : {why}.")
    if left_out:
        notes.append(f"Sans donnée cette année : {enumeration(left_out)}.")
    notes.append("Les personnes différentes ne s’additionnent ni d’un lieu à l’autre, ni d’une année à l’autre.")
    nothing = "" if said.any_place else " Ce bilan n’a pas de chiffre."
    return Report(
        title=f"Bilan annuel {facts.year}",
        subtitle="Le réseau des télécentres du Cantal",
        made_on=facts.as_of,
        perimeter="tous les lieux du réseau ouverts dans l’année",
        period=spoken_year(facts) + ("" if not facts.running else f", arrêté au {dates.long_date(facts.on)}"),
        filters="aucun, toutes les positions de travail",
        sentence=evaluation.sentence(said, STAFF) + nothing,
        lines=lines,
        line_notes=(*notes, *method(*EVALUATION)),
        subjects=tuple(subjects),
        defined=DEFINED,
        demonstration=facts.demonstration,
    )


def _subjects(facts: ReportFacts) -> tuple[list[Figure], list[str]]:
    """One figure a page, and the names of the programmes without any data."""
    of, places = _perimeter(facts), with_figures(facts.network)
    club = Club(facts.club, spoken_year(facts), STAFF)
    programmes = {
        f"le {PASS}": members(club) if facts.club.history["active"].sum() else None,
        f"la convention avec {JOB_CENTRE}": by_quarter(facts.convention, Asked(facts.on))
        if facts.convention.contracts.height
        else None,
        "les sessions d’accueil d’actifs": in_year(facts.welcome, facts.year),
    }
    figures = [
        network_of_year(facts.network, spoken=spoken_year(facts)),
        use.ranking(facts.use, of),
        use.weeks_on_paper(facts.use, of),
        *(subject for subject in programmes.values() if subject is not None),
        of_places(places, spoken=spoken_year(facts)),
    ]
    return figures, [name for name, subject in programmes.items() if subject is None]


def _perimeter(facts: ReportFacts, place: str | None = None) -> Perimeter:
    """The year, of the network or of one place."""
    return Perimeter(facts.use.period, facts.as_of, None, place, spoken_period=spoken_year(facts))


# A report as a file, in each of its four forms; charts and writers are loaded when a file is asked for, not before.

Form = Literal["pdf", "pptx", "docx", "xlsx"]
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
FORMS: Final[dict[Form, str]] = {
    "pdf": "application/pdf",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}
"""The forms, with their media types."""


@requires(Right.SMALL_COUNTS)
def report_file(connection: sa.Connection, year: int, form: Form, *, as_of: date) -> bytes:
    """The report of a year, asked for and written; it draws the contracts quarter by quarter."""
    return year_file(report_facts(connection, year, as_of=as_of), form)[1]


@requires(Right.FIGURES)
def notes_file(connection: sa.Connection, year: int, form: Form, *, as_of: date) -> bytes:
    """The notes of all places, asked for and written, as they stand on the day of all that is published."""
    return notes_archive(report_facts(connection, year, as_of=last_published(as_of)), form)


def written(report: Report, form: Form) -> bytes:
    """The report in one form."""
    if form == "pdf":
        from dashboard.exports.report.files import pdf as write
    elif form == "pptx":
        from dashboard.exports.report.slides import slides as write
    elif form == "docx":
        from dashboard.exports.report.files import document as write
    else:
        from dashboard.exports.report.files import workbook as write
    return write(report)


def year_file(facts: ReportFacts, form: Form) -> tuple[str, bytes]:
    """The report of the year: its name and its content."""
    return f"cybercantal-bilan-complet-{facts.year}.{form}", written(year_report(facts), form)


def note_file(facts: ReportFacts, code: str, form: Form) -> tuple[str, bytes]:
    """The note of one place; UnknownPlace when it was not open."""
    return f"cybercantal-note-{facts.year}-{code.lower()}.{form}", written(centre_note(facts, code), form)


def every_note(
    facts: ReportFacts, form: Form, tell: Callable[[str, float], None] = lambda step, done: None
) -> Iterator[tuple[str, bytes]]:
    """The note of each place of the year; `tell` is called with the place begun and the share done."""
    places = facts.place_names
    for done, (code, name) in enumerate(places.items()):
        tell(name, done / len(places))
        yield note_file(facts, code, form)
    tell("Terminé", 1.0)


def notes_archive(facts: ReportFacts, form: Form) -> bytes:
    """The notes of all places in one ZIP file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in every_note(facts, form):
            # A date of its own, not that of the clock: the same facts give the same file.
            entry = zipfile.ZipInfo(name, (*facts.as_of.timetuple()[:3], 0, 0, 0))
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
