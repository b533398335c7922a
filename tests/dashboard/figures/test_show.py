"""What the slides say of the demonstration, and what they do not say of a few people."""

import dataclasses
from datetime import UTC, date, datetime

import polars as pl
import pytest

from dashboard.figures import evaluation
from dashboard.figures.model import EVERYBODY
from dashboard.figures.placements import Asked, by_aim
from dashboard.figures.show import OF_INDICATOR, Deck, Slide, choosable, compose_deck, live_slide
from dashboard.presentation.choice import slide_names
from dashboard.wording.terms import FEWER, HIDDEN
from dashboard.wording.typography import typeset
from data_access.engine import reading
from data_access.facts import ConventionFacts, PresentationFacts, PresentOccupancy, YearFacts
from data_access.reads.presentation import presentation_facts
from data_access.rights import VISITOR
from tests.demonstrations import demonstration

TODAY = date(2017, 5, 30)
AT = datetime(2017, 5, 30, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def facts() -> PresentationFacts:
    """The sums of the demonstration, as a visitor has them."""
    with reading(demonstration(TODAY), TODAY, VISITOR) as connection:
        return presentation_facts(connection, on=TODAY)


def made(facts: PresentationFacts, *keys: str) -> Deck:
    return compose_deck(facts, None, keys or slide_names(), addresses=("coordination@exemple.fr",), demonstration=True)


def one(facts: PresentationFacts, key: str) -> Slide:
    return made(facts, key).slides[key]


def number(facts: PresentationFacts, key: str) -> str:
    return one(facts, f"{OF_INDICATOR}{key}").number


def contracts(facts: PresentationFacts, *aims: int) -> ConventionFacts:
    """So many contracts of each aim, all begun in 2014 and running."""
    row = facts.convention.contracts.head(1).with_columns(
        hired_on=pl.lit(date(2014, 3, 3)), ended_on=pl.lit(None, pl.Date), running=pl.lit(1, pl.Int64)
    )
    rows = [
        row.with_columns(pl.lit(aim).cast(row.schema["aim"]).alias("aim"))
        for aim, many in enumerate(aims, 1)
        for _ in range(many)
    ]
    return dataclasses.replace(facts.convention, contracts=pl.concat([row.clear(), *rows]))


def occupancy(taken: int | None, seats: int = 58) -> PresentOccupancy:
    schema = {"seats": pl.Int64, "seats_taken": pl.Int64}
    return PresentOccupancy(AT, pl.DataFrame([(seats, taken)], schema=schema, orient="row"))


def test_the_slides_say_what_was_published(facts: PresentationFacts) -> None:
    slides = made(facts).slides

    assert slides["carte"].title == "12\u00a0lieux pour télétravailler"
    assert (slides["carte"].number, slides["carte"].unit) == ("81", "positions de travail")
    # Three were concluded since the last year was over: it told 27.
    assert (slides["contrats"].number, slides["contrats"].unit) == (HIDDEN, "contrats")
    assert (slides["sessions"].number, slides["sessions"].title) == ("22", "530\u00a0personnes accueillies depuis 2003")
    assert slides["remplissage"].title.endswith("de remplissage, contre 35\u00a0% en 2013")
    assert all(slide.foot.startswith("Source\u00a0: ") for key, slide in slides.items() if key != "contact")


def test_what_is_to_come_is_told_by_its_name(facts: PresentationFacts) -> None:
    doors, training, _ = one(facts, "agenda").lines

    assert (doors.when, doors.what, doors.where) == ("mar. 30\u00a0mai", "Portes ouvertes", "Aurillac et Mauriac")
    assert (training.what, training.where) == ("Formation\u00a0: Téléprospection", "Aurillac")


def test_a_number_stands_beside_its_course(facts: PresentationFacts) -> None:
    """Over the years of the evaluation, as anybody reads them, from the first that is known."""
    slide, every = one(facts, "pass"), evaluation.every_year(facts.evaluated, EVERYBODY)

    assert slide.trend is not None
    assert slide.trend.values == tuple(
        each.values["pass_members"] for each in every if str(each.year) in slide.trend.names
    )
    assert slide.trend.values[0] is not None
    assert slide.trend.ends[0] == every[len(every) - len(slide.trend.values)].lines["pass_members"].text


def test_who_comes_or_goes_moves_one_slide(facts: PresentationFacts) -> None:
    """The others are those that were made, as long as what they are made of is the same."""
    keys = ("carte", "heures", "annees", "pass", "contrats", "sessions", "agenda", f"{OF_INDICATOR}users", "direct")
    before, after = (
        compose_deck(facts, occupancy(taken), keys, addresses=(), demonstration=True).slides for taken in (20, 21)
    )

    assert {key for key in keys if before[key] is not after[key]} == {"direct"}


def test_every_slide_is_short_and_well_typeset(facts: PresentationFacts) -> None:
    for slide in made(facts).slides.values():
        # Without a number the caption is the key of what is drawn.
        words = f"{slide.title} {slide.number} {slide.unit} {slide.caption if slide.number else ''}".split()
        assert len(words) <= 18, slide
        for text in (slide.title, slide.caption, slide.unit):
            assert typeset(text) == text


def test_nothing_to_say_makes_no_slide(facts: PresentationFacts) -> None:
    nobody = dataclasses.replace(
        facts, places=facts.places.clear(), events=facts.events.clear(), convention=contracts(facts)
    )

    assert set(made(nobody, "carte", "agenda", "contrats", "direct", "contact").slides) == {"contact"}


def test_no_count_under_five_is_ever_written(facts: PresentationFacts) -> None:
    """Whatever is chosen: each figure of people is five or more, hidden, or no count at all."""
    people = {each.key: each for each in choosable() if each.unit in ("person", "family", "contract")}
    few = dataclasses.replace(
        facts,
        users=facts.users.with_columns(users=pl.lit(3, pl.Int64)),
        club=dataclasses.replace(
            facts.club,
            months=facts.club.months.with_columns(pl.lit(4, pl.Int64).alias(name) for name in ("joined", "ended")),
            members=facts.club.members.with_columns(active=pl.lit(4, pl.Int64)),
        ),
        welcome=dataclasses.replace(facts.welcome, households=facts.welcome.households.head(1)),
        convention=contracts(facts, 1, 1, 1),
    )
    told = {key: number(few, key) for key in people}

    hidden = {"users", "pass_members", "households", "placements", "placements_aim_1"}
    split = {"placements_aim_1"}
    assert {told[key] for key in hidden - split} == {FEWER}
    assert {told[key] for key in split} == {HIDDEN}
    assert {number for number in told.values() if number.isdigit() and int(number) < 5} == set()
    assert one(few, "pass").title == "Le Pass Actifs Mobiles", "how it moved would tell of few"


def test_a_part_is_hidden_when_the_rest_is_few(facts: PresentationFacts) -> None:
    """19 trials over and 18 who stayed would tell of the one who left."""
    cohorts = pl.DataFrame({"joined": [37], "trials_over": [19], "kept": [18], "left_own_premises": [0]})
    told = dataclasses.replace(facts, club=dataclasses.replace(facts.club, cohorts=cohorts))

    assert number(told, "pass_kept") == HIDDEN
    assert number(told, "pass_kept_share") == HIDDEN
    assert number(told, "pass_trials_over") == "19"


def test_the_aims_are_hidden_as_on_their_page(facts: PresentationFacts) -> None:
    """Two of them and their total would tell the third: it is hidden with the cheapest of the others."""
    told = dataclasses.replace(facts, convention=contracts(facts, 20, 9, 1))

    assert [number(told, f"placements_aim_{aim}") for aim in (1, 2, 3)] == ["20", HIDDEN, HIDDEN]
    page = by_aim(told.convention, Asked(told.on), EVERYBODY).table.frame["placements"].to_list()
    assert page == [20, None, None]


def test_the_seven_lines_of_every_year_are_drawn_as_anybody_reads_them(facts: PresentationFacts) -> None:
    """Those of the page, for who sees no small count; the last year that is over is said."""
    slide = one(facts, "annees")
    every = evaluation.every_year(facts.evaluated, EVERYBODY)
    table = evaluation.years(every, 2016).table

    assert [line.label for line in slide.yearly] == [
        *("Télécentres", "Positions", "Utilisateurs", "Heures", "Remplissage", "Adhérents", "Coût par poste")
    ]
    for line in slide.yearly:
        assert line.names == tuple(map(str, range(2007, 2018)))
        key = next(name for name, heading in table.headings.items() if heading.startswith(line.label))
        assert line.values == tuple(each.values[key] for each in every)
        assert line.said == typeset(every[-2].lines[key].text)
        assert (max(line.shares), line.origins[-2]) == (1, "chosen")
    assert "En vert : 2016." in slide.caption.replace("\u00a0", " ")


def test_what_is_hidden_of_a_year_is_not_said_to_be_unknown(facts: PresentationFacts) -> None:
    first, *others = facts.evaluated.years
    few = dataclasses.replace(
        first, users=first.users.with_columns(pl.lit(3).alias(column) for column in first.users.columns)
    )

    def legend(year: YearFacts) -> str:
        years = dataclasses.replace(facts.evaluated, years=(year, *others))
        return one(dataclasses.replace(facts, evaluated=years), "annees").caption.replace("\u00a0", " ")

    assert legend(few).endswith("Pointillé : sans donnée ou masqué.")
    assert legend(first).endswith("Pointillé : sans donnée.")


def test_a_year_alone_is_not_drawn(facts: PresentationFacts) -> None:
    """Nor is one that runs beside one that is over."""
    two = dataclasses.replace(facts.evaluated, years=facts.evaluated.years[-2:])

    assert "annees" not in made(dataclasses.replace(facts, evaluated=two), "annees").slides


def test_without_a_year_to_compare_with_the_hours_did_not_move(facts: PresentationFacts) -> None:
    begun = dataclasses.replace(facts, attendance_before=None, attendance_months=facts.attendance_months.tail(3))

    assert one(begun, "heures").title == "Les heures passées dans les télécentres"
    assert one(begun, "heures").caption == "de février 2017 à avril 2017"


def test_who_is_there_is_hidden_when_they_are_few(facts: PresentationFacts) -> None:
    few, many, nobody = live_slide(occupancy(3)), live_slide(occupancy(18)), live_slide(occupancy(0))

    assert few is not None
    assert many is not None
    assert nobody is not None
    assert (many.number, many.caption) == ("40", "18\u00a0occupées sur 58, à 10\u00a0h")
    assert (few.number, few.unit, few.caption) == (
        "54",
        "places libres ou plus",
        f"{FEWER} occupées sur 58, à 10\u00a0h",
    )
    assert few.gauge is None, "a bar would count them"
    assert (nobody.number, nobody.caption) == ("58", "0\u00a0occupée sur 58, à 10\u00a0h"), "nobody is not few"
    assert live_slide(occupancy(None)) is None


def test_of_so_few_seats_nothing_is_sure_to_be_free() -> None:
    shown = live_slide(occupancy(2, seats=3))

    assert shown is not None
    assert (shown.number, shown.unit, shown.caption) == (FEWER, "places occupées", "sur 3, à 10\u00a0h")


def test_every_indicator_that_can_be_chosen_makes_a_slide(facts: PresentationFacts) -> None:
    keys = [key for key in slide_names() if key.startswith(OF_INDICATOR)]
    slides = made(facts, *keys).slides

    assert list(slides) == keys
    assert len(keys) > 30
    assert all(slide.number for slide in slides.values())
