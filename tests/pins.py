"""The versions of every package, transitive ones too: `python -m tests.pins --write` puts what was resolved in pyproject.toml,
and the fingerprints of their files in `.ci/hashes.txt`.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

PYPROJECT: Final = Path(__file__).parents[1] / "pyproject.toml"
HASHES: Final = PYPROJECT.with_name(".ci") / "hashes.txt"
"""What a server installs with `--require-hashes`: the packages that serve, each file by its SHA-256, no address."""
_EXPORT: Final = ("uv", "export", "--no-emit-project", "--no-annotate", "--no-header", "-q")
_LIST: Final = re.compile(
    r"^constraint-dependencies = \[.*?^\]|^constraint-dependencies = \[\]", re.DOTALL | re.MULTILINE
)


def pinned() -> list[str]:
    """The constraints as committed."""
    constraints: list[str] = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["uv"][
        "constraint-dependencies"
    ]
    return constraints


def resolved() -> list[str]:
    """What uv resolves today for every platform and version of Python the project accepts."""
    lines = _exported("--no-hashes", "--all-groups").splitlines()
    # Extras stand in the dependencies; a constraint takes none.
    return sorted(re.sub(r"\[.*?\]", "", line).strip() for line in lines if line.strip())


def _exported(*options: str) -> str:
    command = [*_EXPORT, *options]
    return subprocess.run(command, cwd=PYPROJECT.parent, check=True, capture_output=True, text=True).stdout


def write() -> None:
    """Replaces the list of constraints and that of fingerprints."""
    # A marker holds single quotes, so the line stands between double ones.
    listed = "".join(f'    "{pin}",\n' for pin in resolved())
    text = _LIST.sub(
        lambda _: f"constraint-dependencies = [\n{listed}]", PYPROJECT.read_text(encoding="utf-8"), count=1
    )
    PYPROJECT.write_text(text, encoding="utf-8")
    HASHES.write_text(_exported("--no-dev"), encoding="utf-8")


if __name__ == "__main__" and "--write" in sys.argv:
    write()
