"""The ways of signing in, and the settings that cannot go with them."""

from pathlib import Path
from typing import Any

import pytest

from dashboard.configuration.settings import Settings, inconsistency

ELSEWHERE = {"host": "0.0.0.0", "public_hosts": "tableau.exemple.fr"}
BY_A_PROXY = {"trusted_proxies": "127.0.0.1"}
IN_THE_OPEN = {**ELSEWHERE, "public_address": "https://tableau.exemple.fr"}
PROVIDER = {
    "oidc_issuer": "https://connexion.exemple.fr",
    "oidc_client_id": "cybercantal",
    "oidc_client_secret": "secret",
    "public_address": "http://127.0.0.1:8501",
}
POSTGRESQL = "postgresql://user@server/base?sslmode=require"


def fault(*, demonstration: bool | None = False, **settings: Any) -> str:
    values = {"data_folder": Path("/nowhere"), **settings}
    return inconsistency(Settings(**values), demonstration=demonstration)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_demonstration_is_shown_on_this_machine_without_an_account(host: str) -> None:
    assert fault(sign_in="demo", host=host, demonstration=True) == ""


@pytest.mark.parametrize(
    "where", [{"host": "0.0.0.0"}, {"host": "192.0.2.1"}, {"public_hosts": "a.fr"}, IN_THE_OPEN, BY_A_PROXY]
)
def test_without_accounts_nothing_is_served_to_another_machine(where: dict[str, Any]) -> None:
    told = fault(sign_in="demo", demonstration=True, **where)

    assert "qu’à cette machine" in told
    assert "CYBERCANTAL_SIGN_IN=local" in told
    assert "cybercantal account add" in told


def test_real_data_ask_for_accounts() -> None:
    assert "de vraies données" in fault(sign_in="demo", demonstration=False)


def test_a_database_that_will_hold_real_data_asks_for_accounts_before_the_first() -> None:
    told = fault(sign_in="demo", demonstration=None)

    assert "n’est pas une démonstration" in told
    assert "CYBERCANTAL_SIGN_IN=local" in told
    assert "cybercantal demo" in told


@pytest.mark.parametrize("demonstration", [True, None])
def test_a_shared_database_asks_for_accounts(demonstration: bool | None) -> None:
    assert "base embarquée" in fault(sign_in="demo", database_url=POSTGRESQL, demonstration=demonstration)


@pytest.mark.parametrize("settings", [{}, IN_THE_OPEN, {**IN_THE_OPEN, "database_url": POSTGRESQL}])
@pytest.mark.parametrize("demonstration", [True, False, None])
def test_local_accounts_serve_any_data_here_or_behind_https(
    settings: dict[str, Any], demonstration: bool | None
) -> None:
    assert fault(sign_in="local", demonstration=demonstration, **settings) == ""


@pytest.mark.parametrize("mode", ["local", "oidc"])
@pytest.mark.parametrize("address", ["", "http://tableau.exemple.fr"])
@pytest.mark.parametrize("opened", [ELSEWHERE, BY_A_PROXY])
def test_passwords_and_cookies_do_not_travel_in_the_clear(mode: str, address: str, opened: dict[str, str]) -> None:
    assert "https://" in fault(sign_in=mode, **opened, public_address=address)


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("postgresql://user@server/base", True),
        ("postgresql://user@server/base?sslmode=prefer", True),
        ("postgresql://user@/base?host=server", True),
        ("postgresql://user@server/base?sslmode=verify-full", False),
        ("postgresql://user@127.0.0.1:5433/base", False),
        ("postgresql://user@/base?host=/var/run/postgresql", False),
        ("postgresql://user@/base", False),
        ("sqlite:////srv/base.sqlite", False),
    ],
)
def test_a_database_of_another_machine_is_not_read_in_the_clear(url: str, refused: bool) -> None:
    assert ("?sslmode=verify-full" in fault(sign_in="local", database_url=url)) == refused


def test_the_public_address_is_one_of_the_public_hosts() -> None:
    told = fault(sign_in="local", public_hosts="autre.exemple.fr", public_address="https://tableau.exemple.fr")

    assert "CYBERCANTAL_PUBLIC_HOSTS" in told


def test_a_provider_is_told_whole() -> None:
    assert fault(sign_in="oidc", **PROVIDER) == ""
    for name in PROVIDER:
        assert f"CYBERCANTAL_{name.upper()}" in fault(sign_in="oidc", **{**PROVIDER, name: ""})


def test_a_provider_elsewhere_is_reached_by_https() -> None:
    told = fault(sign_in="oidc", **{**PROVIDER, "oidc_issuer": "http://connexion.exemple.fr"})

    assert "CYBERCANTAL_OIDC_ISSUER" in told
    assert "https://" in told
    assert fault(sign_in="oidc", **{**PROVIDER, "oidc_issuer": "http://127.0.0.1:9000"}) == ""
