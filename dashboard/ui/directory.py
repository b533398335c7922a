"""The directory: the people who agreed to be listed, and the search among them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.model import Table, short_names
from dashboard.ui import filters, store
from dashboard.wording import dates
from dashboard.wording.numbers import integer
from dashboard.wording.terms import NOT_APPLICABLE, PERSON_STATUSES
from dashboard.wording.typography import count, enumeration

OUTSIDE: Final = "Hors du Cantal"
_ALL: Final = "tous"
_LONGEST_SEARCH: Final = 80
_STATUSES_SAID: Final = 3
_HEADINGS: Final = {
    "family_name": "Nom",
    "given_name": "Prénom",
    "status_text": "Statut",
    "centre_text": "Télécentre",
    "commune_text": "Commune",
    "email": "Courriel",
    "phone": "Téléphone",
    "directory_consent": "Accord donné le",
}
_SEARCHED: Final = ("family_name", "given_name", "status_text", "centre_name", "centre_text", "commune_text")

NOTES: Final = (
    "Seules les personnes qui ont donné leur accord figurent ici, avec la date de cet accord. Il couvre leur nom, leur "
    "activité, leur commune et le moyen de les joindre.",
    "L’accord se retire à tout moment, sur simple demande à l’animateur du télécentre ou à la coordination du réseau : la "
    "personne disparaît aussitôt de cette page.",
    "Un fichier téléchargé, lui, ne change plus. Servez-vous-en pour mettre des personnes en relation, puis supprimez-le.",
)


@dataclass(frozen=True)
class Search:
    """What the reader looks for: words in any order, a status, a centre."""

    words: tuple[str, ...]
    status: str | None
    centre_code: str | None

    @property
    def is_open(self) -> bool:
        """Whether nothing is asked for, so that everybody listed is shown."""
        return not self.words and self.status is None and self.centre_code is None


def chosen_search() -> Search:
    """The words and the two filters, kept in the address."""
    typed = filters.text(
        "Rechercher", key="recherche", longest=_LONGEST_SEARCH, placeholder="Nom, activité, commune", width=320
    )
    options = {_ALL: "Tous", **{code: term.title for code, term in PERSON_STATUSES.items()}}
    status = filters.choice(st.selectbox, "Statut", options, key="statut", usual=_ALL, width=220)
    centre_code, _ = filters.chosen_centre()
    return Search(folded(typed), None if status == _ALL else status, centre_code)


def clear_search() -> None:
    """Shows everybody again."""
    filters.take("recherche", "")
    filters.take("statut", _ALL)
    filters.take("centre", filters.WHOLE_NETWORK)


def listed() -> pl.DataFrame:
    """One row per person listed today, in the order of names as the French sort them; what they did not give is « – »."""
    today = clock.today()
    return store.said(_listed, store.directory_people(on=today), store.centres(on=today))


def _listed(people: pl.DataFrame, centres: pl.DataFrame) -> pl.DataFrame:
    names = short_names(centres)
    statuses = {code: term.title for code, term in PERSON_STATUSES.items()}
    outside = pl.when(pl.col("home_insee_code").is_not_null()).then(pl.lit(OUTSIDE)).otherwise(pl.lit(NOT_APPLICABLE))
    ready = people.with_columns(
        pl.col("given_name", "email", "phone").fill_null(NOT_APPLICABLE),
        status_text=pl.col("status").replace_strict(statuses, return_dtype=pl.String),
        centre_text=pl.col("centre_code").replace_strict(names, default=NOT_APPLICABLE, return_dtype=pl.String),
        centre_name=pl.col("centre_name").fill_null(""),
        commune_text=pl.coalesce("commune_name", outside),
    )
    order = [(folded(family), folded(given)) for family, given in ready.select("family_name", "given_name").iter_rows()]
    return ready[sorted(range(ready.height), key=order.__getitem__)]


def found(search: Search) -> pl.DataFrame:
    """The people listed who have every word asked for, the status and the centre."""
    return store.said(_found, listed(), search)


def _found(people: pl.DataFrame, search: Search) -> pl.DataFrame:
    if search.status is not None:
        people = people.filter(pl.col("status") == search.status)
    if search.centre_code is not None:
        people = people.filter(pl.col("centre_code") == search.centre_code)
    if search.words:
        texts = [" ".join(folded(" ".join(row))) for row in people.select(_SEARCHED).iter_rows()]
        people = people.filter(
            pl.Series([all(word in text for word in search.words) for text in texts], dtype=pl.Boolean)
        )
    return people


def sentence(search: Search, people: pl.DataFrame) -> str:
    """How many people are listed, and what most of them do; or how many of them were found."""
    return store.said(_sentence, search, people, listed())


def _sentence(search: Search, people: pl.DataFrame, everybody: pl.DataFrame) -> str:
    if people.is_empty():
        return "Personne dans l’annuaire ne correspond à tous ces critères."
    if not search.is_open:
        found_text = count(people.height, "personne correspond", "personnes correspondent")
        return f"{found_text} à votre recherche, sur {integer(everybody.height)} dans l’annuaire."
    agreed = count(people.height, "personne a accepté", "personnes ont accepté")
    statuses = people.group_by("status").len().sort("len", "status", descending=[True, False])
    most = [
        f"{integer(number)} {PERSON_STATUSES[status].counted(number)}"
        for status, number in statuses.head(_STATUSES_SAID).iter_rows()
    ]
    return f"{agreed} de figurer dans l’annuaire, dont {enumeration(most)}."


def nobody_yet() -> str | None:
    """What to say when nobody agreed to be listed; None when somebody did."""
    if not listed().is_empty():
        return None
    return (
        "Personne n’a encore donné son accord pour figurer dans l’annuaire. "
        "L’accord se note, avec sa date, sur la fiche de la personne."
    )


def table(people: pl.DataFrame) -> Table:
    """The people as a list to read and to take away."""
    return store.said(_table, people, clock.today(), demonstration=store.is_demonstration())


def _table(people: pl.DataFrame, today: date, *, demonstration: bool) -> Table:
    notes = (f"Annuaire au {dates.long_date(today)} : {count(people.height, 'personne')}.", *NOTES)
    title = "Annuaire des télétravailleurs et actifs mobiles"
    return Table(title, people, _HEADINGS, notes, demonstration=demonstration)


def folded(text: str) -> tuple[str, ...]:
    """The words of a text without case, accents or signs: « Saint-Flour » gives saint, flour."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return tuple(re.findall(r"\w+", plain))
