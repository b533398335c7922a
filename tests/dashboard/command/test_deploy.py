"""The files of a server: each names the settings in force, is one that its reader takes, and starts what the product has."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from dashboard.command import cybercantal, loaded
from dashboard.command.deploy import FILES, server_files
from dashboard.configuration.settings import Settings, inconsistency, load_settings, unknown_variables

HOST = "tableau.cantal.fr"


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A server whose public name and port are known."""
    monkeypatch.setenv("CYBERCANTAL_PUBLIC_ADDRESS", f"https://{HOST}")
    monkeypatch.setenv("CYBERCANTAL_PORT", "8510")
    return load_settings()


def test_nginx_leads_the_public_name_to_each_process(settings: Settings) -> None:
    ((_name, site),) = server_files("nginx", settings, processes=3)

    assert re.findall(r"server 127\.0\.0\.1:(\d+)", site) == ["8510", "8511", "8512"]
    assert set(re.findall(r"server_name (\S+);", site)) == {HOST}


@pytest.mark.parametrize("way", [way for way, names in FILES.items() if "serveur.env" in names])
def test_the_settings_given_are_known_and_go_together(
    settings: Settings, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = dict(
        re.findall(r"^#?(CYBERCANTAL_\w+)=(.*)$", dict(server_files(way, settings))["serveur.env"], re.MULTILINE)
    )
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert not unknown_variables(given)
    assert inconsistency(load_settings(), demonstration=False) == ""


def test_every_command_that_is_started_exists(settings: Settings) -> None:
    files = {name: text for way in FILES for name, text in server_files(way, settings)}
    started = [
        re.split(r"\s+", line) for text in files.values() for line in re.findall(r"\bcybercantal ([a-z][^\n;]*)", text)
        if line.split()[0] in cybercantal.commands
    ]  # fmt: skip

    assert {command[0] for command in started} == {"run", "remind", "retention", "backup"}
    for name, *rest in started:
        command = loaded(name)
        if isinstance(command, click.Group):
            command = command.commands[rest.pop(0)]
        known = {text for option in command.params for text in option.opts}
        assert {word for word in rest if word.startswith("--")} <= known, (name, rest)


def test_systemd_takes_its_units(settings: Settings, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here: nothing else reads its units")
    for name, text in server_files("systemd", settings):
        (tmp_path / name).write_text(text, encoding="utf-8")
    units = sorted(map(str, (*tmp_path.glob("*.service"), *tmp_path.glob("*.timer"))))

    said = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stderr) == (0, "")


def test_the_containers_share_one_image_and_only_nginx_is_reached(settings: Settings) -> None:
    services: dict[str, Any] = yaml.safe_load(dict(server_files("compose", settings))["compose.yaml"])["services"]

    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert {service.get("build") for name, service in services.items() if name != "nginx"} == {"."}


def test_files_are_written_once(settings: Settings, tmp_path: Path) -> None:
    """A file that somebody adapted is not written over."""
    command = ["deploy", "--print", "compose", "--output", str(tmp_path / "serveur")]
    assert CliRunner().invoke(cybercantal, command).exit_code == 0
    (tmp_path / "serveur" / "nginx.conf").write_text("à moi", encoding="utf-8")

    refused = CliRunner().invoke(cybercantal, command)

    assert refused.exit_code == 1
    assert "Choisissez un autre dossier" in refused.output
    assert (tmp_path / "serveur" / "nginx.conf").read_text(encoding="utf-8") == "à moi"
