"""A fresh machine gets the versions that were tested, from whatever registry it is set to."""

import re
import subprocess
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Final

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.pins import PYPROJECT, pinned

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


def needed(distribution: str, seen: set[str]) -> set[str]:
    """A distribution and all it needs here, by name."""
    for text in requires(distribution) or ():
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        if name in seen or (requirement.marker is not None and not requirement.marker.evaluate({"extra": ""})):
            continue
        try:
            version(name)
        except PackageNotFoundError:
            continue
        seen |= {name}
        needed(name, seen)
    return seen


def test_every_package_that_is_used_is_pinned_to_the_version_installed() -> None:
    """`python -m tests.pins --write` refreshes the list after a change of versions."""
    installed = {name: version(name) for name in needed("cybercantal", set())}

    assert installed == {name: holding().get(name) for name in installed}


def test_every_pin_names_one_version() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[^\s*]+( ; .+)?", pin) for pin in pinned())


def test_no_file_names_a_registry() -> None:
    """The lock file does, so it is not committed."""
    files = subprocess.run(["git", "ls-files"], cwd=PYPROJECT.parent, check=True, capture_output=True, text=True).stdout
    naming = [
        name
        for name in files.splitlines()
        if (PYPROJECT.parent / name).is_file()
        and name.endswith((".py", ".toml", ".md", ".sql", ".csv", ".css", ".js", "run"))
        and REGISTRIES.search((PYPROJECT.parent / name).read_text(encoding="utf-8"))
    ]

    assert naming == []
    assert "uv.lock" not in files.splitlines()
