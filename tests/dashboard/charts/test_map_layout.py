"""Places that share a point are found, and labels touch nothing."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.map_ground import Box, Spot, groups_of_near, place_labels, text_width

FRAME = Box(0, 0, 700, 640)
points = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2),
    st.tuples(st.floats(0, 20_000), st.floats(0, 20_000)),
    max_size=12,
)


def spot(key: str, x: float, y: float, text: float = 80) -> Spot:
    return Spot(key, x, y, radius=10, text_width=text, text_height=30)


def test_boxes_that_only_touch_do_not_overlap() -> None:
    assert Box(0, 0, 10, 10).overlap(Box(10, 0, 20, 10)) == 0
    assert Box(0, 0, 10, 10).overlap(Box(5, 5, 20, 20)) == 25


def test_places_far_apart_make_no_group() -> None:
    assert groups_of_near({"a": (0, 0), "b": (3001, 0)}) == []


def test_places_at_one_point_make_a_group_in_the_order_given() -> None:
    assert groups_of_near({"b": (0, 0), "z": (50_000, 0), "a": (0, 0)}) == [("b", "a")]


def test_a_place_between_two_groups_makes_them_one() -> None:
    assert groups_of_near({"a": (0, 0), "c": (5000, 0), "b": (2500, 0)}) == [("a", "c", "b")]


@given(points)
def test_nobody_in_a_group_is_alone_and_nobody_left_out_is_near(places: dict[str, tuple[float, float]]) -> None:
    groups = groups_of_near(places)
    group_of = {key: number for number, group in enumerate(groups) for key in group}

    assert all(len(group) > 1 for group in groups)
    for one, other in combinations(places, 2):
        (x, y), (u, v) = places[one], places[other]
        if (x - u) ** 2 + (y - v) ** 2 <= 3000**2:
            assert group_of[one] == group_of[other]


@given(points)
def test_the_groups_do_not_depend_on_the_order(places: dict[str, tuple[float, float]]) -> None:
    backwards = dict(reversed(places.items()))

    assert {frozenset(group) for group in groups_of_near(places)} == {
        frozenset(group) for group in groups_of_near(backwards)
    }


def test_a_label_goes_to_the_right_when_nothing_is_there() -> None:
    place = place_labels([spot("a", 300, 300)], [], FRAME)["a"]

    assert (place.align, place.dy, place.free) == ("left", 0.0, True)
    assert place.dx > 10


def test_a_label_leaves_the_right_to_an_obstacle_and_to_the_edge() -> None:
    blocked = place_labels([spot("a", 300, 300)], [Box(320, 280, 420, 320)], FRAME)["a"]
    at_the_edge = place_labels([spot("a", 690, 300)], [], FRAME)["a"]

    assert blocked.align == "right"
    assert at_the_edge.align == "right"


def test_a_label_with_no_room_says_so() -> None:
    assert not place_labels([spot("a", 300, 300)], [FRAME], FRAME)["a"].free


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 640)), min_size=1, max_size=14, unique=True))
def test_labels_said_free_overlap_neither_each_other_nor_a_circle(centres: list[tuple[int, int]]) -> None:
    spots = [spot(str(number), x, y) for number, (x, y) in enumerate(centres)]
    placed = place_labels(spots, [], FRAME)
    free = {key: place.box for key, place in placed.items() if place.free}

    assert placed.keys() == {one.key for one in spots}
    for (_, one), (_, other) in combinations(free.items(), 2):
        assert one.overlap(other) == 0
    for key, box in free.items():
        assert all(box.overlap(other.box) == 0 for other in spots if other.key != key)


def test_a_longer_or_bolder_text_is_wider() -> None:
    assert text_width("Riom-ès-Montagnes", 13) > text_width("Murat", 13)
    assert text_width("Murat", 13, bold=True) > text_width("Murat", 13)
