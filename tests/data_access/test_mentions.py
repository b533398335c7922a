"""A person is found in a text however it was typed, and nobody else is."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access.mentions import DOCUMENTS, REMARKS, TITLES, Identity, Mentions, folded
from data_access.schema import metadata
from data_access.schema.columns import Document

ELISE = Identity("Le Bras-Ô", "Élise", "elise.lebras@example.org", "04 71 46 20 26")
MURAT = Identity("Murat", "Jo")
FOUND = Mentions([ELISE, MURAT], frozenset({"murat"}))

# Columns of text that tell of no person beside those whose role they say, or hold no sentence.
_NOT_TYPED = {
    "account": {"email", "display_name", "password_hash", "oidc_subject"},
    "activation": {"code_hash"},
    "attendance_week": {"entered_by", "doubts", "verified_by"},
    "audit_entry": {"actor", "action", "table_name", "request_key", "before", "after"},
    "calendar_day": {"public_holiday"},
    "centre": {"code", "name", "insee_code", "postcode", "phone", "email", "website", "booking_page"},
    "commune": {"insee_code", "name", "epci_siren", "epci_name"},
    "course": {"code"},
    "entry_draft": {"actor", "form"},
    "erasure": {"salt", "fingerprint"},
    "import_batch": {"kind", "imported_by", "undone_by", "checked_by", "file_hash", "headings"},
    "pass_membership": {"member_number"},
    "person": {"family_name", "given_name", "email", "phone", "home_insee_code"},
    "presentation": {"slides"},
    "price": {"period"},
    "published_figure": {"indicator", "label", "unit"},
    "recovery_code": {"code_hash"},
    "reminder": {"recipient"},
    "second_factor": {"secret"},
    "sign_in_attempt": {"email_hash", "source"},
    "sign_in_session": {"token_hash", "browser"},
    "week_reopening": {"reopened_by"},
    "welcome_household": {"settled_insee_code"},
}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Vu ÉLISE le bras o hier", "Vu … hier"),
        ("LE BRAS-O (Elise)", "…)"),
        ("Clé remise à E. Le Bras Ô.", "Clé remise à …."),
        ("Rappeler +33 (0)4.71.46.20.26 ou 0471462026", "Rappeler … ou …"),
        ("écrire à ELISE.LEBRAS@example.org", "écrire à …"),
        ("Jo Murat est à Murat", "… est à Murat"),
        ("E\u0301lise Le Bras-Ô", "…"),
        ("06 12 34 56 78 / 04 71 46 20 26", "06 12 34 56 78 / …"),
        ("<elise.lebras@example.org>, Jo Murat", "<…>, …"),
    ],
)
def test_a_full_name_an_address_and_a_telephone_are_left_out_of_any_text(text: str, kept: str) -> None:
    assert FOUND.without(text, remark=False) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mme le bras ô absente", "… absente"),
        ("Le Bras Ô a rendu la clé", "… a rendu la clé"),
        ("Mme Murat part de Murat", "… part de Murat"),
    ],
)
def test_a_family_name_alone_is_left_out_of_a_remark_unless_it_is_a_place(text: str, kept: str) -> None:
    assert FOUND.without(text, remark=True) == kept
    assert FOUND.without(text, remark=False) == text


@pytest.mark.parametrize(
    "text",
    [
        "Elisette Le Bras",
        "Élise seule",
        "xelise.lebras@example.org",
        "elise.lebras@example.org-x",
        "04 71 46 20 27",
        "104714620261",
        "Forum de Murat, 3 positions",
        "",
    ],
)
def test_nobody_else_is_taken_for_them(text: str) -> None:
    assert FOUND.without(text, remark=True) == text


def test_two_people_told_by_the_same_words_leave_one_gap() -> None:
    twins = Mentions([Identity("Vidal", "Jeanne"), Identity("Vidal", "Jean"), Identity("Vidal", "Jeanne")])

    assert twins.without("Mme Vidal Jeanne, puis Vidal", remark=True) == "…, puis …"


def test_an_address_written_oddly_is_found_all_the_same() -> None:
    assert Mentions([Identity(None, None, "o'neil@example.org")]).without("à o'neil@example.org", remark=False) == "à …"


def test_nobody_to_find_leaves_every_text() -> None:
    """An erased person has no name: nothing matches, rather than everything."""
    assert Mentions([Identity(None, None)]).without("Élise, 04 71 46 20 26", remark=True) == "Élise, 04 71 46 20 26"


@given(st.text())
def test_folding_keeps_each_sign_in_its_place(text: str) -> None:
    """What is found in the folded text is cut out of the other at the same place."""
    assert len(folded(text)) == len(text)


@given(st.text(alphabet="abÉé @.-0146Le \u0301", max_size=40))
def test_a_text_never_grows(text: str) -> None:
    """Its column takes no more than it did."""
    assert len(FOUND.without(text, remark=True)) <= len(text)


def test_every_text_of_the_database_is_searched_or_said_not_to_be() -> None:
    """A column added later is a decision to take."""
    known = {(table, column) for table, columns in _NOT_TYPED.items() for column in columns}
    coded = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.c
        if any(
            f"{column.name} IN (" in str(rule.sqltext)
            for rule in table.constraints
            if isinstance(rule, sa.CheckConstraint)
        )
    }
    found = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.c
        if (type(column.type) is sa.Text and (table.name, column.name) not in coded)
        or isinstance(column.type, Document)
    }

    assert found == known | TITLES | REMARKS | DOCUMENTS
