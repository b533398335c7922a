"""The week of all centres on one sheet: pasted, reviewed as differences, saved by one transaction, taken back whole."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.web.routes import ROUTES
from data_access.engine import writing
from data_access.schema import attendance_day, attendance_week, audit_entry, centre
from data_access.writes.attendance import record_attendance_week
from tests.data_access.weekly_sheets import COORDINATOR, MONDAY, NOW, make_sheet
from tests.factories import add_closure
from tests.pages.weekly_screen import Screen

TITLES = [
    f"{day} {number} {kind}"
    for day, number in zip(["Lu", "Ma", "Me", "Je", "Ve"], [29, 30, 31, 1, 2], strict=True)
    for kind in "BO"
]
HEADINGS = "\t".join(["Télécentre", *TITLES, "Personnes", "État", "Remarque ou motif"])
MAURIAC = ["MAURIAC", *["3", "2", "4", "2", "2", "1", "3", "2", "2", "2"], "9", "", ""]
MURAT = ["MURAT", *["1", "1", "1", "1", "1", "1", "1", "1", "1", "1"], "", "", ""]


class NetworkScreen(Screen):
    """The sheet of the network, as a coordinator fills it in."""

    def __init__(self) -> None:
        super().__init__(vue="reseau")

    def paste(self, *lines: list[str], headings: str = HEADINGS) -> "NetworkScreen":
        return self.paste_text("\n".join([headings, *("\t".join(line) for line in lines)]))

    def paste_text(self, text: str) -> "NetworkScreen":
        self.send("paste", pasted=text)
        assert not self.app.exception
        self._open()
        return self

    def write(self, name: str, text: str) -> "NetworkScreen":
        assert name in self.data["base"]
        self.typed[name] = text
        return self

    @property
    def sent(self) -> dict[str, str]:
        """What was typed alone, and the version of each line that it was typed over."""
        typed = {name: text for name, text in self.typed.items() if text != self.base.get(name, text)}
        versions = {name: text for name, text in self.typed.items() if name.startswith("version-")}
        lines = {name.removeprefix("version-") for name in versions}
        over = {f"version-{code}" for code in lines if any(name.startswith(f"{code}-") for name in typed)}
        return typed | {name: text for name, text in versions.items() if name in over}

    def _open(self) -> None:
        super()._open()
        self.base = dict(self.data["base"])

    @property
    def differences(self) -> list[tuple[str, ...]]:
        """What the review says would change: centre, case, before, after."""
        answer = self.data["answer"]
        return [tuple(line) for line in answer["changes"][1:]] if answer else []

    @property
    def wrong_cells(self) -> dict[str, str]:
        """What is said in each cell that is refused."""
        return dict(self.data["answer"]["faults"])


def stored(database: sa.Engine) -> dict[str, tuple[str, int, list[int | None]]]:
    """What is in the database: state, version and half-days of the week, by centre."""
    with database.connect() as connection:
        weeks = connection.execute(
            sa.select(attendance_week.c.id, centre.c.code, attendance_week.c.status, attendance_week.c.version).join(
                centre, centre.c.id == attendance_week.c.centre_id
            )
        ).all()
        return {
            week.code: (
                week.status,
                week.version,
                list(
                    connection.execute(
                        sa.select(attendance_day.c.half_days)
                        .where(attendance_day.c.attendance_week_id == week.id)
                        .order_by(attendance_day.c.day, attendance_day.c.seat_kind)
                    ).scalars()
                ),
            )
            for week in weeks
        }


def test_a_pasted_table_is_shown_as_differences_and_stores_nothing_yet(database: sa.Engine) -> None:
    screen = NetworkScreen().paste(MAURIAC)

    expected = [
        ("MAURIAC", "Lundi 29\u00a0mai, bureaux", "(vide)", "3"),
        ("MAURIAC", "Lundi 29\u00a0mai, open space", "(vide)", "2"),
    ]

    assert screen.differences[:2] == expected
    assert ("MAURIAC", "État", "(vide)", "complète") in screen.differences
    assert "Enregistrer" in screen.buttons
    assert stored(database) == {}


def test_several_centres_are_saved_by_one_press_and_taken_back_by_another(database: sa.Engine) -> None:
    screen = NetworkScreen().paste(MAURIAC, MURAT)

    screen.press(next(label for label in screen.buttons if label.startswith("Enregistrer")))

    expected = {
        "MAURIAC": ("complete", 1, [3, 2, 4, 2, 2, 1, 3, 2, 2, 2]),
        "MURAT": ("complete", 1, [1] * 10),
    }
    assert stored(database) == expected
    assert "33 demi-journées" in screen.thanks[0].replace("\u00a0", " ").replace("\u202f", " ")
    screen.press("Annuler cet enregistrement")
    assert stored(database) == {}
    with database.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(audit_entry)).scalar_one() == 4


def test_one_sheet_that_cannot_be_true_keeps_all_from_being_stored(database: sa.Engine) -> None:
    too_many = [*MURAT[:1], "99", *MURAT[2:]]

    screen = NetworkScreen().paste(MAURIAC, too_many)

    assert "MURAT – Lundi, bureaux" in screen.errors[0].replace("\u00a0", " ")
    assert list(screen.wrong_cells) == ["MURAT-2017-05-29-office"]
    screen.press("Enregistrer")
    assert stored(database) == {}


def test_one_press_saves_what_was_typed_and_all_refusals_are_told_at_once_in_their_cells(
    database: sa.Engine,
) -> None:
    """What makes no number, and what the database rules refuse."""
    wrong = ["MAURIAC", "abc", "x", "99", *MAURIAC[4:]]
    screen = NetworkScreen().paste(wrong, [*MURAT[:1], "99", *MURAT[2:]])

    told = {name: said.replace("\u00a0", " ") for name, said in screen.wrong_cells.items()}
    assert told["MAURIAC-2017-05-29-office"].startswith("MAURIAC – Lundi, bureaux")
    assert told["MAURIAC-2017-05-29-open_space"].startswith("MAURIAC – Lundi, open space")
    assert told["MAURIAC-2017-05-30-office"].startswith("MAURIAC – Mardi, bureaux")
    assert told["MURAT-2017-05-29-office"].startswith("MURAT – Lundi, bureaux")

    screen.paste(MAURIAC, MURAT).press("Enregistrer")
    assert set(stored(database)) == {"MAURIAC", "MURAT"}


def test_nothing_typed_is_nothing_to_save(database: sa.Engine) -> None:
    screen = NetworkScreen().press("Enregistrer")

    assert "Rien n’a changé" in screen.questions[0]
    assert stored(database) == {}


def test_a_centre_that_the_calendar_shuts_is_named_with_its_reason(database: sa.Engine) -> None:
    with writing(database) as connection:
        mauriac = connection.execute(sa.select(centre.c.id).where(centre.c.code == "MAURIAC")).scalar_one()
        add_closure(connection, mauriac, MONDAY, MONDAY + timedelta(days=6))

    said = " ".join(NetworkScreen().data["state"])

    assert "MAURIAC (Fermeture : Travaux)" in said.replace("\u00a0", " ")


@pytest.mark.parametrize("text", ["2,5", "abc", "1e3", "١٢", "=1+1", "<b>3</b>"])
def test_what_is_no_whole_number_is_told_with_its_centre_and_day(database: sa.Engine, text: str) -> None:
    screen = NetworkScreen().paste([*MAURIAC[:1], text, *MAURIAC[2:]])

    assert "MAURIAC – Lundi, bureaux" in screen.errors[0].replace("\u00a0", " ")
    assert "indiquez un nombre entier, par exemple 3." in screen.errors[0]
    assert stored(database) == {}


def test_unknown_lines_and_columns_are_left_aside_and_said(database: sa.Engine) -> None:
    screen = NetworkScreen().paste([*MAURIAC[:2], "x"], ["Nulle part", "1", "y"], headings="telecentre\tLU 29 b\tMétéo")

    said = " ".join(screen.data["answer"]["notes"])

    assert "Météo" in said
    assert "Nulle part" in said
    assert {row[0] for row in screen.differences} == {"MAURIAC"}


@pytest.mark.parametrize("text", ["", "bonjour", "Lu 29 B\tLu 29 O\n1\t2", "Télécentre\tLu 29 B\nParis\t2"])
def test_what_is_no_such_table_is_refused_with_the_remedy(database: sa.Engine, text: str) -> None:
    screen = NetworkScreen().paste_text(text)

    assert len(screen.errors) == 1
    assert stored(database) == {}


@pytest.mark.parametrize(
    "titles",
    ["Lundi, bureaux", "Lundi 22\u00a0mai, bureaux", "Lu 22 B", "22/05/2017 bureaux", "Personnes"],
)
def test_a_sheet_that_is_not_said_to_be_of_the_week_shown_is_refused(database: sa.Engine, titles: str) -> None:
    screen = NetworkScreen().paste(["MAURIAC", "3"], headings=f"Télécentre\t{titles}")

    assert "semaine" in screen.errors[0]
    assert screen.differences == []


def test_a_sheet_of_the_week_shown_is_read_by_its_dated_titles(database: sa.Engine) -> None:
    titles = [
        "Lundi 29\u00a0mai, bureaux",
        "mardi 30\u00a0mai 2017, open space",
        "31/05/2017 bureaux",
        "Dimanche 4\u00a0juin, bureaux",
    ]

    screen = NetworkScreen().paste(["MAURIAC", "3", "2", "1", "—"], headings="\t".join(["Télécentre", *titles]))

    assert [row[1:] for row in screen.differences][:3] == [
        ("Lundi 29\u00a0mai, bureaux", "(vide)", "3"),
        ("Mardi 30\u00a0mai, open space", "(vide)", "2"),
        ("Mercredi 31\u00a0mai, bureaux", "(vide)", "1"),
    ]


def test_a_centre_that_is_pasted_twice_is_refused_by_name(database: sa.Engine) -> None:
    screen = NetworkScreen().paste(MAURIAC, MURAT, ["Mauriac", *MAURIAC[1:]])

    assert "MAURIAC est à la ligne 2 et à la ligne 4" in screen.errors[0].replace("\u00a0", " ")


def test_a_blank_stays_blank_and_makes_a_draft(database: sa.Engine) -> None:
    """A cell nobody filled in is not a zero, and a week with blanks is not complete."""
    screen = NetworkScreen().paste([*MAURIAC[:4], *[""] * 7, "", "", ""])

    screen.press(next(label for label in screen.buttons if label.startswith("Enregistrer")))

    assert stored(database) == {"MAURIAC": ("draft", 1, [3, 2, 4])}


def test_a_day_marked_closed_needs_its_reason_then_counts_nothing(database: sa.Engine) -> None:
    shut = ["MAURIAC", "fermé", "fermé", *MAURIAC[3:13], ""]
    screen = NetworkScreen().paste(shut)
    assert "Lundi est marqué fermé" in screen.errors[0].replace("\u00a0", " ")

    screen.paste([*shut[:-1], "travaux"])
    screen.press(next(label for label in screen.buttons if label.startswith("Enregistrer")))

    with database.connect() as connection:
        closed = connection.execute(sa.select(attendance_day.c.day).where(attendance_day.c.closed)).scalars().all()
    assert closed == [MONDAY, MONDAY]


def test_what_somebody_else_stored_meanwhile_is_never_overwritten_silently(database: sa.Engine) -> None:
    screen = NetworkScreen()
    with writing(database) as connection:
        record_attendance_week(connection, COORDINATOR, make_sheet(), now=NOW)

    screen.paste(["MAURIAC", *["1", "1", "1", "1", "1", "1", "1", "1", "1", "1"], "9", "", ""])

    assert "MAURIAC" in screen.errors[0]
    screen.press("Garder mes chiffres")
    assert ("MAURIAC", "Lundi 29\u00a0mai, bureaux", "3", "1") in screen.differences
    screen.press(next(label for label in screen.buttons if label.startswith("Enregistrer")))
    assert stored(database)["MAURIAC"] == ("complete", 2, [1] * 10)


def test_a_centre_nobody_touched_here_keeps_what_others_enter_meanwhile(database: sa.Engine) -> None:
    screen = NetworkScreen()
    with writing(database) as connection:
        record_attendance_week(connection, COORDINATOR, make_sheet(), now=NOW)

    screen.paste(MURAT)
    screen.press(next(label for label in screen.buttons if label.startswith("Enregistrer")))

    assert stored(database)["MAURIAC"] == ("complete", 1, [3, 2, 4, 2, 2, 1, 3, 2, 2, 2])
    assert stored(database)["MURAT"] == ("complete", 1, [1] * 10)


def test_unusual_figures_are_asked_about_once_and_flagged(database: sa.Engine) -> None:
    """Nobody came of the whole week."""
    screen = NetworkScreen().paste(["MURAT", *["0"] * 10, "", "", ""])

    assert "MURAT" in screen.questions[0]
    screen.press(next(label for label in screen.buttons if label.endswith("quand même")))
    assert stored(database)["MURAT"] == ("complete", 1, [0] * 10)
    with database.connect() as connection:
        doubts = connection.execute(sa.select(attendance_week.c.doubts)).scalar_one()
    assert doubts == "all_zero"


def test_what_stands_where_nothing_is_expected_is_refused_whole(database: sa.Engine) -> None:
    with writing(database) as connection:
        mauriac = connection.execute(sa.select(centre.c.id).where(centre.c.code == "MAURIAC")).scalar_one()
        add_closure(connection, mauriac, MONDAY, MONDAY)

    screen = NetworkScreen().paste(MAURIAC)

    assert "MAURIAC – Lundi, bureaux : rien n’est attendu (Fermeture : Travaux)" in screen.errors[0].replace(
        "\u00a0", " "
    )
    assert screen.differences == []


def keep(screen: NetworkScreen) -> None:
    """What the page's script sends while one types."""
    script = TestClient(Starlette(routes=ROUTES), base_url="http://127.0.0.1:8501")
    sent = {"token": screen.data["token"], "fields": screen.sent}
    assert script.post("/brouillon", json=sent).status_code == 200


def test_what_is_typed_is_found_again_over_the_version_it_was_typed_on(database: sa.Engine) -> None:
    """A colleague saves one of the two sheets meanwhile: that one alone is asked about."""
    keep(NetworkScreen().write("MAURIAC-2017-05-29-office", "1").write("MURAT-people", "4"))
    with writing(database) as connection:
        record_attendance_week(connection, COORDINATOR, make_sheet(), now=NOW)

    again = NetworkScreen()

    assert "gardée, pas enregistrée" in again.data["resumed"]
    assert (again.typed["MAURIAC-2017-05-29-office"], again.typed["MURAT-people"]) == ("1", "4")
    again.press("Enregistrer")
    assert [name.split("-")[0] for name in again.wrong_cells] == ["MAURIAC"]
    again.press("Repartir de ce qui est enregistré")
    assert NetworkScreen().data["resumed"] == ""


def test_what_its_author_saved_since_is_not_taken_up_again(database: sa.Engine) -> None:
    screen = NetworkScreen().write("MURAT-2017-05-29-office", "2")
    late = NetworkScreen().write("MURAT-2017-05-29-office", "9")
    screen.press("Enregistrer")
    keep(late)

    assert NetworkScreen().data["resumed"] == ""
    assert stored(database)["MURAT"] == ("draft", 1, [2])


def test_a_state_that_was_not_offered_is_refused_and_written_down(database: sa.Engine) -> None:
    screen = NetworkScreen().write("MURAT-status", "parfaite").press("Enregistrer")

    assert "État" in screen.errors[0]
    assert stored(database) == {}
    with database.connect() as connection:
        actions = connection.execute(sa.select(audit_entry.c.action)).scalars().all()
    assert actions == ["denied"]
