"""Settings are read from the environment, refused with the remedy, and listed in one table."""

from pathlib import Path

import pytest

from dashboard.configuration import settings
from dashboard.configuration.settings import Settings, SettingsError, load_settings
from dashboard.wording.typography import typeset

FIELDS = sorted(Settings.model_fields)


@pytest.fixture(autouse=True)
def _no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FIELDS:
        monkeypatch.delenv(settings.variable(name), raising=False)


def test_without_any_variable_the_database_is_a_file_of_the_data_folder() -> None:
    found = load_settings()

    assert settings.sqlite_file(found.database_url) == found.data_folder / "cybercantal.sqlite"


def test_the_data_folder_moves_the_database_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path))

    assert load_settings().database_url == f"sqlite:///{tmp_path}/cybercantal.sqlite"


def test_a_relative_file_is_that_of_the_present_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The server changes folder when it starts; the other commands do not."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", "sqlite:///mine.sqlite")

    assert load_settings().database_url == f"sqlite:///{tmp_path}/mine.sqlite"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_goes_through_psycopg_however_it_is_written(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", f"{scheme}://someone:secret@server/network")

    assert load_settings().database_url == "postgresql+psycopg://someone:secret@server/network"


@pytest.mark.parametrize("name", FIELDS)
def test_the_example_of_each_setting_is_accepted(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(settings.variable(name), str((Settings.model_fields[name].examples or [""])[0]))

    load_settings()


@pytest.mark.parametrize("name", FIELDS)
def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    expected = load_settings()

    monkeypatch.setenv(settings.variable(name), "")

    assert load_settings() == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "abc"),
        ("port", "70000"),
        ("today", "30/05/2017"),
        ("log_level", "loud"),
        ("contact_email", "coordination"),
        ("contact_phone", "zéro quatre"),
        ("database_url", "mysql://server/network"),
        ("database_url", "sqlite://"),
        ("database_url", "sqlite:///:memory:"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(settings.variable(name), value)

    with pytest.raises(SettingsError) as refusal:
        load_settings()

    sentence = str(refusal.value)
    assert f"{settings.variable(name)} vaut « {value} »" in sentence
    assert f"Indiquez par exemple {settings.variable(name)}=" in sentence
    assert typeset(sentence) == sentence


def test_every_value_that_cannot_be_used_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_PORT", "abc")
    monkeypatch.setenv("CYBERCANTAL_TODAY", "demain")

    with pytest.raises(SettingsError) as refusal:
        load_settings()

    assert len(str(refusal.value).splitlines()) == 2


@pytest.mark.parametrize("password", ["hunter2", "with@sign", "with:colon"])
def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", f"oracle://someone:{password}@server/network")

    with pytest.raises(SettingsError) as refusal:
        load_settings()

    assert password not in str(refusal.value)
    assert settings.shown_url(f"postgresql://someone:{password}@server/x") == "postgresql://someone:***@server/x"


@pytest.mark.parametrize("name", ["password", "PASSWORD", "sslpassword", "p%61ssword"])
def test_a_password_given_as_a_parameter_is_never_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    address = f"server/x?user=someone&{name}=hunter2&sslmode=require"
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", f"oracle://{address}")

    with pytest.raises(SettingsError) as refusal:
        load_settings()

    assert "hunter2" not in str(refusal.value)
    assert settings.shown_url(f"postgresql://{address}").endswith(f"?user=someone&{name}=***&sslmode=require")


@pytest.mark.parametrize(
    ("public", "port", "address"),
    [("https://tableau.exemple.fr/", "8501", "https://tableau.exemple.fr"), ("", "8612", "http://127.0.0.1:8612")],
)
def test_links_say_the_public_address_or_the_port_that_is_listened_on(
    monkeypatch: pytest.MonkeyPatch, public: str, port: str, address: str
) -> None:
    monkeypatch.setenv("CYBERCANTAL_PUBLIC_ADDRESS", public)
    monkeypatch.setenv("CYBERCANTAL_PORT", port)

    assert settings.own_address(load_settings()) == address


def test_public_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_PUBLIC_HOSTS", "a.exemple.fr, b.exemple.fr,")

    assert load_settings().public_hosts == ("a.exemple.fr", "b.exemple.fr")


def test_a_slip_in_the_name_of_a_variable_is_found() -> None:
    environment = {"CYBERCANTAL_PORT": "8501", "CYBERCANTAL_PROT": "8502", "PATH": "/bin"}

    assert settings.unknown_variables(environment) == ["CYBERCANTAL_PROT"]


@pytest.mark.parametrize("name", FIELDS)
def test_each_setting_says_in_french_what_it_is_for(name: str) -> None:
    field = Settings.model_fields[name]

    assert field.description
    assert field.title
    assert field.examples
    assert typeset(field.description) == field.description
    assert typeset(field.title) == field.title


def test_the_table_has_a_line_for_each_setting_and_names_no_folder_of_this_machine() -> None:
    table = settings.settings_table()

    assert [line.split("`")[1] for line in table.splitlines()[2:]] == list(
        map(settings.variable, Settings.model_fields)
    )
    assert str(Path.home()) not in table
