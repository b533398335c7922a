"""Which slides a show has and how they follow, from an address, a saved name, or a file in which a show is frozen."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, ValidationError

from dashboard.configuration.settings import Settings
from dashboard.figures.show import OF_INDICATOR, Deck, choosable
from dashboard.presentation import ADDRESS
from dashboard.wording.terms import OWNER
from data_access.reads.presentation import SavedPresentation
from data_access.writes.presentations import LONGEST_SECONDS, LONGEST_TITLE, SHORTEST_SECONDS

STANDARD: Final[Mapping[str, str]] = {
    "carte": "Carte des lieux",
    "heures": "Heures d’utilisation",
    "remplissage": "Taux de remplissage",
    "annees": "Bilan, année après année",
    "pass": "Pass Actifs Mobiles",
    "contrats": "Contrats Pôle Emploi",
    "sessions": "Sessions d’accueil",
    "direct": "Occupation en direct",
    "agenda": "Prochains rendez-vous",
    "contact": "Contact",
}
"""The slides of the usual show, in its order: the code of addresses, and what the set-up page calls each."""

USUAL_SECONDS: Final = 12
MOST_SLIDES: Final = 30

Theme = Literal["auto", "light", "dark"]
_THEMES: Final[Mapping[str, Theme]] = {"clair": "light", "sombre": "dark"}
"""The word of an address for each theme; without one, the device decides."""


class Choice(BaseModel):
    """One show, as somebody composed it. `titles` are those changed, by slide."""

    model_config = ConfigDict(frozen=True)

    slides: tuple[str, ...] = tuple(STANDARD)
    seconds: int = USUAL_SECONDS
    theme: Theme = "auto"
    titles: Mapping[str, str] = {}


def choice_of(content: Mapping[str, Any]) -> Choice:
    """The choice of a saved document; what it says that is not understood, or not any more, is left out."""
    slides = [key for key in content.get("slides", ()) if key in slide_names()]
    themes: dict[object, Theme] = {"light": "light", "dark": "dark"}
    titles = {
        key: str(title).strip()[:LONGEST_TITLE]
        for key, title in dict(content.get("titles", {})).items()
        if key in slide_names() and str(title).strip()
    }
    return Choice(
        slides=tuple(dict.fromkeys(slides))[:MOST_SLIDES] or tuple(STANDARD),
        seconds=_seconds(content.get("seconds")),
        theme=themes.get(content.get("theme"), "auto"),
        titles=titles,
    )


def named(saved: Iterable[SavedPresentation], name: str) -> SavedPresentation | None:
    """The show of that name, however its capitals are typed; None when there is none."""
    wanted = name.strip()
    alike = [each for each in saved if each.name.casefold() == wanted.casefold()]
    return next((each for each in alike if each.name == wanted), alike[0] if alike else None)


def choice_saved(saved: SavedPresentation) -> Choice:
    """The choice of a saved show."""
    return choice_of(vars(saved))


def contact_addresses(settings: Settings) -> tuple[str, ...]:
    """Whom to call, where to write, where to go and what to visit, as the settings say; else whom to ask for."""
    known = (settings.contact_phone, settings.contact_email, settings.contact_address, settings.public_address)
    return tuple(each for each in known if each) or (OWNER,)


def named_address(name: str) -> str:
    """The address of a saved show."""
    return f"{ADDRESS}?{urlencode({'nom': name})}"


def choice_over(choice: Choice, parameters: Mapping[str, str]) -> Choice:
    """The choice with what an address says otherwise: `?vues=carte,heures&secondes=12&theme=sombre&titre.heures=…`."""
    titles = {name.removeprefix("titre."): text for name, text in parameters.items() if name.startswith("titre.")}
    return choice_of(
        {
            "slides": parameters["vues"].split(",") if "vues" in parameters else choice.slides,
            "seconds": parameters.get("secondes", choice.seconds),
            "theme": _THEMES.get(parameters["theme"], "auto") if "theme" in parameters else choice.theme,
            "titles": {**choice.titles, **titles},
        }
    )


def address_of(choice: Choice) -> str:
    """The address that shows a choice, as short as can be: what is as usual is not written."""
    parameters: dict[str, str] = {}
    if choice.slides != tuple(STANDARD):
        parameters["vues"] = ",".join(choice.slides)
    if choice.seconds != USUAL_SECONDS:
        parameters["secondes"] = str(choice.seconds)
    if choice.theme != "auto":
        parameters["theme"] = next(word for word, theme in _THEMES.items() if theme == choice.theme)
    parameters |= {f"titre.{key}": title for key, title in choice.titles.items()}
    return f"{ADDRESS}?{urlencode(parameters, safe=',')}" if parameters else ADDRESS


@cache
def slide_names() -> Mapping[str, str]:
    """Every slide there is: its code, and what the set-up page calls it."""
    return {**STANDARD, **{f"{OF_INDICATOR}{each.key}": each.label for each in choosable()}}


def _seconds(asked: object) -> int:
    text = str(asked)
    if not (text.isascii() and text.isdigit()):
        return USUAL_SECONDS
    return min(max(int(text[:6]), SHORTEST_SECONDS), LONGEST_SECONDS)


# A show frozen in a file, to be carried to a fair: the slides as they were made, and not one row they were made from.

_READ_ONLY: Final = 0o444


class NotASalonFile(Exception):
    """The file is not there, or holds something else, which must not be lost."""


class _Frozen(BaseModel):
    kind: Literal["cybercantal-salon"] = "cybercantal-salon"
    choice: Choice
    deck: Deck


def freeze(file: Path, deck: Deck, choice: Choice) -> None:
    """Freezes a show, in the place of an older one of that name; NotASalonFile when the file holds anything else.

    It is made aside and put in place once whole, and can only be read from then on.
    """
    if file.exists():
        salon_show(file)
    assert deck.frozen_at is not None
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f"{file.name}.partial")
    aside.unlink(missing_ok=True)
    try:
        aside.write_text(_Frozen(choice=choice, deck=deck).model_dump_json(), encoding="utf-8")
        aside.chmod(_READ_ONLY)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def salon_show(file: Path) -> tuple[Deck, Choice]:
    """The show frozen in a file; NotASalonFile when there is none."""
    try:
        frozen = _Frozen.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise NotASalonFile(file) from error
    return frozen.deck, choice_of(frozen.choice.model_dump())
