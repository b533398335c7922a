"""A show composed on screen: its slides, their order and titles, how long each stays; launched by a link, saved by a name."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import streamlit as st

from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings, own_address
from dashboard.figures.show import OF_INDICATOR
from dashboard.presentation import ADDRESS
from dashboard.presentation.choice import (
    MOST_SLIDES,
    STANDARD,
    Choice,
    address_of,
    choice_of,
    choice_saved,
    named,
    named_address,
    slide_names,
)
from dashboard.reporting import FORMS
from dashboard.ui import components, deeds, filters, session, store
from dashboard.ui.forms.filling import Filling, draw_marker, draw_resumed, name_on_page
from dashboard.ui.navigation import door
from dashboard.ui.visitors import deck_of, powerpoint_show
from dashboard.wording.terms import PRESENTATION_THEMES, WHAT_THIS_IS
from dashboard.wording.typography import typeset
from data_access.reads.presentation import SavedPresentation
from data_access.records import PresentationRecord
from data_access.rights import Right, allows
from data_access.writes.presentations import (
    LONGEST_SECONDS,
    LONGEST_TITLE,
    SHORTEST_SECONDS,
    record_presentation,
    remove_presentation,
)

USUAL: Final = "habituelle"
_LABELS: Final = {"name": "Nom", "slides": "Vues", "seconds": "Secondes par vue", "titles": "Titres"}
_LONGEST_NAME: Final = 60
_PREVIEW_HEIGHT: Final = 240
_SHOWN_HEIGHT: Final = 420
_KEYS: Final = "Flèches : changer de vue. Espace : pause. F : plein écran. Sur un écran tactile, glissez le doigt."
_NAME_WIDTH: Final = 172
_TITLE_WIDTH: Final = 230
_PREFIX: Final = "show-"
# The show being composed: which saved one it began from, the codes of its slides in their order, what its fields held when
# it was last drawn, when its author left that, the key that the record it makes is known by, and the right to keep it:
# whoever was signed in when it was begun goes on composing after their session ended.
_BEGUN_FROM: Final = "show-begun-from"
_ORDER: Final = "show-order"
_HELD: Final = "show-held"
_RESUMED: Final = "show-resumed"
_REQUEST: Final = "show-request"
_TOKEN: Final = "show-token"


@dataclass(frozen=True)
class _Held:
    """The order of the slides, and what each field holds, by its key."""

    order: tuple[str, ...]
    fields: Mapping[str, Any]


_ABOUT: Final = "show"


def composes() -> bool:
    """Whether who looks composes shows: whoever keeps something of the product; others look at them. Whoever was at it when
    their session ended still has it, and is told to sign in again."""
    ended = load_settings().sign_in != "demo" and _HELD in st.session_state
    return ended or allows(session.current_actor(), Right.DRAFTS)


def draw_for_readers() -> None:
    """What this is, the ways on, and the usual show."""
    components.key_sentence(WHAT_THIS_IS)
    doors = door("Voir la présentation", ADDRESS, primary=True)
    if session.current_actor().role == "public" and load_settings().sign_in != "demo":
        doors += door("Se connecter", "/connexion")
    components.html(f'<p class="cc-deeds">{doors}</p>')
    saved = store.saved_presentations()
    if saved:
        named_shows = "".join(
            f'<li><a href="{escape(named_address(each.name))}">{escape(typeset(each.name))}</a></li>' for each in saved
        )
        components.html(f'<h2 class="cc-heading">Autres présentations</h2><ul>{named_shows}</ul>')
    st.iframe(ADDRESS, height=_SHOWN_HEIGHT, alt="La présentation")
    st.caption(typeset(_KEYS))


def draw_choice() -> Choice:
    """What was just done, the show to begin from, then its slides; answers the show as it is composed now."""
    deeds.draw(_ABOUT)
    names = {USUAL: "La présentation habituelle", **{saved.name: saved.name for saved in store.saved_presentations()}}
    chosen = filters.choice(st.selectbox, "Présentation", names, key="nom", usual=USUAL, width=420)
    _begin(chosen)
    draw_resumed(st.session_state[_RESUMED], _start_again, key="show-start-again", in_form=False)
    _draw_slides()
    st.multiselect(
        "Ajouter un indicateur",
        [key for key in slide_names() if key.startswith(OF_INDICATOR) and key not in st.session_state[_ORDER]],
        format_func=lambda key: slide_names()[key],
        placeholder="Choisir parmi les indicateurs",
        key="show-added",
        on_change=_add,
        max_selections=1,
        width=420,
    )
    st.slider(_LABELS["seconds"], SHORTEST_SECONDS, LONGEST_SECONDS, key="show-seconds", width=420)
    st.segmented_control(
        "Couleurs",
        list(PRESENTATION_THEMES),
        format_func=lambda theme: PRESENTATION_THEMES[theme].title,
        key="show-theme",
    )
    return _composed()


def draw_launch(choice: Choice) -> None:
    """The button that starts the show, its link, and the show itself in small."""
    if not choice.slides:
        st.info(typeset("Cochez au moins une vue."), icon=":material/info:")
        return
    saved = _begun_from()
    unchanged = saved is not None and choice_saved(saved) == choice
    path = named_address(saved.name) if saved is not None and unchanged else address_of(choice)
    st.link_button("Lancer la présentation", path, type="primary", icon=":material/slideshow:")
    st.caption(typeset("Lien à partager. Il ouvre les vues et rien d’autre, sans compte."))
    st.code(f"{own_address(load_settings())}{path}", language=None, wrap_lines=True)
    components.file("PPTX", lambda: powerpoint_show(choice), "presentation.pptx", FORMS["pptx"], what="Vues à modifier")
    st.iframe(path, height=_PREVIEW_HEIGHT, alt="Aperçu de la présentation")
    st.caption(typeset(_KEYS))


def draw_saving(choice: Choice) -> None:
    """Saving under a name, for who coordinates; what is composed meanwhile is kept for whoever has an account."""
    state = st.session_state
    state[_HELD] = _Held(tuple(state[_ORDER]), {key: state[key] for key in state[_HELD].fields if key in state})
    state[_TOKEN] = _filling().token or state[_TOKEN]
    known = {"order": ",".join(state[_ORDER]), "seconds": str(choice.seconds), "theme": choice.theme}
    draw_marker(state[_TOKEN], prefix=_PREFIX, request_key=state[_REQUEST], known=known)
    if not session.current_actor().coordinates:
        return
    saved = _begun_from()
    st.text_input(_LABELS["name"], key="show-name", max_chars=_LONGEST_NAME, width=420)
    with st.container(horizontal=True):
        st.button("Enregistrer", icon=":material/save:", on_click=_save, args=(choice, saved), key="show-save")
        if saved is not None:
            st.button("Supprimer", icon=":material/delete:", on_click=_remove, args=(saved,), key="show-remove")


def _begin(name: str) -> None:
    """Takes into the widgets, the first time a show is chosen and whenever somebody has changed it, what is saved of it, or
    what its author left."""
    saved = named(store.saved_presentations(), name) if name != USUAL else None
    begun = (name, saved.version if saved else 0)
    state = st.session_state
    again = state.get(_BEGUN_FROM) == begun
    # Widgets forget what they held when their page is left.
    if again and all(key in state for key in state[_HELD].fields if key != "show-name"):
        return
    state[_BEGUN_FROM] = begun
    stored, kept = _stored(saved), _filling().left()
    held = state[_HELD] if again else stored
    if kept is not None:
        held = _left(kept.typed, stored)
    if kept is not None or not again:
        state[_RESUMED] = kept.saved_at if kept is not None and held != stored else None
        state[_REQUEST] = (kept.typed.get("request_key") if kept else "") or secrets.token_urlsafe(12)
    if not again:
        state[_TOKEN] = ""
    state[_HELD], state[_ORDER] = held, list(held.order)
    # Those alone: Streamlit goes through all that a session remembers for each field that it draws.
    for key, value in held.fields.items():
        state[key] = value


def _stored(saved: SavedPresentation | None) -> _Held:
    choice = Choice() if saved is None else choice_saved(saved)
    order = (*choice.slides, *(key for key in STANDARD if key not in choice.slides))
    fields: dict[str, Any] = {f"show-on-{key}": key in choice.slides for key in order}
    fields |= {f"show-title-{key}": choice.titles.get(key, "") for key in order}
    named = {"show-name": saved.name if saved else ""}
    return _Held(order, {**fields, **named, "show-seconds": choice.seconds, "show-theme": choice.theme})


def _left(typed: Mapping[str, str], stored: _Held) -> _Held:
    """What the page said that the fields held; what it did not say is as it is stored."""
    told = [key for key in dict.fromkeys(typed.get("order", "").split(",")) if key in slide_names()]
    order = (*told, *(key for key in stored.order if key not in told))

    def text(key: str) -> str | None:
        return typed.get(name_on_page(key.removeprefix(_PREFIX)))

    fields = dict(stored.fields)
    for slide in order:
        on, title = f"show-on-{slide}", f"show-title-{slide}"
        fields[on] = fields.get(on, False) if text(on) is None else text(on) == "1"
        fields[title] = fields.get(title, "") if text(title) is None else text(title)
    fields["show-name"] = fields["show-name"] if text("show-name") is None else text("show-name")
    asked = choice_of({"seconds": typed.get("seconds", stored.fields["show-seconds"]), "theme": typed.get("theme")})
    return _Held(order, {**fields, "show-seconds": asked.seconds, "show-theme": asked.theme})


def _filling() -> Filling:
    name, version = st.session_state[_BEGUN_FROM]
    return Filling("show", name, version)


def _start_again() -> None:
    """Forgets what was composed, here and elsewhere."""
    _filling().give_up(st.session_state[_REQUEST])
    del st.session_state[_BEGUN_FROM]


def _begun_from() -> SavedPresentation | None:
    name = st.session_state[_BEGUN_FROM][0]
    return None if name == USUAL else named(store.saved_presentations(), name)


def _draw_slides() -> None:
    order: list[str] = st.session_state[_ORDER]
    usual = deck_of(order).slides
    for rank, key in enumerate(order):
        name = slide_names()[key]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.checkbox(name, key=f"show-on-{key}", width=_NAME_WIDTH)
            st.text_input(
                typeset(f"Titre : {name}"),
                placeholder=usual[key].title if key in usual else "rien à montrer aujourd’hui",
                key=f"show-title-{key}",
                max_chars=LONGEST_TITLE,
                label_visibility="collapsed",
                width=_TITLE_WIDTH,
            )
            for sign, verb, step in (("↑", "Monter", -1), ("↓", "Descendre", 1)):
                st.button(
                    sign,
                    help=typeset(f"{verb} : {name}"),
                    on_click=_move,
                    args=(rank, step),
                    key=f"show-{step}-{key}",
                    disabled=not 0 <= rank + step < len(order),
                )


def _move(rank: int, step: int) -> None:
    order: list[str] = st.session_state[_ORDER]
    order[rank], order[rank + step] = order[rank + step], order[rank]


def _add() -> None:
    for key in st.session_state["show-added"]:
        st.session_state[_ORDER].append(key)
        st.session_state[f"show-on-{key}"], st.session_state[f"show-title-{key}"] = True, ""
    st.session_state["show-added"] = []


def _composed() -> Choice:
    state = st.session_state
    slides = [key for key in state[_ORDER] if state[f"show-on-{key}"]][:MOST_SLIDES]
    titles = {key: state[f"show-title-{key}"] for key in slides}
    content = {"slides": slides, "seconds": state["show-seconds"], "theme": state["show-theme"], "titles": titles}
    composed = choice_of(content)
    # Nothing ticked is nothing to show, not the usual show.
    return composed if slides else composed.model_copy(update={"slides": ()})


def _save(choice: Choice, saved: SavedPresentation | None) -> None:
    name = str(st.session_state["show-name"])
    # Under another name it is another show; the one it began from stays.
    same = saved is not None and saved.name.casefold() == name.strip().casefold()
    with deeds.telling(_ABOUT, lambda field: _LABELS.get(field, "")) as outcome:
        record = PresentationRecord(
            name=name,
            slides=choice.slides,
            seconds=choice.seconds,
            theme=choice.theme,
            titles=dict(choice.titles),
            request_key=st.session_state[_REQUEST],
            base_version=saved.version if saved is not None and same else 0,
        )
        with store.writing() as connection:
            record_presentation(
                connection,
                session.current_actor(),
                record,
                now=clock.now(),
                row_id=saved.row_id if saved is not None and same else None,
            )
            _filling().forget(connection)
        filters.take("nom", str(record.name))
        outcome.said = f"Présentation « {record.name} » enregistrée. Son lien est ci-dessous."


def _remove(saved: SavedPresentation) -> None:
    with deeds.telling(_ABOUT) as outcome:
        with store.writing() as connection:
            remove_presentation(connection, session.current_actor(), row_id=saved.row_id, now=clock.now())
            _filling().forget(connection)
        filters.take("nom", USUAL)
        outcome.said = f"Présentation « {saved.name} » supprimée. Son lien ne mène plus nulle part."
