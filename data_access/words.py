"""Texts as two writings of them agree, told alike in Python and in a question to either engine."""

import unicodedata
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

_OPENED: Final[dict[str, str | int | None]] = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}


@lru_cache(maxsize=100_000)
def same_text(text: str | None) -> str:
    """A name as two writings of it agree: « Le Bras-Ô, Élise » and « LE BRAS O elise » are one, « Lecœur » and « Lecoeur »."""
    plain = unicodedata.normalize("NFKD", (text or "").translate(str.maketrans(_OPENED)))
    letters = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " ".join(letters.casefold().split())


class folded(GenericFunction[str]):
    """`same_text` of a column; PostgreSQL, which has no Python, knows it of the letters of Latin writing."""

    type = sa.Text()
    inherit_cache = True


# The accented letters of Europe, each with the plain one that stands under its marks.
_PLAIN: Final = {
    sign: base
    for sign in map(chr, range(0xC0, 0x250))
    if (base := unicodedata.normalize("NFKD", sign)[0]) != sign and base.isascii()
}


@compiles(folded, "sqlite")
def _folded_sqlite(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    # The function is Python's, which every connection is given (`data_access.engine`).
    return f"same_text({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _folded_postgresql(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    for sign, letters in (*_OPENED.items(), ("ß", "ss")):
        text = f"replace({text}, '{sign}', '{letters}')"
    # Lower case comes last: what a capital with an accent becomes depends on the locale of the database.
    plain = f"lower(translate({text}, '{''.join(_PLAIN)}', '{''.join(_PLAIN.values())}'))"
    return f"btrim(regexp_replace({plain}, '[^a-z0-9]+', ' ', 'g'))"


def spoken(*columns: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """What columns say, folded, each word between two spaces: « word », its beginning, or the whole, is looked for in it."""
    said: sa.ColumnElement[str] = sa.literal("")
    for column in columns:
        said = said + " " + sa.func.coalesce(column, "")
    return sa.literal(" ") + folded(said) + " "
