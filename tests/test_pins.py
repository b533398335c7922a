"""A fresh machine gets the versions that were tested, from whatever registry it is set to."""

import re
import subprocess
import tomllib
from collections.abc import Iterable
from importlib.metadata import requires, version
from typing import Final

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.pins import HASHES, PYPROJECT, pinned

# Built from pieces, or this file would name what it forbids.
REGISTRIES: Final = re.compile(
    "|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.", "debian" + r"\.org"))
)


def holding() -> dict[str, str]:
    """The version pinned for this machine, by name."""
    pins = [Requirement(pin) for pin in pinned()]
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or Marker(str(pin.marker)).evaluate()
    }


def asked_for() -> list[str]:
    """What the project needs to run and to be tested, as pyproject.toml says it."""
    declared = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    return [*declared["project"]["dependencies"], *declared["dependency-groups"]["dev"]]


def needed(requirements: Iterable[str], extras: Iterable[str] = ("",), seen: set[str] | None = None) -> set[str]:
    """The distributions that requirements bring here, those of their extras too, by name."""
    seen = set() if seen is None else seen
    for requirement in map(Requirement, requirements):
        marker = requirement.marker
        if marker is not None and not any(marker.evaluate({"extra": extra}) for extra in extras):
            continue
        name = canonicalize_name(requirement.name)
        known = {name, *(f"{name}[{extra}]" for extra in requirement.extras)}
        if not known <= seen:
            seen |= known
            needed(requires(name) or (), ("", *requirement.extras), seen)
    return seen


def test_every_package_that_is_used_is_pinned_to_the_version_installed() -> None:
    """`python -m tests.pins --write` refreshes the list after a change of versions."""
    installed = {name: version(name) for name in needed(asked_for()) if "[" not in name}

    assert {"psycopg-binary", "starlette", "iniconfig"} <= set(installed)
    assert installed == {name: holding().get(name) for name in installed}


def test_what_the_project_asks_for_is_asked_for_by_version() -> None:
    """A range would be resolved to another version on another day."""
    assert [text for text in asked_for() if "==" not in text] == []


def test_every_pin_names_one_version() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[^\s*]+( ; .+)?", pin) for pin in pinned())


def test_what_serves_is_installed_by_its_fingerprints() -> None:
    """Every package that the product needs to run, at its pinned version, with the SHA-256 of each of its files."""
    listed = re.findall(
        r"^(\S+)==(\S+).*?((?:\\\n +--hash=sha256:[0-9a-f]{64} ?)+)$", HASHES.read_text("utf-8"), re.MULTILINE
    )
    declared = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    served = {name for name in needed(declared) if "[" not in name}

    assert {(name, holding()[name]) for name in served} <= {(name, version) for name, version, _hashes in listed}


def test_no_file_names_a_registry() -> None:
    """Each machine has its own."""
    files = subprocess.run(["git", "ls-files"], cwd=PYPROJECT.parent, check=True, capture_output=True, text=True).stdout
    naming = [
        name
        for name in files.splitlines()
        if (PYPROJECT.parent / name).is_file()
        and name.endswith((".py", ".toml", ".md", ".sql", ".csv", ".css", ".js", ".txt", "run"))
        and REGISTRIES.search((PYPROJECT.parent / name).read_text(encoding="utf-8", errors="replace"))
    ]

    assert naming == []


def test_the_lock_file_stays_out_of_the_project() -> None:
    """It holds the address of the registry of whoever wrote it."""
    ignored = subprocess.run(["git", "check-ignore", "--quiet", "uv.lock"], cwd=PYPROJECT.parent, check=False)

    assert ignored.returncode == 0
