"""How long what is recorded about people is kept: each rule once, for the settings, the page that says so, and the deed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class RetentionRule:
    """One duration, `usual` unless set otherwise between `least` and `most`, and what happens after it in `tables`:
    people lose their names, rows lose their person or their reference, or rows are removed."""

    key: str
    unit: Literal["months", "days"]
    usual: int
    least: int
    most: int
    deed: Literal["erase", "unlink", "unname", "remove"]
    tables: tuple[str, ...]

    @property
    def setting(self) -> str:
        """The name of its duration among the settings."""
        return f"keep_{self.key}_{self.unit}"


RULES: Final[Mapping[str, RetentionRule]] = {
        rule.key: rule
        for rule in (
            # After the end of all that ties the person to the network: two years to settle what may be disputed.
            RetentionRule(
                "people", "months", 24, 6, 120, "erase",
                ("person", "pass_membership", "agreement", "member_service", "support"),
            ),
            # A year and a month, so that a month can be compared with the same one before it.
            RetentionRule("visits", "months", 13, 1, 36, "unlink", ("visit",)),
            RetentionRule("candidates", "months", 24, 6, 120, "unname", ("placement",)),
            RetentionRule("connections", "months", 12, 6, 36, "remove", ("audit_entry",)),
            RetentionRule("reminders", "months", 12, 1, 36, "remove", ("reminder",)),
            RetentionRule("drafts", "days", 30, 2, 365, "remove", ("entry_draft", "import_file")),
            RetentionRule(
                "sign_in", "days", 1, 1, 90, "remove", ("sign_in_session", "sign_in_attempt", "activation")
            ),
        )
    }  # fmt: skip
