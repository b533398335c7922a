"""A folder is a permission: what its files may import, how they are named, how long they may be."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
CODE: Final = sorted(file for folder in ("dashboard", "data_access", "pages") for file in (ROOT / folder).rglob("*.py"))

# What no file of a folder may import, by the beginning of its path. The longest beginning that fits a file rules it.
NEVER: Final[dict[str, tuple[str, ...]]] = {
    "data_access": ("streamlit", "altair", "geopandas", "dashboard", "pages", "babel", "pandas"),
    "dashboard/indicators": (
        "streamlit", "sqlalchemy", "altair", "geopandas", "data_access", "pathlib", "os", "random", "time", "pandas",
        "dashboard.charts", "dashboard.exports", "dashboard.ui", "dashboard.web", "dashboard.command", "dashboard.wording",
    ),
    "dashboard/wording": (
        "streamlit", "sqlalchemy", "altair", "geopandas", "data_access", "polars", "pandas", "dashboard.indicators",
        "dashboard.charts", "dashboard.exports", "dashboard.ui", "dashboard.web", "dashboard.command",
    ),
    "dashboard/charts": (
        "streamlit", "sqlalchemy", "data_access", "pandas", "dashboard.exports", "dashboard.ui", "dashboard.web",
        "dashboard.command",
    ),
    "dashboard/exports": (
        "streamlit", "sqlalchemy", "data_access", "pandas", "dashboard.ui", "dashboard.web", "dashboard.command",
    ),
    "dashboard/publication": ("streamlit", "altair", "geopandas", "dashboard.web", "dashboard.command", "pandas"),
    "dashboard/imports": ("streamlit", "altair", "geopandas", "dashboard.ui", "dashboard.web", "dashboard.command", "pandas"),
    "dashboard/reporting": (
        "streamlit", "altair", "geopandas", "dashboard.ui", "dashboard.web", "dashboard.command", "pandas",
    ),
    "dashboard/presentation": ("streamlit", "sqlalchemy", "altair", "geopandas", "dashboard.web", "dashboard.command", "pandas"),
    "dashboard/ui": ("dashboard.web", "dashboard.command", "pandas", "geopandas"),
    "dashboard": ("pandas",),
    "pages": ("sqlalchemy", "altair", "polars", "data_access", "pandas", "geopandas"),
}  # fmt: skip
# What a file below the screens may import from elsewhere, beside Python's own library: the rest is a decision to take.
ONLY: Final[dict[str, frozenset[str]]] = {
    "data_access": frozenset({"sqlalchemy", "polars", "pydantic", "alembic", "holidays"}),
    "dashboard/indicators": frozenset({"polars"}),
    "dashboard/wording": frozenset({"babel"}),
    "dashboard/charts": frozenset({"polars", "altair", "geopandas", "shapely"}),
    "dashboard/exports": frozenset(
        {"polars", "altair", "vl_convert", "xlsxwriter", "icalendar", "typst", "pptx", "docx"}
    ),
    "dashboard/reporting": frozenset({"polars", "sqlalchemy"}),
    "pages": frozenset({"streamlit"}),
}
# Below the screens the day is a parameter, so that a figure of last year can be asked for, and tested.
CLOCKS: Final = {("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("time", "time")}
CLOCKLESS: Final = (
    "data_access",
    "dashboard/indicators",
    "dashboard/charts",
    "dashboard/exports",
    "dashboard/reporting",
    "dashboard/wording",
)
LONGEST: Final = 700


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def rule_of(file: Path) -> tuple[str, ...]:
    """What the file may never import."""
    beginnings = [folder for folder in NEVER if name(file).startswith(f"{folder}/")]
    return NEVER[max(beginnings, key=len)]


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules a file imports, wherever it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", CODE, ids=name)
def test_a_file_imports_what_its_folder_allows(file: Path) -> None:
    forbidden = {
        module
        for module in imports(parsed(file))
        for root in rule_of(file)
        if module == root or module.startswith(f"{root}.")
    }

    assert not forbidden


@pytest.mark.parametrize("folder", ONLY)
def test_a_folder_depends_on_the_packages_it_may(folder: str) -> None:
    """A package more is a word with the design, not an import that slips in."""
    roots = {
        module.split(".")[0]
        for file in CODE
        if name(file).startswith(f"{folder}/")
        for module in imports(parsed(file))
        if module
    }

    assert roots - sys.stdlib_module_names - {"dashboard", "data_access"} <= ONLY[folder]


@pytest.mark.parametrize("file", [file for file in CODE if name(file).startswith(CLOCKLESS)], ids=name)
def test_below_the_screens_nobody_reads_the_environment(file: Path) -> None:
    """Settings are read in one file, and handed down."""
    assert not re.search(r"os\.(environ|getenv)|from os import", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", CODE, ids=name)
def test_geopandas_is_never_imported_with_a_module(file: Path) -> None:
    """It costs more than all the rest together, and only prepares files ahead of time."""
    at_top = [node for node in parsed(file).body if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {module.split(".")[0] for node in at_top for module in imports(ast.Module([node], []))}

    assert not modules & {"geopandas", "shapely"}


@pytest.mark.parametrize("file", [file for file in CODE if name(file).startswith(CLOCKLESS)], ids=name)
def test_below_the_screens_nobody_looks_at_a_clock(file: Path) -> None:
    calls = {
        (node.func.value.id, node.func.attr)
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
    }

    assert not calls & CLOCKS


@pytest.mark.parametrize("file", [file for file in CODE if file.name != "store.py"], ids=name)
def test_the_cache_of_the_screens_lives_in_one_file(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert "st.cache_data" not in text
    assert "st.cache_resource" not in text


@pytest.mark.parametrize("file", CODE, ids=name)
def test_a_file_can_be_read_at_one_sitting(file: Path) -> None:
    lines = len(file.read_text(encoding="utf-8").splitlines())

    assert lines <= LONGEST


@pytest.mark.parametrize("file", CODE, ids=name)
def test_a_file_says_what_it_is_and_has_a_name_of_its_own(file: Path) -> None:
    """No drawer for everything."""
    assert file.stem not in {"utils", "helpers", "common", "misc", "manager"}
    assert file.name == "__init__.py" or ast.get_docstring(parsed(file))


def test_no_module_of_the_dashboard_is_named_as_one_of_python() -> None:
    """The server puts the folder first on the path: such a module would replace Python's own."""
    assert not {file.stem for file in (ROOT / "dashboard").glob("*.py")} & set(sys.stdlib_module_names)
