"""Two processes on one PostgreSQL behind nginx, by the very file that `cybercantal deploy` gives: whichever answers next,
uploads and downloads work, and when one is killed in the middle of an entry, nothing typed is lost.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, Page, expect

from dashboard.command.deploy import server_files
from dashboard.configuration.settings import Settings
from dashboard.exports import tables
from dashboard.imports.kinds import KINDS, model_table
from data_access.engine import open_engine, writing
from data_access.schema import attendance_day, dataset
from tests.browser.server import free_port, started_server
from tests.browser.visits import PATIENCE_MS, open_page, wait_until_drawn, watched_context
from tests.browser.weekly_form import SAVE
from tests.dashboard.sign_in.visitors import GOOD, add_account
from tests.databases import PostgreSQLServer
from tests.factories import add_centre

# Servers, a proxy and a browser: it takes long because it must.
pytestmark = pytest.mark.slow

HOST, TODAY, MONDAY = "localhost", date(2017, 5, 30), "2017-05-22"
AUTHOR = "elise@cantal.fr"
FIGURES = "1201"


@dataclass
class Site:
    """What a browser reaches, and the processes behind."""

    address: str
    processes: list[psutil.Process]
    engine: sa.Engine

    def holder(self) -> psutil.Process:
        """The process that holds the page that is open: a socket stays open between it and nginx."""
        held = {process.pid: self._sockets(process) for process in self.processes if process.is_running()}
        pid = max(held, key=lambda each: held[each])
        assert held[pid], "no page is open"
        return psutil.Process(pid)

    @staticmethod
    def _sockets(process: psutil.Process) -> int:
        own = {each.laddr.port for each in process.net_connections("tcp") if each.status == psutil.CONN_LISTEN}
        return sum(
            each.status == psutil.CONN_ESTABLISHED and each.laddr.port in own for each in process.net_connections("tcp")
        )

    @property
    def stored(self) -> list[int]:
        with self.engine.connect() as connection:
            return list(connection.scalars(sa.select(attendance_day.c.half_days).order_by(attendance_day.c.day)))


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    written = folder / "certificat.pem", folder / "certificat.key"
    written[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    written[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return written


def nginx_configuration(folder: Path, ports: list[int], https: int) -> Path:
    """The file that is given, with doors and folders that a test may use; all that it rules stays as it is."""
    settings = Settings(public_address=f"https://{HOST}", port=ports[0])
    ((_name, site),) = server_files("nginx", settings, processes=len(ports))
    certificate, key = self_signed(folder)
    for pattern, put in (
        (r"listen \[::\]:\d+[^;]*;", ""),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen 443 ", f"listen 127.0.0.1:{https} "),
        (r"(ssl_certificate\s+)\S+;", rf"\g<1>{certificate};"),
        (r"(ssl_certificate_key\s+)\S+;", rf"\g<1>{key};"),
        (r"access_log \S+", f"access_log {folder / 'access.log'}"),
        # Doors that follow one another may be taken: those of the two servers are any two.
        (rf"127\.0\.0\.1:{ports[0] + 1} ", f"127.0.0.1:{ports[1]} "),
    ):
        site, times = re.subn(pattern, put, site)
        assert times, pattern
    (folder / "site.conf").write_text(site, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    whole.write_text(
        f"{user} daemon off; pid {folder / 'pid'}; error_log {folder / 'error.log'}; events {{}}"
        f"http {{ {temporary} include {folder / 'site.conf'}; }}",
        encoding="utf-8",
    )
    return whole


@pytest.fixture(scope="module")
def site(
    browser: Browser, postgresql_server: PostgreSQLServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A coordinator's account, one centre, two processes that share a folder for their key, nginx before them."""
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if nginx is None:
        if os.environ.get("CI"):
            pytest.fail("no nginx is installed here")
        pytest.skip("no nginx is installed here")
    folder, https = tmp_path_factory.mktemp("site"), free_port()
    address = f"https://{HOST}:{https}"
    with ExitStack() as stack:
        url = stack.enter_context(postgresql_server.database())
        engine = open_engine(url)
        with writing(engine) as connection:
            add_centre(connection, "MURAT", seats_office=2)
            connection.execute(sa.update(dataset).values(demonstration=False))
        add_account(engine, AUTHOR, "coordinator")
        settings = {
            "CYBERCANTAL_DATABASE_URL": url,
            "CYBERCANTAL_SIGN_IN": "local",
            "CYBERCANTAL_PUBLIC_ADDRESS": address,
            "CYBERCANTAL_PUBLIC_HOSTS": HOST,
            "CYBERCANTAL_TRUSTED_PROXIES": "127.0.0.1",
        }
        started = [
            stack.enter_context(started_server(folder, settings=settings, today=TODAY.isoformat())) for _ in range(2)
        ]
        ports = [int(own.rpartition(":")[2]) for own, _server in started]
        proxy = subprocess.Popen([nginx, "-c", str(nginx_configuration(folder, ports, https)), "-p", str(folder)])
        stack.callback(proxy.wait)
        stack.callback(proxy.terminate)
        _wait_for(https)
        yield Site(address, [psutil.Process(server.pid) for _own, server in started], engine)
        engine.dispose()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise AssertionError("nginx does not listen")


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A coordinator who has signed in."""
    context, _witness = watched_context(browser, site.address, ignore_https_errors=True)
    page = context.new_page()
    page.goto("/connexion")
    page.get_by_label("Adresse électronique").fill(AUTHOR)
    page.get_by_label("Mot de passe", exact=True).fill(GOOD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/")
    yield page
    context.close()


def test_files_come_and_go_whichever_process_answers(page: Page) -> None:
    """Six of each, each in a page opened anew: without care, one out of two of them lands on the other process."""
    model = tables.csv(model_table(KINDS["meetings"]))
    for _ in range(6):
        open_page(page, "/import-export?nature=meetings")
        page.locator("input[type=file]").set_input_files(
            {"name": "reunions.csv", "mimeType": "text/csv", "buffer": model}
        )
        expect(page.get_by_text(re.compile(r"1\sà ajouter"))).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name=re.compile("CSV")).first.click()
        assert download.value.failure() is None


def test_what_is_typed_outlives_the_process_that_held_the_page(page: Page, site: Site) -> None:
    open_page(page, "/saisie?centre=MURAT&semaine=2017-S21")
    fields = page.locator(".cc-week td input:not([type=checkbox])")
    expect(fields.first).to_be_visible()
    fields.first.click()
    for place, figure in enumerate(FIGURES):
        page.keyboard.press("Enter") if place else None
        page.keyboard.type(figure)

    # The page comes back by itself, from the other process.
    with page.expect_websocket():
        site.holder().kill()
    wait_until_drawn(page)
    answer = page.locator(".cc-week-answer")
    assert [field.input_value() for field in fields.all()][: len(FIGURES)] == list(FIGURES)
    assert site.stored == []
    save = page.get_by_role("button", name=SAVE)
    save.click()
    expect(answer).to_contain_text("enregistrée")
    # A press that came while the page was between two processes is told apart from a save: one presses again.
    if "pas enregistrée" in answer.inner_text():
        save.click()
    expect(answer).to_contain_text("enregistrée à")
    assert site.stored[:4] == [1, 2, 0, 1]
