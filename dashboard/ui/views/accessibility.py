"""The statement of accessibility, and whom to tell of a difficulty."""

from dashboard.configuration.settings import load_settings
from dashboard.wording.accessibility import CHECKED, MISSING, STATE

__all__ = ["CHECKED", "MISSING", "STATE", "whom_to_tell"]


def whom_to_tell() -> str:
    """Where somebody who cannot use a page writes."""
    contact = load_settings().contact_email
    whom = f"écrivez à {contact}" if contact else "écrivez à la coordination du réseau de télécentres"
    return (
        f"Une page vous résiste ? Dites laquelle et ce que vous vouliez faire : {whom}. Sans réponse, vous pouvez saisir "
        "le Défenseur des droits."
    )
