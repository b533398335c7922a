"""What a program sends to the server in the place of a browser: it gets what its account may have, and nothing else."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from dashboard.identity import accounts
from data_access.schema import account, audit_entry
from tests.browser.server import running_server
from tests.dashboard.sign_in.visitors import ELISE, HELENE, add_account
from tests.databases import engine_at

SECRET = "helene.vaurs"
MOST_MESSAGES = 400
PATIENCE_SECONDS = 30
REFUSED = ":material/error:"


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, sa.Engine]]:
    """The address of the real server with local accounts, and its database."""
    folder = tmp_path_factory.mktemp("forged")
    url = f"sqlite:///{shutil.copy(sqlite_template, folder / 'cybercantal.sqlite')}"
    engine = engine_at(url)
    add_account(engine, HELENE, "administrator", password=None)
    add_account(engine, ELISE, "viewer", password=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CYBERCANTAL_DATABASE_URL", url)
        with running_server(folder, settings={"CYBERCANTAL_SIGN_IN": "local"}) as address:
            yield address, engine
    engine.dispose()


def cookie_of(engine: sa.Engine, email: str) -> str:
    with engine.connect() as connection:
        account_id = connection.execute(sa.select(account.c.id).where(account.c.email == email)).scalar_one()
    return accounts.start_session(account_id)


def asked(address: str, cookie: str, page: str, *, then: list[WidgetState] | None = None) -> list[ForwardMsg]:
    """Everything the server sends for one run of a page, asked as the first word of a session; `then`, for a second one."""
    received: list[ForwardMsg] = []
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    cookies = {"Cookie": f"{accounts.COOKIE}={cookie}"}
    with connect(
        stream,
        origin=Origin(address),
        additional_headers=cookies,
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    ) as socket:
        for widgets in ([], then) if then else ([],):
            sent = BackMsg()
            sent.rerun_script.page_name = page
            sent.rerun_script.widget_states.widgets.extend(widgets)
            socket.send(sent.SerializeToString())
            for _ in range(MOST_MESSAGES):
                message = ForwardMsg()
                message.ParseFromString(socket.recv(PATIENCE_SECONDS, decode=False))
                received.append(message)
                if message.WhichOneof("type") == "script_finished":
                    break
    return received


def text_of(messages: list[ForwardMsg]) -> str:
    return "\n".join(str(message.delta) for message in messages if message.WhichOneof("type") == "delta")


def denials(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        counted = sa.select(sa.func.count()).select_from(audit_entry).where(audit_entry.c.action == "denied")
        return int(connection.execute(counted).scalar_one())


def test_the_page_of_accounts_is_for_who_administers(server: tuple[str, sa.Engine]) -> None:
    address, engine = server
    before = denials(engine)

    assert SECRET in text_of(asked(address, cookie_of(engine, HELENE), "comptes"))
    assert denials(engine) == before
    for cookie in ("", "made-up"):
        told = text_of(asked(address, cookie, "comptes"))
        assert "Connectez-vous pour ouvrir cette page." in told
        assert SECRET not in told
    told = text_of(asked(address, cookie_of(engine, ELISE), "comptes"))
    assert SECRET not in told
    assert denials(engine) == before + 1


def test_a_button_of_another_page_does_nothing_when_pressed_from_afar(server: tuple[str, sa.Engine]) -> None:
    """The numbers of widgets are no secret: an administrator's own page gives them here."""
    address, engine = server
    page = asked(address, cookie_of(engine, HELENE), "comptes")
    elements = [message.delta.new_element for message in page if message.WhichOneof("type") == "delta"]
    buttons = [each.button.id for each in elements if each.WhichOneof("type") == "button" and "save" in each.button.id]
    fields = [each.text_input.id for each in elements if each.WhichOneof("type") == "text_input"]
    assert buttons
    assert len(fields) == 2
    forged = [WidgetState(id=field, string_value="intrus@example.org") for field in fields]
    forged += [WidgetState(id=button, trigger_value=True) for button in buttons]

    # An animator without a place is refused: it was heard.
    assert REFUSED in text_of(asked(address, cookie_of(engine, HELENE), "comptes", then=forged))
    for email in ("", ELISE):
        cookie = cookie_of(engine, email) if email else ""
        told = text_of(asked(address, cookie, "comptes", then=forged))
        assert "intrus" not in told
        assert REFUSED not in told

    with engine.connect() as connection:
        assert set(connection.execute(sa.select(account.c.email)).scalars()) == {HELENE, ELISE}
