"""The national table schemas that the files follow, as their authors publish them under Licence Ouverte 2.0.

Each file of the folder `schemas` says where it comes from. Only what decides whether a value is accepted was kept.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

PLACES: Final = "lieux-de-mediation-numerique-1.0.2"
INDICATORS: Final = "impact-service-public-numerique-0.3.0"

_FOLDER: Final = Path(__file__).with_name("schemas")


@cache
def schema(name: str) -> dict[str, Any]:
    """The table schema of that name."""
    described: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return described


def in_order(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows with every field of the schema, in its order; a field nothing is known about is empty."""
    fields = [field["name"] for field in schema(name)["fields"]]
    unknown = [pl.lit(None, pl.String).alias(field) for field in fields if field not in rows.columns]
    return rows.with_columns(unknown).select(fields)
