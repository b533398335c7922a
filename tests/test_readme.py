"""The README says what the registries say."""

from dashboard.identity.signing import KEY_FILE
from tests.readme import README, with_fresh_parts
from tests.test_architecture import CODE, imports, parsed


def test_derived_parts_are_those_of_the_registries() -> None:
    """Pages, indicators and settings of the README are refreshed by `python -m tests.readme --write`."""
    text = README.read_text(encoding="utf-8")

    assert with_fresh_parts(text) == text


def test_the_readme_names_every_library_of_cryptography() -> None:
    """And what else ASVS asks to be written down: the life of keys, and the delays in which flaws are mended."""
    text = README.read_text(encoding="utf-8")
    known = {
        "argon2",
        "authlib",
        "cryptography",
        "hashlib",
        "hmac",
        "itsdangerous",
        "joserfc",
        "pwdlib",
        "pyotp",
        "secrets",
        "ssl",
    }
    used = {module.split(".")[0] for file in CODE for module in imports(parsed(file))} & known

    assert {library for library in used if f"`{library}`" not in text} == set()
    assert KEY_FILE in text
    assert "within 7 days where it is critical, 30 days else" in text


def test_the_readme_shows_a_real_screenshot() -> None:
    """The picture it shows is in the repository."""
    name = README.read_text(encoding="utf-8").split("](", 1)[1].split(")", 1)[0]

    assert (README.parent / name).is_file()
