"""The letters of the documents: those of the screens, from a package, so that a machine without any font writes them."""

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Final

import typst

FAMILY: Final = "Source Sans Pro"
_PACKAGE: Final = "font_source_sans_pro"


@lru_cache
def fonts() -> typst.Fonts:
    """The family of the product, and those the typesetter brings for the signs it lacks; none of the machine's."""
    found = importlib.util.find_spec(_PACKAGE)
    places = [Path(folder) / "files" for folder in (found.submodule_search_locations or ())] if found else []
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[*map(str, places)])
