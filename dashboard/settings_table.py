"""The settings told as a table, and the variables that look like one and are none."""

from collections.abc import Mapping

from dashboard.settings import DATABASE_FILE, PREFIX, Settings, example_of, variable


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like a setting and are none: most often a slip of the keyboard."""
    known = {variable(name) for name in Settings.model_fields}
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def settings_table() -> str:
    """The settings as a Markdown table, for README."""
    rows = [
        f"| `{variable(name)}` | {field.description} | {_shown_default(name)} | `{example_of(name)}` |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| Variable | Rôle | Par défaut | Exemple |", "|---|---|---|---|", *rows])


def _shown_default(name: str) -> str:
    # These depend on the machine: the table says how, not where.
    if name == "data_folder":
        return "dossier de données de l’utilisateur"
    if name == "database_url":
        return f"fichier `{DATABASE_FILE}` du dossier de données"
    if name == "erasures_file":
        return "à côté de la base"
    default = Settings.model_fields[name].default
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if default not in ("", (), None) else "vide"
