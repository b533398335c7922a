"""What the real server takes from one browser: its own origin, so many sockets, messages that pages send, files of its own."""

import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from dashboard.identity import accounts
from dashboard.identity.signing import POSTER_SUFFIX, check_in_path
from dashboard.web.middleware import LARGEST_OF_A_VISITOR, LONGEST_QUERY, SOCKETS_OF_A_SOURCE
from data_access.engine import writing
from data_access.schema import account
from tests.browser.server import running_server
from tests.dashboard.sign_in.visitors import ELISE, HELENE, add_account
from tests.databases import engine_at, sqlite_copy
from tests.factories import add_centre

pytestmark = pytest.mark.slow
COORDINATOR = "coordination@example.org"


class Server:
    """The real server with local accounts, and its database."""

    def __init__(self, address: str, engine: sa.Engine) -> None:
        self.address, self.engine = address, engine

    def cookie(self, email: str) -> str:
        with self.engine.connect() as connection:
            account_id = connection.execute(sa.select(account.c.id).where(account.c.email == email)).scalar_one()
        return accounts.start_session(account_id)

    def socket(self, cookie: str = "", origin: str | None = "") -> ClientConnection:
        return connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            origin=None if origin is None else Origin(origin or self.address),
            additional_headers={"Cookie": f"{accounts.COOKIE}={cookie}"},
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
        )

    def get(self, path: str, cookie: str) -> tuple[int, bytes, str]:
        """The status, the content and how long it is kept."""
        asked = urllib.request.Request(f"{self.address}{path}", headers={"Cookie": f"{accounts.COOKIE}={cookie}"})
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status, answer.read(), answer.headers["Cache-Control"]
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read(), refused.headers["Cache-Control"]


# On SQLite: what is refused here is refused before any database, and what is asked of both is asked by forged messages.
@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("bounds")
    url = sqlite_copy(sqlite_template, folder)
    with pytest.MonkeyPatch.context() as patch:
        engine = engine_at(url)
        with writing(engine) as connection:
            add_centre(connection, "MURAT")
        for email, role in {HELENE: "administrator", COORDINATOR: "coordinator", ELISE: "viewer"}.items():
            add_account(engine, email, role, password=None)
        patch.setenv("CYBERCANTAL_DATABASE_URL", url)
        patch.setenv("CYBERCANTAL_DATA_FOLDER", str(folder))
        settings = {"CYBERCANTAL_SIGN_IN": "local", "CYBERCANTAL_DATABASE_URL": url}
        with running_server(folder, settings=settings) as address:
            yield Server(address, engine)
        engine.dispose()


def connect_to_port_of(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(server.address).port or 0), timeout=60)


def page(name: str, query: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.page_name = name
    message.rerun_script.query_string = query
    return message.SerializeToString()


def answers(socket: ClientConnection, until: str = "script_finished") -> list[ForwardMsg]:
    received: list[ForwardMsg] = []
    while not received or received[-1].WhichOneof("type") != until:
        message = ForwardMsg()
        message.ParseFromString(socket.recv(60, decode=False))
        received.append(message)
    return received


@pytest.mark.parametrize("origin", [None, "another port", "http://evil.example", "null"])
def test_a_socket_is_for_the_pages_of_this_server_alone(server: Server, origin: str | None) -> None:
    if origin == "another port":
        origin = f"http://127.0.0.1:{(urlsplit(server.address).port or 0) + 1}"

    with pytest.raises(InvalidStatus):
        server.socket(origin=origin)


@pytest.mark.parametrize("kind", ["clear_cache", "set_run_on_save", "load_git_info", "debug_shutdown_runtime"])
def test_messages_of_who_develops_do_nothing(server: Server, kind: str) -> None:
    message = BackMsg()
    setattr(message, kind, True)
    with server.socket(server.cookie(HELENE)) as socket:
        socket.send(message.SerializeToString())
        socket.send(page("methodologie"))

        told = [each.WhichOneof("type") for each in answers(socket)]

    assert told[0] in {"new_session", "session_status_changed"}
    assert "git_info_changed" not in told


@pytest.mark.parametrize("what", ["query", "message"])
def test_a_message_too_large_closes_its_socket(server: Server, what: str) -> None:
    sent = page("", "a" * (LONGEST_QUERY + 1)) if what == "query" else page("", "") + b"\x00" * LARGEST_OF_A_VISITOR
    with server.socket() as socket:
        socket.send(sent)

        with pytest.raises(ConnectionClosed):
            answers(socket)


def test_who_is_not_signed_in_has_so_many_sockets_and_others_are_not_kept_out(server: Server) -> None:
    with ExitStack() as held:
        for _ in range(SOCKETS_OF_A_SOURCE):
            held.enter_context(server.socket())
        with pytest.raises(InvalidStatus):
            server.socket()
        held.enter_context(server.socket(server.cookie(ELISE)))
    with server.socket():
        pass


def test_a_long_address_is_refused(server: Server) -> None:
    assert server.get(f"/?a={'b' * LONGEST_QUERY}", "")[0] == 414


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_neither_a_page_nor_a_socket_is_given_under_another_name(server: Server, host: str) -> None:
    asked = urllib.request.Request(f"{server.address}/connexion", headers={"Host": host})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(asked, timeout=60)
    with connect_to_port_of(server) as plain:
        plain.sendall(
            f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert plain.recv(100).split()[1] == b"403"


def test_the_poster_names_the_port_that_is_listened_on(server: Server) -> None:
    path = check_in_path("MURAT")

    assert f"{server.address}{path}" in server.get(f"{path}{POSTER_SUFFIX}", "")[1].decode()


def test_a_file_follows_its_browser_and_its_rights(server: Server) -> None:
    cookie, other = server.cookie(COORDINATOR), server.cookie(HELENE)
    with server.socket(cookie) as socket:
        socket.send(page("methodologie"))
        bodies = (each.delta.new_element.html.body for each in answers(socket) if each.WhichOneof("type") == "delta")
        address = next(found[1] for body in bodies if (found := re.search(r'href="(/fichiers/[^"]+\.csv)"', body)))

        status, content, kept = server.get(address, cookie)

        assert (status, kept) == (200, "no-store")
        assert content.startswith("\ufeff".encode())
        assert server.get(address, other)[0] == 404
        assert server.get(address, "")[0] == 403
        with writing(server.engine) as connection:
            connection.execute(sa.update(account).where(account.c.email == COORDINATOR).values(role="viewer"))
        assert server.get(address, cookie)[0] == 403
