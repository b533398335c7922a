"""Failures a person at a terminal can do something about, as one French sentence each; others crash loudly."""

import errno
from typing import Final

_REASONS: Final = {
    errno.EACCES: "vous n’en avez pas le droit",
    errno.EPERM: "vous n’en avez pas le droit",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.ENOENT: "ce fichier n’existe pas",
    errno.ENOTDIR: "un fichier occupe la place d’un dossier",
}
_INSUFFICIENT_PRIVILEGE: Final = "42501"


def refusal_sentence(error: Exception) -> str | None:
    """The sentence that says what is wrong and the remedy, None for an error nobody foresaw."""
    # Imported late: only a failure pays for it.
    from dashboard.settings import SettingsError

    if isinstance(error, SettingsError):
        return str(error)
    # By name, so that neither SQLAlchemy nor Alembic is imported to say that a folder is missing.
    if any(parent.__name__ == "MigrationRefused" for parent in type(error).__mro__):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        reason = _REASONS.get(error.errno or 0, error.strerror)
        return f"« {error.filename} » n’a pas pu être lu ou écrit : {reason}. Voyez « cybercantal doctor »."
    if type(error).__module__ == "sqlalchemy.exc" and type(error).__name__ in {"OperationalError", "DatabaseError"}:
        return _database_sentence(str(getattr(error, "orig", error)))
    if getattr(getattr(error, "orig", None), "sqlstate", None) == _INSUFFICIENT_PRIVILEGE:
        return (
            "Le rôle PostgreSQL avec lequel la commande se connecte n’a pas ce droit. Relancez-la avec le propriétaire des "
            "tables dans CYBERCANTAL_DATABASE_URL."
        )
    return None


def _database_sentence(reason: str) -> str:
    from dashboard.settings import load_settings, shown_url

    return (
        f"La base de données « {shown_url(load_settings().database_url)} » ne répond pas "
        f"({reason.strip().splitlines()[0]}). Vérifiez qu’elle est en marche et que CYBERCANTAL_DATABASE_URL est juste."
    )
