"""What a program sends to the server in the place of a browser: it gets what its account may have, and nothing else."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from google.protobuf.text_format import MessageToString
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from dashboard.identity import accounts
from dashboard.ui.forms.entries.subjects import ENTRY_FORMS
from dashboard.wording.refusals import refusal_sentence
from data_access.entries import KINDS
from data_access.refusals import Rule
from data_access.rights import Actor, Role
from data_access.schema import (
    account,
    agreement,
    audit_entry,
    course,
    event,
    member_service,
    pass_membership,
    person,
    placement,
    support,
    welcome_household,
    welcome_session,
)
from tests.browser.server import running_server
from tests.conftest import database_like
from tests.dashboard.sign_in.visitors import ELISE, HELENE, add_account
from tests.data_access.club import add_agreement, add_membership, add_person, add_service, add_support, rows
from tests.databases import Templates, engine_at
from tests.factories import add_centre

SECRET = "helene.vaurs"
MOST_MESSAGES = 400
PATIENCE_SECONDS = 60
REFUSED = ":material/error:"
# What is told of a page that an exception ended.
BROKEN = "Référence : "
COORDINATOR, ANIMATOR = "coordination@example.org", "animation@example.org"
ACCOUNTS: dict[str, Role] = {
    HELENE: "administrator", COORDINATOR: "coordinator", ANIMATOR: "animator", ELISE: "viewer",
}  # fmt: skip
BEGUN = date(2017, 3, 1)
# Somebody of a centre that the animator does not keep: their names are in no answer, their rows change by no message.
NAME_ELSEWHERE, ADDRESS_ELSEWHERE = "Rastignac-Ailleurs", "rastignac@ailleurs.example"
FORMS = {form.key: form for form in ENTRY_FORMS}
CHOSEN = {key: [field for field in form.fields if field.widget == "choice"] for key, form in FORMS.items()}
WITH_CHOICES = [key for key, fields in CHOSEN.items() if fields]


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    """Murat, that the animator keeps, and Ydes: in each a person with what a person may have, and an event."""

    def write(connection: sa.Connection) -> None:
        for number, (code, name, address) in enumerate(
            (("MURAT", "Vidal", "vidal@murat.example"), ("YDES", NAME_ELSEWHERE, ADDRESS_ELSEWHERE)), start=1
        ):
            centre_id = add_centre(connection, code)
            person_id = add_person(connection, family_name=name, email=address, phone="0471000000")
            add_agreement(connection, person_id, centre_id, BEGUN)
            add_membership(connection, person_id, f"PAM-{number}", BEGUN, date(2017, 9, 1))
            add_service(connection, person_id, "mail", BEGUN, centre_id=centre_id)
            add_support(connection, "housing", BEGUN, person_id=person_id)
            begins = datetime(2017, 5, 2, 8, tzinfo=UTC)
            for table, values in (
                (course, {"code": f"F{number}", "title": f"Formation {number}"}),
                (placement, {"aim": 1, "candidate_ref": f"C-{number}", "stage": "informed", "informed_on": BEGUN}),
                (event, {"kind": "talk", "title": f"Causerie {code}", "starts_at": begins, "centre_id": centre_id}),
                (welcome_session, {"id": number, "number": number, "starts_on": BEGUN, "ends_on": BEGUN}),
                (
                    welcome_household,
                    {"welcome_session_id": number, "project_kind": "telework", "holders": 1, "people": 2,
                     "outcome": "pending"},
                ),
            ):  # fmt: skip
                connection.execute(sa.insert(table).values(values))

    return write


@dataclass(frozen=True)
class Server:
    """The real server with local accounts, and its database."""

    address: str
    engine: sa.Engine

    def cookie(self, email: str) -> str:
        with self.engine.connect() as connection:
            account_id = connection.execute(sa.select(account.c.id).where(account.c.email == email)).scalar_one()
        return accounts.start_session(account_id)

    def denials(self) -> list[tuple[str, str]]:
        """Who was denied what, in the order of the journal."""
        with self.engine.connect() as connection:
            told = sa.select(audit_entry.c.actor, audit_entry.c.row_key).where(audit_entry.c.action == "denied")
            return [(actor, about) for actor, about in connection.execute(told.order_by(audit_entry.c.id))]

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of what entries record."""
        with self.engine.connect() as connection:
            return {kind.table.name: rows(connection, kind.table) for kind in KINDS.values()}

    def id_elsewhere(self, table: sa.Table) -> int:
        """The row of a table that is of Ydes, or of who is known there: the second of each."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(table.c.id).order_by(table.c.id)).scalars().all()
        return int(found[1])


# What the screens refuse, they refuse before any database: PostgreSQL is asked when there is time.
@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def server(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("forged")
    with database_like(templates, request, folder) as url, pytest.MonkeyPatch.context() as patch:
        engine = engine_at(url)
        for email, role in ACCOUNTS.items():
            add_account(engine, email, role, password=None)
        patch.setenv("CYBERCANTAL_DATABASE_URL", url)
        settings = {"CYBERCANTAL_SIGN_IN": "local", "CYBERCANTAL_DATABASE_URL": url}
        with running_server(folder, settings=settings) as address:
            yield Server(address, engine)
        engine.dispose()


@dataclass(frozen=True)
class Answer:
    """What the server sent for one run of a page."""

    messages: Sequence[ForwardMsg]

    @property
    def text(self) -> str:
        """All that is drawn, as it is sent."""
        return "\n".join(
            MessageToString(each.delta, as_utf8=True) for each in self.messages if each.WhichOneof("type") == "delta"
        ).replace("\u00a0", " ")

    @property
    def elements(self) -> list[Any]:
        """Each element that is drawn."""
        deltas = (each.delta for each in self.messages if each.WhichOneof("type") == "delta")
        return [delta.new_element for delta in deltas if delta.WhichOneof("type") == "new_element"]

    def widget(self, kind: str, form_key: str, name: str) -> str:
        """The number of a widget of an entry form: it ends with its key."""
        found = [getattr(each, kind).id for each in self.elements if each.WhichOneof("type") == kind]
        return next(each for each in found if f"entry-{form_key}-" in each and each.endswith(f"-{name}"))


Forge = Callable[[Answer], list[WidgetState]]


def asked(server: Server, cookie: str, page: str, *, then: Forge | None = None, query: str = "") -> list[Answer]:
    """The answers to a page asked as the first word of a session and, with `then`, to what is forged from the first."""
    stream = f"{server.address.replace('http', 'ws', 1)}/_stcore/stream"
    answers: list[Answer] = []
    with connect(
        stream,
        origin=Origin(server.address),
        additional_headers={"Cookie": f"{accounts.COOKIE}={cookie}"},
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    ) as socket:
        for forge in (lambda _first: [], then)[: 1 if then is None else 2]:
            sent = BackMsg()
            sent.rerun_script.page_name = page
            sent.rerun_script.query_string = query
            if forge is not None and answers:
                sent.rerun_script.widget_states.widgets.extend(forge(answers[0]))
            socket.send(sent.SerializeToString())
            answers.append(_one_run(socket))
    return answers


def _one_run(socket: Any) -> Answer:
    received: list[ForwardMsg] = []
    for _ in range(MOST_MESSAGES):
        message = ForwardMsg()
        message.ParseFromString(socket.recv(PATIENCE_SECONDS, decode=False))
        received.append(message)
        if message.WhichOneof("type") == "script_finished":
            break
    return Answer(received)


def told(server: Server, cookie: str, page: str, *, then: Forge | None = None, query: str = "") -> str:
    return asked(server, cookie, page, then=then, query=query)[-1].text


def forged(form_key: str, values: dict[str, str], page: Answer) -> list[WidgetState]:
    """The form sent with these values in its lists, and its button pressed: the numbers of widgets are in the page."""
    lists = [
        WidgetState(id=page.widget("selectbox", form_key, name), string_value=value) for name, value in values.items()
    ]
    return [*lists, WidgetState(id=page.widget("button", form_key, "save"), trigger_value=True)]


def allowed(role: Role) -> list[str]:
    actor = Actor("x@example.org", role, frozenset({"MURAT"}))
    return [key for key in WITH_CHOICES if FORMS[key].allowed(actor)]


def test_the_page_of_accounts_is_for_who_administers(server: Server) -> None:
    before = len(server.denials())

    assert SECRET in told(server, server.cookie(HELENE), "comptes")
    assert len(server.denials()) == before
    for cookie in ("", "made-up"):
        said = told(server, cookie, "comptes")
        assert "Connectez-vous pour ouvrir cette page." in said
        assert SECRET not in said
    assert SECRET not in told(server, server.cookie(ELISE), "comptes")
    assert server.denials()[before:] == [(ELISE, "page accounts")]


def test_a_button_of_another_page_does_nothing_when_pressed_from_afar(server: Server) -> None:
    """The numbers of widgets are no secret: an administrator's own page gives them here."""
    [page] = asked(server, server.cookie(HELENE), "comptes")
    buttons = [each.button.id for each in page.elements if each.WhichOneof("type") == "button"]
    buttons = [each for each in buttons if "save" in each]
    fields = [each.text_input.id for each in page.elements if each.WhichOneof("type") == "text_input"]
    assert buttons
    assert len(fields) == 2
    sent = [WidgetState(id=field, string_value="intrus@example.org") for field in fields]
    sent += [WidgetState(id=button, trigger_value=True) for button in buttons]

    # An animator without a place is refused: it was heard.
    assert REFUSED in told(server, server.cookie(HELENE), "comptes", then=lambda _page: sent)
    for email in ("", ELISE, ANIMATOR, COORDINATOR):
        cookie = server.cookie(email) if email else ""
        said = told(server, cookie, "comptes", then=lambda _page: sent)
        assert "intrus" not in said
        assert REFUSED not in said

    with server.engine.connect() as connection:
        assert set(connection.execute(sa.select(account.c.email)).scalars()) == set(ACCOUNTS)


def test_a_role_and_a_centre_that_were_not_offered_are_refused_and_written_down(server: Server) -> None:
    def forge(page: Answer) -> list[WidgetState]:
        ids = {
            (kind, getattr(each, kind).id.rpartition("-")[2]): getattr(each, kind).id
            for each in page.elements
            if (kind := each.WhichOneof("type")) in ("selectbox", "multiselect", "text_input", "button")
        }
        role = WidgetState(id=ids["selectbox", "role"], string_value="intrus")
        centres = WidgetState(id=ids["multiselect", "centres"])
        centres.string_array_value.data.append("NULLE-PART")
        texts = [
            WidgetState(id=ids["text_input", name], string_value="intrus@example.org") for name in ("email", "name")
        ]
        return [role, centres, *texts, WidgetState(id=ids["button", "save"], trigger_value=True)]

    before = len(server.denials())
    said = told(server, server.cookie(HELENE), "comptes", then=forge)

    assert BROKEN not in said
    assert refusal_sentence(Rule.NOT_IN_LIST, {"label": "Rôle"}).replace("\u00a0", " ") in said
    assert server.denials()[before:] == [(HELENE, "form comptes role"), (HELENE, "form comptes centres")]
    with server.engine.connect() as connection:
        assert set(connection.execute(sa.select(account.c.email)).scalars()) == set(ACCOUNTS)


@pytest.mark.parametrize("forgery", ["999999", "intrus"])
@pytest.mark.parametrize("email", [COORDINATOR, ANIMATOR])
def test_a_value_that_no_list_offered_is_refused_and_written_down(server: Server, email: str, forgery: str) -> None:
    """Each list of each entry form at once: each is told in French by its name, and none is written or breaks the page."""
    stored, wrong = server.records(), []
    for key in allowed(ACCOUNTS[email]):
        before = len(server.denials())
        values = {field.name: forgery for field in CHOSEN[key]}
        said = told(
            server,
            server.cookie(email),
            "autres-saisies",
            then=partial(forged, key, values),
            query=f"saisie={key}&geste=noter",
        )
        sentences = [refusal_sentence(Rule.NOT_IN_LIST, {"label": field.label}) for field in CHOSEN[key]]
        wrong += [(key, sentence) for sentence in sentences if sentence.replace("\u00a0", " ") not in said]
        wrong += [(key, "the page broke")] if BROKEN in said else []
        expected = sorted((email, f"form {key} {field.name}") for field in CHOSEN[key])
        wrong += [(key, "denials")] if sorted(server.denials()[before:]) != expected else []

    assert wrong == []
    assert server.records() == stored


# What an animator knows the number of, and does not keep: the rest of the form could be recorded as it is.
ELSEWHERE: dict[tuple[str, str], sa.Table] = {
    ("adhesion", "person_id"): person,
    ("convention", "person_id"): person,
    ("service", "person_id"): person,
    ("suite-adhesion", "membership_id"): pass_membership,
    ("presents", "event_id"): event,
}


def test_what_is_of_another_centre_is_neither_written_nor_shown(server: Server) -> None:
    stored, cookie = server.records(), server.cookie(ANIMATOR)
    forgeries = {place: str(server.id_elsewhere(table)) for place, table in ELSEWHERE.items()}
    forgeries |= {
        (key, field.name): "YDES" for key in allowed("animator") for field in CHOSEN[key] if field.name == "centre_code"
    }
    wrong = []
    for (key, name), value in forgeries.items():
        before = len(server.denials())
        answers = asked(
            server,
            cookie,
            "autres-saisies",
            then=partial(forged, key, {name: value}),
            query=f"saisie={key}&geste=noter",
        )
        wrong += [(key, name, "shown") for each in answers if NAME_ELSEWHERE in each.text or BROKEN in each.text]
        wrong += [(key, name, "no sentence")] if REFUSED not in answers[-1].text else []
        if server.denials()[before:] != [(ANIMATOR, f"form {key} {name}")]:
            wrong.append((key, name, "no denial"))

    assert wrong == []
    assert server.records() == stored


RECORDS_ELSEWHERE: dict[str, sa.Table] = {
    "personne": person,
    "adhesion": pass_membership,
    "suite-adhesion": pass_membership,
    "convention": agreement,
    "service": member_service,
    "accompagnement": support,
    "rendez-vous": event,
    "presents": event,
}


@pytest.mark.parametrize("email", [HELENE, ANIMATOR, ELISE])
def test_a_record_of_another_centre_is_not_opened_by_its_number(server: Server, email: str) -> None:
    shown = []
    for key, table in RECORDS_ELSEWHERE.items():
        before = len(server.denials())
        query = f"saisie={key}&fiche={server.id_elsewhere(table)}"
        said = told(server, server.cookie(email), "autres-saisies", query=query)
        if NAME_ELSEWHERE in said or ADDRESS_ELSEWHERE in said or "Causerie YDES" in said or BROKEN in said:
            shown.append(key)
        # A form that is not theirs at all gives way to another.
        heard = email == ANIMATOR and not FORMS[key].allowed(Actor(email, "animator", frozenset({"MURAT"})))
        if not heard and len(server.denials()) == before:
            shown.append(f"{key}: no denial")

    assert shown == []


@pytest.mark.parametrize("email", [HELENE, ELISE])
def test_who_enters_nothing_records_nothing_with_the_widgets_of_who_does(server: Server, email: str) -> None:
    stored = server.records()
    for key in WITH_CHOICES:
        if key not in allowed("coordinator"):
            continue
        [page] = asked(server, server.cookie(COORDINATOR), "autres-saisies", query=f"saisie={key}&geste=noter")
        sent = forged(key, {}, page)
        said = told(server, server.cookie(email), "autres-saisies", then=lambda _page, sent=sent: sent)
        assert "Cette page est réservée" in said

    assert server.records() == stored
    assert (email, "page other_entries") in server.denials()
