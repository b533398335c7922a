"""What other sites show of the network: pages of ours without a script, which they set in a frame, and a feed of what comes.

There are none until the setting says which sites may frame them. Everything is told as it is told to anybody.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.configuration.settings import load_settings, own_address
from dashboard.web import document
from dashboard.web.document import ASK_AGAIN, Asset
from dashboard.web.warm_up import wait_until_warm
from data_access.rights import PUBLICATION

ADDRESS: Final = "/integrer"
_EVENTS_SHOWN: Final = 10
# Nothing of others, no script: what a page of another site holds is a picture of ours, with links.
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "font-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
_FOR_EVERY_SITE: Final = {"Cross-Origin-Resource-Policy": "cross-origin"}


def _served(make: Callable[[Request], Asset | None], request: Request) -> Response:
    """What is made for a request, to be framed by the sites of the setting; 404 without any, and where there is nothing."""
    sites = load_settings().framed_by
    # Imported late: the server listens before they are loaded.
    wait_until_warm()
    from dashboard.ui import session

    with session.acting(PUBLICATION), session.one_look():
        asset = make(request) if sites else None
    if asset is None:
        return document.not_found_page().response(request, ASK_AGAIN, status=404)
    answer = asset.response(request, ASK_AGAIN)
    answer.headers.update(_FOR_EVERY_SITE)
    answer.headers["Content-Security-Policy"] = f"{_POLICY}; frame-ancestors 'self' {' '.join(sites)}"
    return answer


def index(_request: Request) -> Asset:
    """What can be shown, each with the two lines to paste."""
    from dashboard.presentation.choice import slide_names
    from dashboard.ui import filters

    offered = [
        ("Les places libres de tout le réseau", "places", 640),
        *((f"Les places libres : {name}", f"places/{code}", 200) for code, name in filters.centre_names().items()),
        ("Les prochains rendez-vous", "rendez-vous", 480),
        *(
            (name, f"chiffre/{key}", 200)
            for key, name in slide_names().items()
            if key not in ("direct", "carte", "agenda", "contact")
        ),
    ]
    return _page("embeds.html", offered=offered)


def places(request: Request) -> Asset | None:
    """Where a seat is free now: all places in service, or one of them; None for a place that is not."""
    from dashboard.configuration import clock
    from dashboard.figures import occupancy
    from dashboard.figures.model import EVERYBODY
    from dashboard.ui import store
    from dashboard.wording import dates

    code = request.path_params.get("code")
    minute = clock.now().replace(second=0, microsecond=0)
    now = store.said(occupancy.now, store.live_occupancy(at=minute), None, EVERYBODY)
    shown = [place for place in now.places if code in (None, place.code)]
    if code and not shown:
        return None
    return _page(
        "embedded_places.html",
        places=sorted(shown, key=lambda place: place.name),
        alone=bool(code),
        at=dates.date_and_time(minute),
    )


def events(_request: Request) -> Asset:
    """What comes next, the soonest first."""
    return _page("embedded_events.html", events=_coming()[:_EVENTS_SHOWN])


def feed(_request: Request) -> Asset:
    """The same as an Atom feed, to subscribe to (RFC 4287)."""
    from dashboard.configuration import clock
    from dashboard.exports.calendar import identity
    from dashboard.ui import store
    from dashboard.wording.terms import DEMONSTRATION, PROGRAMME

    invented = store.is_demonstration()
    midnight = datetime.combine(clock.today(), datetime.min.time(), clock.now().tzinfo).isoformat()
    own = own_address(load_settings())
    atom = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "fr"})

    def tell(where: ElementTree.Element, name: str, text: str = "", **attributes: str) -> None:
        ElementTree.SubElement(where, name, attributes).text = text or None

    tell(atom, "id", f"{own}{ADDRESS}/rendez-vous.atom")
    tell(atom, "title", f"{PROGRAMME} : rendez-vous" + (f" ({DEMONSTRATION})" if invented else ""))
    tell(atom, "updated", midnight)
    tell(atom, "link", rel="self", href=f"{own}{ADDRESS}/rendez-vous.atom")
    author = ElementTree.SubElement(atom, "author")
    tell(author, "name", PROGRAMME)
    for row in _coming():
        entry = ElementTree.SubElement(atom, "entry")
        tell(entry, "id", f"urn:uuid:{_uuid(identity(row['key'], demonstration=invented))}")
        tell(entry, "title", row["summary"])
        tell(entry, "updated", midnight)
        tell(entry, "link", href=f"{own}/agenda")
        tell(entry, "content", "\n".join(filter(None, (row["when"], row["where"], row["description"]))), type="text")
    return Asset(ElementTree.tostring(atom, encoding="utf-8", xml_declaration=True), ".atom")


def _uuid(name: str) -> str:
    from uuid import NAMESPACE_URL, uuid5

    return str(uuid5(NAMESPACE_URL, name))


def figure(request: Request) -> Asset | None:
    """One figure, as the show tells it to visitors; None for one that the show does not know or has nothing to say of."""
    from dashboard.presentation.choice import slide_names
    from dashboard.ui import visitors

    key = request.path_params["key"]
    slide = visitors.deck_of((key,)).slides.get(key) if key in slide_names() else None
    return _page("embedded_figure.html", slide=slide) if slide and slide.number else None


def _coming() -> list[dict[str, Any]]:
    """What is announced from today on, with its words and `when` it is."""
    import polars as pl

    from dashboard.configuration import clock
    from dashboard.figures.agenda import worded
    from dashboard.ui import store
    from dashboard.wording import dates

    today = clock.today()
    rows = worded(store.announced(on=today).filter(pl.col("ends_on") >= today), today=today).sort(
        "starts_on", "starts_at"
    )
    return [
        {**row, "when": ", ".join(filter(None, (dates.from_to(row["starts_on"], row["ends_on"]), row["hours"])))}
        for row in rows.iter_rows(named=True)
    ]


def _page(template: str, **values: Any) -> Asset:
    from dashboard.ui import store
    from dashboard.wording.terms import DEMONSTRATION

    told: Mapping[str, Any] = {
        "own": own_address(load_settings()),
        "demonstration": DEMONSTRATION if store.is_demonstration() else "",
    }
    return Asset(document.render(template, **told, **values).encode(), ".html")


EMBED_ROUTES: Final = tuple(
    Route(f"{ADDRESS}{path}", partial(_served, make))
    for path, make in {
        "": index,
        "/places": places,
        "/places/{code}": places,
        "/rendez-vous": events,
        "/rendez-vous.atom": feed,
        "/chiffre/{key}": figure,
    }.items()
)
