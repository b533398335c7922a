"""A whole table pasted from a spreadsheet: its columns are found by their titles, its lines by the name of the centre."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.imports.kinds import plain
from dashboard.imports.reading import Rows, Unreadable, read_file
from dashboard.ui.forms.network_sheet import CENTRE, NetworkSheet, Row
from dashboard.wording.plurals import enumeration
from dashboard.wording.typography import typeset


@dataclass(frozen=True)
class Pasted:
    """The rows with what was pasted into them, by centre code; `notes` say what was left aside."""

    rows: Mapping[str, Row]
    notes: tuple[str, ...]


def pasted_into(network: NetworkSheet, rows: Mapping[str, Row], text: str) -> Pasted:
    """The rows with a pasted table laid over them; a cell that was pasted blank becomes blank.

    Raises Unreadable when no line or column of it can be recognised.
    """
    if len(text.strip().splitlines()) < 2:
        raise Unreadable("Collez la ligne de titres et au moins une ligne de chiffres.")
    table = read_file("collage.csv", text.encode("utf-8", "replace"))
    columns, unknown_columns = _columns(network, table)
    codes = {
        plain(form): code
        for sheet in network.sheets
        for code in (sheet.centre_code,)
        for form in (sheet.centre_name, code, network.names[code])
    }
    place = columns.pop(CENTRE)
    changed = dict(rows)
    unknown_lines = []
    for line, cells in table.rows:
        code = codes.get(plain(cells[place]))
        if code is None:
            unknown_lines.append(f"ligne {line} (« {cells[place].strip()} »)")
        else:
            changed[code] = {**changed[code], **{column: cells[at].strip() for column, at in columns.items()}}
    if len(unknown_lines) == len(table.rows):
        raise Unreadable("Aucune ligne ne commence par le nom d’un télécentre. Gardez la première colonne du modèle.")
    return Pasted(
        changed, (*_left_aside("Colonnes", unknown_columns), *_left_aside("Lignes", unknown_lines), *table.notes)
    )


def _columns(network: NetworkSheet, table: Rows) -> tuple[dict[str, int], list[str]]:
    """The place of each column that is recognised, and the titles that are not."""
    titles = {
        plain(title): column for short in (True, False) for column, title in network.headings(short=short).items()
    }
    places: dict[str, int] = {}
    unknown = []
    for at, heading in enumerate(table.headings):
        column = titles.get(plain(heading))
        if column is None:
            unknown.append(f"« {heading} »")
        elif column in places:
            raise Unreadable(f"La colonne « {heading} » est là deux fois. Gardez-en une.")
        else:
            places[column] = at
    if CENTRE not in places or len(places) == 1:
        raise Unreadable("Les titres des colonnes ne sont pas reconnus. Copiez aussi la ligne de titres du modèle.")
    return places, [title for title in unknown if plain(title) != "avertissement"]


def _left_aside(what: str, names: list[str]) -> tuple[str, ...]:
    return (typeset(f"{what} non reconnues, laissées de côté : {enumeration(names)}."),) if names else ()
