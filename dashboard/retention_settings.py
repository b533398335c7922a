"""How long what is recorded about people is kept, as settings: defaults and limits come from the rules themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import Field
from pydantic_settings import BaseSettings

from data_access.retention_rules import RULES

_UNITS: Final[Mapping[str, str]] = {"months": "mois", "days": "jours"}


def _duration(key: str, description: str) -> Any:
    rule = RULES[key]
    return Field(
        default=rule.usual,
        title=f"un nombre de {_UNITS[rule.unit]} entre {rule.least} et {rule.most}",
        description=description,
        examples=[str(rule.usual)],
        ge=rule.least,
        le=rule.most,
    )


class RetentionSettings(BaseSettings):
    """One duration per rule, by the name the rule gives it."""

    keep_people_months: int = _duration(
        "people", "Mois de conservation du nom d’une personne après la fin de tout ce qui la lie au réseau."
    )
    keep_visits_months: int = _duration("visits", "Mois après lesquels un pointage perd tout lien avec une personne.")
    keep_candidates_months: int = _duration(
        "candidates", "Mois après lesquels un candidat sans nouvelle perd sa référence."
    )
    keep_connections_months: int = _duration(
        "connections", "Mois de conservation des connexions et des accès refusés notés au journal."
    )
    keep_reminders_months: int = _duration("reminders", "Mois de conservation des relances envoyées.")
    keep_drafts_days: int = _duration("drafts", "Jours de conservation d’un brouillon abandonné.")
    keep_sign_in_days: int = _duration(
        "sign_in", "Jours de conservation d’une connexion finie, d’un essai de mot de passe ou d’un lien d’accès."
    )
    erasures_file: Path | None = Field(
        default=None,
        title="un fichier que l’utilisateur peut écrire",
        description="Registre des effacements, gardé hors de la base et jamais restauré avec elle.",
        examples=["/srv/cybercantal/effacements.jsonl"],
    )

    @property
    def retention(self) -> Mapping[str, int]:
        """The durations in force, by the key of their rule."""
        return {rule.key: getattr(self, rule.setting) for rule in RULES.values()}
