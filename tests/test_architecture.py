"""A folder is a permission: what its files may import, in which direction, and what each file owes its reader.

A rule over files is one test, and its failure lists every file that breaks it.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
CODE: Final = sorted(file for folder in ("dashboard", "data_access", "pages") for file in (ROOT / folder).rglob("*.py"))

# What no file of a folder may import, by the beginning of its path. The longest beginning that fits a file rules it.
NEVER: Final[dict[str, tuple[str, ...]]] = {
    "data_access": ("streamlit", "altair", "geopandas", "dashboard", "pages", "babel", "pandas"),
    # What may be written follows from what is known, and never the other way: a read that needed a write would go in a circle.
    "data_access/reads": (
        "streamlit", "altair", "geopandas", "dashboard", "pages", "babel", "pandas", "data_access.writes",
    ),
    "dashboard/indicators": (
        "streamlit", "sqlalchemy", "altair", "geopandas", "data_access", "pathlib", "os", "random", "time", "pandas",
    ),
    "dashboard/wording": ("streamlit", "sqlalchemy", "altair", "geopandas", "data_access", "polars", "pandas"),
    "dashboard/charts": ("streamlit", "sqlalchemy", "data_access", "pandas"),
    "dashboard/figures": (
        "streamlit", "sqlalchemy", "altair", "geopandas", "pathlib", "os", "random", "time", "pandas",
        # Of the database it knows the shapes of answers and the spans of time, and asks nothing.
        "data_access.reads", "data_access.writes", "data_access.entries", "data_access.schema", "data_access.engine",
    ),
    "dashboard/exports": ("streamlit", "sqlalchemy", "data_access", "pandas"),
    "dashboard/configuration": ("streamlit", "altair", "geopandas", "polars", "pandas"),
    "dashboard/identity": ("streamlit", "altair", "geopandas", "pandas"),
    "dashboard/publication": ("streamlit", "altair", "geopandas", "pandas"),
    "dashboard/imports": ("streamlit", "altair", "geopandas", "pandas"),
    "dashboard/reminders": ("streamlit", "altair", "geopandas", "pandas"),
    "dashboard/reporting": ("streamlit", "altair", "geopandas", "pandas"),
    "dashboard/presentation": ("streamlit", "sqlalchemy", "altair", "geopandas", "pandas"),
    "dashboard/ui": ("pandas", "geopandas"),
    "dashboard": ("pandas",),
    "pages": ("sqlalchemy", "altair", "polars", "data_access", "pandas", "geopandas"),
}  # fmt: skip
# What a file below the screens may import from elsewhere, beside Python's own library: the rest is a decision to take.
ONLY: Final[dict[str, frozenset[str]]] = {
    "data_access": frozenset({"sqlalchemy", "polars", "pydantic", "alembic", "holidays"}),
    "dashboard/indicators": frozenset({"polars"}),
    "dashboard/wording": frozenset({"babel"}),
    "dashboard/charts": frozenset({"polars", "altair", "geopandas", "shapely"}),
    "dashboard/configuration": frozenset({"pydantic", "pydantic_settings", "sqlalchemy", "platformdirs"}),
    "dashboard/exports": frozenset(
        {"polars", "altair", "vl_convert", "xlsxwriter", "icalendar", "odfdo", "typst", "pikepdf", "pptx", "docx"}
    ),
    "dashboard/figures": frozenset({"polars"}),
    "dashboard/reporting": frozenset({"polars", "sqlalchemy"}),
    "pages": frozenset({"streamlit"}),
}
# The rooms of the dashboard, from the ground up. A room asks those of the floors below, never its own floor nor one above.
FLOORS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"dashboard/wording", "dashboard/indicators"}),
    frozenset({"dashboard/charts", "dashboard/configuration"}),
    frozenset({"dashboard/figures"}),
    frozenset({"dashboard/exports"}),
    frozenset({"dashboard/identity", "dashboard/imports", "dashboard/publication", "dashboard/reminders", "dashboard/reporting"}),
    frozenset({"dashboard/presentation"}),
    frozenset({"dashboard/ui"}),
    # The show and the check-in answer from what the screens keep: one cache, one way to ask as somebody.
    frozenset({"dashboard/web"}),
    frozenset({"dashboard/app.py", "dashboard/command", "dashboard/server.py", "pages"}),
)  # fmt: skip
# Within these, each folder is a room of its own: screens that are read, and screens that are typed in.
HOUSES: Final = ("dashboard", "dashboard/ui", "data_access")
# Below the screens the day is a parameter, so that a figure of last year can be asked for, and tested.
CLOCKS: Final = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("time", "time"),
}
CLOCKLESS: Final = (
    "data_access",
    "dashboard/indicators",
    "dashboard/charts",
    "dashboard/figures",
    "dashboard/exports",
    "dashboard/reporting",
    "dashboard/wording",
)
# A subject stays whole as long as it reads well, which is about 600 lines; past this, somebody forgot to ask.
LONGEST: Final = 700


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def module_of(file: Path) -> str:
    return name(file).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES: Final = {module_of(file): file for file in CODE}


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules a file imports, wherever it does: at its top, within a function, for its types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def ours(file: Path) -> frozenset[Path]:
    """The files of the project that a file imports: the module named, not the packages on the way to it."""
    found = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            within = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {module if module in MODULES else node.module or "" for module in within}
    return frozenset(MODULES[module] for module in found if module in MODULES) - {file}


def room_of(file: Path) -> str:
    """The folder of the dashboard a file stands in, or the file itself if it stands in none; `pages` is one room."""
    parts = name(file).split("/")
    return parts[0] if parts[0] != "dashboard" else "/".join(parts[:2])


def chamber_of(file: Path) -> str:
    """The smallest folder that counts as a room, or the file itself where it stands loose beside rooms."""
    folders = [folder for folder in HOUSES if name(file).startswith(f"{folder}/")]
    house = max(folders, key=len, default="")
    depth = house.count("/") + 2 if house else 1
    return "/".join(name(file).split("/")[:depth])


def floor_of(room: str) -> int | None:
    return next((floor for floor, rooms in enumerate(FLOORS) if room in rooms), None)


def circles(arrows: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The groups whose members all lead to one another (Tarjan)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = lowest[node] = len(order)
        path.append(node)
        for other in sorted(arrows.get(node, ())):
            if other not in order:
                visit(other)
            if other in path:
                lowest[node] = min(lowest[node], lowest[other])
        if lowest[node] == order[node]:
            group = path[path.index(node) :]
            del path[path.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(arrows):
        if node not in order:
            visit(node)
    return found


def refuse(offenders: Iterable[str]) -> None:
    """Fails with all of them, one a line."""
    if found := sorted(offenders):
        pytest.fail("\n".join(found), pytrace=False)


def test_a_circle_is_found() -> None:
    """The walk itself: one circle of three, an arrow into it, and a line that comes back to nothing."""
    assert circles({"a": ["b"], "b": ["c"], "c": ["a", "e"], "d": ["a"], "e": []}) == [["a", "b", "c"]]
    assert circles({"a": ["b", "c"], "b": ["c"], "c": []}) == []


def test_a_file_imports_what_its_folder_allows() -> None:
    def forbidden(file: Path) -> tuple[str, ...]:
        return NEVER[max((folder for folder in NEVER if name(file).startswith(f"{folder}/")), key=len)]

    offenders = {
        f"{name(file)} imports {root}"
        for file in CODE
        for module in imports(parsed(file))
        for root in forbidden(file)
        if module == root or module.startswith(f"{root}.")
    }

    refuse(offenders)


def test_a_folder_depends_on_the_packages_it_may() -> None:
    """A package more is a word with the design, not an import that slips in."""
    known = sys.stdlib_module_names | {"dashboard", "data_access"}
    offenders = {
        f"{name(file)} imports {module}"
        for folder, packages in ONLY.items()
        for file in CODE
        if name(file).startswith(f"{folder}/")
        for module in imports(parsed(file))
        if module and module.split(".")[0] not in known | packages
    }

    refuse(offenders)


def test_nothing_points_back_up() -> None:
    """A rule of the subject lives below whoever needs it; a room asks only the rooms below."""
    offenders = {
        f"{name(file)} imports {name(other)}"
        for file in CODE
        for other in ours(file)
        if (here := room_of(file)) != (there := room_of(other))
        if (floor := floor_of(here)) is not None and (above := floor_of(there)) is not None and above >= floor
    }

    refuse(offenders)


def test_beside_the_rooms_of_the_dashboard_stand_the_server_and_its_script_only() -> None:
    loose = {file.name for file in CODE if file.parent == ROOT / "dashboard"}
    rooms = {room_of(file) for file in CODE if name(file).count("/") > 1 and name(file).startswith("dashboard/")}
    without_floor = {room for room in rooms if floor_of(room) is None}

    refuse(f"{file} stands loose" for file in loose - {"__init__.py", "app.py", "server.py"})
    refuse(f"{room} has no floor in FLOORS" for room in without_floor)


def test_no_file_needs_itself_in_the_end() -> None:
    found = circles({name(file): [name(other) for other in ours(file)] for file in CODE})

    refuse(" <-> ".join(circle) for circle in found)


def test_no_room_needs_itself_in_the_end() -> None:
    """Reads and writes, what is read and what is typed in: one of two needs the other, never both."""
    arrows: dict[str, set[str]] = {}
    for file in CODE:
        arrows.setdefault(chamber_of(file), set()).update({chamber_of(other) for other in ours(file)})

    refuse(" <-> ".join(circle) for circle in circles(arrows))


def test_below_the_screens_nobody_reads_the_environment() -> None:
    """Settings are read in one file, and handed down."""
    offenders = [
        name(file)
        for file in CODE
        if name(file).startswith(CLOCKLESS)
        and (
            re.search(r"os\.(environ|getenv)|from os import", file.read_text(encoding="utf-8"))
            or any(module.startswith("dashboard.configuration") for module in imports(parsed(file)))
        )
    ]

    refuse(offenders)


def test_below_the_screens_nobody_looks_at_a_clock() -> None:
    offenders = {
        f"{name(file)} calls {node.func.value.id}.{node.func.attr}"
        for file in CODE
        if name(file).startswith(CLOCKLESS)
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        if (node.func.value.id, node.func.attr) in CLOCKS
    }

    refuse(offenders)


def test_geographic_libraries_prepare_files_ahead_of_time_and_serve_nothing() -> None:
    """They cost more than all the rest together: one file loads them, run as a command, and no other imports it."""
    prepares = ROOT / "dashboard" / "charts" / "boundaries.py"
    offenders = [
        name(file)
        for file in CODE
        if file != prepares
        if prepares in ours(file)
        or {module.split(".")[0] for module in imports(parsed(file))} & {"geopandas", "shapely"}
    ]

    refuse(offenders)


def test_a_text_that_is_typed_is_bounded_in_the_browser() -> None:
    """Far beyond what its column holds: a text a little too long is told by a sentence, and never cut."""
    offenders = [
        f"{name(file)}, line {node.lineno}"
        for file in CODE
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ("text_input", "text_area", "chat_input")
        if not any(given.arg == "max_chars" and ast.unparse(given.value) != "None" for given in node.keywords)
    ]

    refuse(offenders)


def test_the_cache_of_the_screens_lives_in_one_file() -> None:
    offenders = [
        name(file)
        for file in CODE
        if name(file) != "dashboard/ui/store.py"
        and re.search(r"st\.cache_(data|resource)", file.read_text(encoding="utf-8"))
    ]

    refuse(offenders)


def test_a_file_can_be_read_at_one_sitting() -> None:
    lengths = {name(file): len(file.read_text(encoding="utf-8").splitlines()) for file in CODE}

    refuse(f"{file} has {lines} lines" for file, lines in lengths.items() if lines > LONGEST)


def test_a_file_says_what_it_is_and_has_a_name_of_its_own() -> None:
    """No drawer for everything."""
    refuse(name(file) for file in CODE if file.stem in {"utils", "helpers", "common", "misc", "manager"})
    refuse(name(file) for file in CODE if file.name != "__init__.py" and not ast.get_docstring(parsed(file)))


def test_no_module_of_the_dashboard_is_named_as_one_of_python() -> None:
    """The server puts the folder first on the path: such a module would replace Python's own."""
    refuse({file.stem for file in (ROOT / "dashboard").glob("*.py")} & sys.stdlib_module_names)
