"""The report of a year, for the elected members: the seven lines, then one subject a page."""

from typing import Final

from dashboard.exports.report.model import Report
from dashboard.indicators import attendance, network, passes, people, placements, welcome
from dashboard.indicators.evaluation import EVALUATION
from dashboard.reporting.facts import ReportFacts
from dashboard.reporting.lines import figures_of_the_year, is_provisional, network_lines
from dashboard.reporting.subjects_of_programmes import pass_subject, placements_subject, sessions_subject
from dashboard.reporting.subjects_of_use import completeness_subject, network_subject, ranking_subject, weeks_subject
from dashboard.reporting.wordings import in_the_year, method, on_the_day, spoken_year
from dashboard.wording import dates
from dashboard.wording.plurals import enumeration
from dashboard.wording.terms import JOB_CENTRE, PASS
from dashboard.wording.units import format_value

_PROGRAMMES: Final = (
    (pass_subject, f"le {PASS}"),
    (placements_subject, f"la convention avec {JOB_CENTRE}"),
    (sessions_subject, "les sessions d’accueil d’actifs"),
)
DEFINED: Final = (
    *EVALUATION,
    *(each for each in (*network.ALL, *people.ALL, *attendance.ALL) if each.key not in {e.key for e in EVALUATION}),
    passes.PASS_JOINS,
    passes.PASS_ENDS,
    placements.PLACEMENTS,
    placements.PLACEMENTS_AIM_1,
    placements.PLACEMENTS_AIM_2,
    placements.PLACEMENTS_AIM_3,
    welcome.PROJECT_HOLDERS,
    welcome.WELCOME_PEOPLE,
    welcome.SETTLED_FAMILIES,
)


def year_report(facts: ReportFacts) -> Report:
    """The report; a year in which nothing was open says so, and has no subject."""
    figures = figures_of_the_year(facts)
    there = bool(figures["centres"])
    programmes = [(build(facts), name) for build, name in _PROGRAMMES] if there else []
    left_out = [name for subject, name in programmes if subject is None]
    use = (network_subject, ranking_subject, weeks_subject) if there else ()
    subjects = [build(facts) for build in use]
    subjects += [subject for subject, _ in programmes if subject is not None]
    subjects += [completeness_subject(facts)] if there else []
    notes = [
        "Méthode : chaque ligne est recalculée à partir des lignes enregistrées, jamais recopiée d’un autre document."
    ]
    if there and is_provisional(facts, figures):
        why = "l’année n’est pas finie" if facts.running else "trop peu de relevés sont complets"
        notes.append(f"Chiffres provisoires : {why}.")
    if left_out:
        notes.append(f"Sans donnée cette année : {enumeration(left_out)}.")
    notes.append("Les personnes différentes ne s’additionnent ni d’un lieu à l’autre, ni d’une année à l’autre.")
    return Report(
        title=f"Bilan annuel {facts.year}",
        subtitle="Le réseau des télécentres du Cantal",
        made_on=facts.as_of,
        perimeter="tous les lieux du réseau ouverts dans l’année",
        period=spoken_year(facts) + ("" if not facts.running else f", arrêté au {dates.long_date(facts.on)}"),
        filters="aucun, toutes les positions de travail",
        sentence=_sentence(facts)
        if there
        else f"Aucun télécentre n’était ouvert en {facts.year} : ce bilan n’a pas de chiffre.",
        lines_title=f"Les sept lignes du bilan {facts.year}",
        # Part of a year does not compare with a whole one.
        headings=(str(facts.year), *(("", "") if facts.running else (str(facts.year - 1), "Écart")), "Repose sur"),
        lines=network_lines(facts),
        line_notes=(*notes, *method(*EVALUATION)),
        subjects=tuple(subjects),
        defined=DEFINED,
        demonstration=facts.demonstration,
    )


def _sentence(facts: ReportFacts) -> str:
    figures = figures_of_the_year(facts)
    when = on_the_day(facts) if facts.running else in_the_year(facts)
    return (
        f"{when}, {format_value(figures['centres'], 'centre')} télécentres et "
        f"{format_value(figures['seats'], 'seat')} positions de travail ont servi {format_value(figures['hours'], 'hour')}, "
        f"pour un taux de remplissage de {format_value(figures['fill_rate'], 'ratio')}."
    )
