"""A report counts people and never tells who they are: no name leaves in a file, and few people are not counted out."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.reporting import FORMS, Form, centre_note, note_file
from data_access.facts import ReportFacts
from data_access.schema import person, placement
from tests.dashboard.reporting.conftest import TODAY
from tests.dashboard.reporting.reading_back import text_of
from tests.demonstrations import demonstration

FEW = "moins de 5"


@pytest.mark.parametrize("form", FORMS)
def test_no_personal_value_is_in_any_file(files_2013: dict[str, Path], form: Form) -> None:
    """Neither names, nor addresses of mail, nor telephones, nor the pseudonyms of candidates."""
    with demonstration(TODAY).connect() as connection:
        people = connection.execute(
            sa.select(person.c.given_name, person.c.family_name, person.c.email, person.c.phone)
        ).all()
        candidates = connection.execute(sa.select(placement.c.candidate_ref)).scalars().all()
    said = text_of(files_2013[form]) + text_of(files_2013[f"note-{form}"])
    values = {f"{given} {family}" for given, family, *_ in people} | {
        f"{family} {given}" for given, family, *_ in people
    }
    values |= {value for *_, email, phone in people for value in (email, phone) if value} | set(candidates)

    assert len(values) > 500
    assert [value for value in values if value in said] == []


@pytest.mark.parametrize("form", FORMS)
def test_few_people_are_not_counted_out_on_a_note(facts_2013: ReportFacts, tmp_path: Path, form: Form) -> None:
    facts = with_people(facts_2013, users=4, members=1)
    name, content = note_file(facts, "MURAT", form)
    (tmp_path / name).write_bytes(content)

    lines = centre_note(facts, "MURAT").lines.frame.filter(pl.col("key").is_in(["users", "pass_members"]))
    assert lines["value"].to_list() == [None, None]
    assert text_of(tmp_path / name).count(FEW) >= 2


def test_five_people_and_nobody_are_counted(facts_2013: ReportFacts) -> None:
    lines = centre_note(with_people(facts_2013, users=5, members=0), "MURAT").lines
    told = dict(zip(lines.frame["key"], lines.texts["Ce lieu"], strict=True))

    assert [told[key] for key in ("users", "pass_members")] == ["5", "0"]


def test_the_notes_together_give_back_no_small_count(facts_2013: ReportFacts) -> None:
    """One place of few people could be had from the total and the nine others: a second one is not told either."""
    few = pl.col("centre_code") == "MURAT"
    members = facts_2013.members_by_centre.drop_nulls().with_columns(active=pl.when(few).then(2).otherwise(10))
    facts = replace(facts_2013, members_by_centre=members, members_before=())
    said = [
        dict(zip(lines.frame["key"], lines.texts["Ce lieu"], strict=True))["pass_members"]
        for code in facts.place_names
        for lines in [centre_note(facts, code).lines]
    ]

    assert said.count(FEW) == 1
    assert said.count("masqué") == 1


def with_people(facts: ReportFacts, *, users: int, members: int) -> ReportFacts:
    """The same year with so many people at Murat."""

    def counted(frame: pl.DataFrame, column: str, number: int) -> pl.DataFrame:
        here = pl.col("centre_code") == "MURAT"
        return frame.with_columns(pl.when(here).then(number).otherwise(column).cast(pl.Int64).alias(column))

    return replace(
        facts,
        users_by_centre=counted(facts.users_by_centre, "users", users),
        members_by_centre=counted(facts.members_by_centre, "active", members),
    )
