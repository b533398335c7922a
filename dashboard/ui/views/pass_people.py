"""Who the members of the Pass are and why they leave: by reason, by status, by centre; a click on a bar filters the page."""

from collections.abc import Mapping
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.pass_breakdown import pass_breakdown, pass_breakdown_in_words
from dashboard.indicators import passes
from dashboard.indicators.model import measure
from dashboard.ui import address, store
from dashboard.ui.components import Figure
from dashboard.ui.views.pass_figures import figure
from dashboard.ui.views.pass_perimeter import Club
from dashboard.ui.views.passes import WITHOUT_AGREEMENT
from dashboard.ui.views.places import short_names
from dashboard.wording import dates
from dashboard.wording.terms import PASS_END_REASONS, PERSON_STATUSES
from dashboard.wording.typography import capital

HOW_TO_FILTER: Final = "Touchez une barre pour ne garder sur la page que ce statut ou ce télécentre."
_OWN_PREMISES: Final = "own_premises"
_MEMBERS: Final = ("adhérent", "adhérents")


def reasons(club: Club) -> Figure:
    """Why people leave; premises of their own stand apart, as what the programme is for."""
    endings = store.pass_endings(club.period, **club.kept)
    names = {code: term.title for code, term in PASS_END_REASONS.items()}
    names[_OWN_PREMISES] = "A pris ses propres locaux"
    figures = _parts(measure(endings, [passes.PASS_ENDS], by="end_reason"), names, "Motif non saisi").with_columns(
        role=pl.when(pl.col("code") == _OWN_PREMISES)
        .then(pl.lit("result"))
        .when(pl.col("code").is_null())
        .then(pl.lit("context"))
        .otherwise(pl.lit("loss"))
    )
    figures = pl.concat([figures.filter(pl.col("role") == role) for role in ("result", "loss", "context")])
    return figure(
        club,
        key="motifs",
        headline="Pourquoi l’on quitte le Pass",
        subtitle=f"Nombre de départs par motif. {capital(club.who)}, {club.spoken_period}. En bleu : partir dans ses propres "
        "locaux est ce que vise le programme, ce n’est pas une perte.",
        draw=pass_breakdown,
        figures=figures,
        spoken=pass_breakdown_in_words(figures, of=("départ", "départs")),
        headings={"label": "Motif", "people": "Départs", "share": "Part"},
        shares=frozenset({"share"}),
    )


def by_status(club: Club) -> Figure:
    """The members by what they do for a living; the filter by status shows as the green bar."""
    members = store.pass_members(on=club.on, by=("status",), centre_code=club.centre_code)
    names = {code: capital(term.counted(2)) for code, term in PERSON_STATUSES.items()}
    figures = _picked(_parts(measure(members, [passes.PASS_MEMBERS], by="status"), names, ""), club.status)
    return figure(
        club,
        key="statuts",
        headline="Que font les adhérents ?",
        subtitle=f"Adhérents au {dates.long_date(club.on)}, par statut. {capital(club.centre_name or 'réseau entier')}.",
        draw=pass_breakdown,
        figures=figures,
        spoken=pass_breakdown_in_words(figures, of=_MEMBERS),
        headings={"label": "Statut", "people": "Adhérents", "share": "Part"},
        shares=frozenset({"share"}),
        options={"selection_name": "statut"},
    )


def by_centre(club: Club) -> Figure:
    """The members by the centre of their running agreement. Those without are said: their bar would dwarf all others."""
    members = store.pass_members(on=club.on, by=("centre_code",), status=club.status)
    parts = _parts(measure(members, [passes.PASS_MEMBERS], by="centre_code"), short_names(), capital(WITHOUT_AGREEMENT))
    figures = _picked(parts, club.centre_code).drop_nulls("code")
    elsewhere = parts.filter(pl.col("code").is_null())["people"].sum()
    status = f" {capital(PERSON_STATUSES[club.status].counted(2))}." if club.status else ""
    return figure(
        club,
        key="telecentres",
        headline="Où travaillent les adhérents ?",
        subtitle=f"Adhérents au {dates.long_date(club.on)}, par télécentre de leur convention en cours.{status} "
        f"{capital(WITHOUT_AGREEMENT)} : {elsewhere}.",
        draw=pass_breakdown,
        figures=figures,
        listed=parts,
        spoken=pass_breakdown_in_words(_picked(parts, club.centre_code), of=_MEMBERS),
        headings={"label": "Télécentre", "people": "Adhérents", "share": "Part"},
        shares=frozenset({"share"}),
        options={"selection_name": "centre"},
    )


def take_status() -> None:
    """Keeps in the address the status clicked on."""
    _take("statuts", "statut")


def take_centre() -> None:
    """Keeps in the address the centre clicked on."""
    _take("telecentres", "centre")


def _take(key: str, name: str) -> None:
    event = st.session_state.get(f"chart-pass-{key}") or {}
    codes = [point["code"] for point in event.get("selection", {}).get(name) or [] if point.get("code")]
    if codes:
        address.take(name, codes[0])


def _parts(measured: pl.DataFrame, names: Mapping[str, str], without: str) -> pl.DataFrame:
    """One row per part of a figure, the largest first and what has no code last: code, label, people, share of the whole."""
    code, people = measured.columns
    return (
        measured.select(code=code, people=people)
        .with_columns(
            label=pl.col("code")
            .replace_strict(names, default=pl.col("code"), return_dtype=pl.String)
            .fill_null(without),
            share=pl.col("people") / pl.col("people").sum(),
        )
        .sort(pl.col("code").is_null(), -pl.col("people"), "label")
    )


def _picked(parts: pl.DataFrame, code: str | None) -> pl.DataFrame:
    """Green for all, or for the one that filters the page; grey for the others and for what has no code."""
    subject = pl.col("code").is_not_null() if code is None else pl.col("code") == code
    return parts.with_columns(
        role=pl.when(subject.fill_null(False)).then(pl.lit("subject")).otherwise(pl.lit("context"))
    )
