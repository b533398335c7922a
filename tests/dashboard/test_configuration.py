"""The options of Streamlit that are in force."""

from pathlib import Path

import pytest
from streamlit import config

from dashboard.charts.palette import DARK, LIGHT, Palette

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("server.address", "127.0.0.1"),
        ("server.enableCORS", True),
        ("server.enableXsrfProtection", True),
        ("server.fileWatcherType", "none"),
        ("server.enableStaticServing", False),
        ("server.maxUploadSize", 40),
        ("server.maxMessageSize", 20),
        ("server.runOnSave", False),
        ("server.headless", True),
        ("server.trustedUserHeaders", {}),
        ("server.enableWebsocketCompression", False),
        ("global.developmentMode", False),
        ("server.enableAgentApi", False),
        ("browser.gatherUsageStats", False),
        ("browser.serverAddress", "127.0.0.1"),
        ("runner.postScriptGC", False),
        ("runner.magicEnabled", False),
        ("client.toolbarMode", "minimal"),
        ("client.showErrorDetails", "none"),
        ("client.showErrorLinks", False),
    ],
)
def test_the_options_in_force_are_those_of_the_configuration(option: str, expected: object) -> None:
    assert config.get_option(option) == expected


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_the_theme_has_the_colours_of_the_charts(palette: Palette) -> None:
    theme = f"theme.{palette.name}"

    assert config.get_option(f"{theme}.backgroundColor") == palette.background
    assert config.get_option(f"{theme}.secondaryBackgroundColor") == palette.secondary_background
    assert config.get_option(f"{theme}.textColor") == palette.text
    assert config.get_option(f"{theme}.linkColor") == palette.link
    assert config.get_option(f"{theme}.borderColor") == palette.border
    assert tuple(config.get_option(f"{theme}.chartCategoricalColors")) == palette.categorical
    assert tuple(config.get_option(f"{theme}.chartSequentialColors")) == palette.sequential


def test_every_line_of_the_configuration_says_why() -> None:
    """Each table begins with a comment, or each of its first lines has one above it."""
    lines = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8").splitlines()
    options = [line for line in lines if " = " in line and not line.startswith("#")]

    assert len([line for line in lines if line.startswith("#")]) > len(options) / 2
