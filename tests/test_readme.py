"""The README says what the registries say."""

from tests.readme import README, with_fresh_parts


def test_derived_parts_are_those_of_the_registries() -> None:
    """Pages, indicators and settings of the README are refreshed by `python -m tests.readme --write`."""
    text = README.read_text(encoding="utf-8")

    assert with_fresh_parts(text) == text


def test_the_readme_shows_a_real_screenshot() -> None:
    """The picture it shows is in the repository."""
    name = README.read_text(encoding="utf-8").split("](", 1)[1].split(")", 1)[0]

    assert (README.parent / name).is_file()
