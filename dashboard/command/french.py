"""click in French. It asks `gettext` for each of its sentences, but has no catalogue of its own: here is ours."""

from typing import Final

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from dashboard.wording.typography import typeset

# Only what this command can show. The fields of a sentence are click's own.
_SENTENCES: Final = {
    "Usage:": "Utilisation :",
    "Options": "Options ",
    "Commands": "Commandes ",
    "Error: {message}": "Erreur : {message}",
    "Aborted!": "Interrompu.",
    "Try '{command} {option}' for help.": "Aide : {command} {option}",
    "Show this message and exit.": "Afficher cette aide.",
    "default: {default}": "par défaut : {default}",
    "required": "obligatoire",
    "Missing command.": "Indiquez une commande.",
    "Missing argument": "Il manque l’argument",
    "Missing option": "Il manque l’option",
    "Missing parameter": "Il manque le paramètre",
    "No such command {name!r}.": "La commande « {name} » n’existe pas.",
    "No such option {name!r}.": "L’option « {name} » n’existe pas.",
    "Option {name!r} requires an argument.": "L’option « {name} » attend une valeur.",
    "Option {name!r} does not take a value.": "L’option « {name} » n’attend pas de valeur.",
    "Invalid value: {message}": "Valeur à corriger : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur à corriger pour {param_hint} : {message}",
    "{value!r} is not a valid {number_type}.": "« {value} » n’est pas un nombre entier.",
    "{value} is not in the range {range}.": "{value} est hors des limites {range}.",
    "Choose from:\n\t{choices}": "Choix possibles :\n\t{choices}",
}
_PLURALS: Final = {
    "Got unexpected extra argument ({args})": (
        "L’argument {args} est de trop.",
        "Les arguments {args} sont de trop.",
    ),
    "Did you mean {possibility}?": ("Vouliez-vous dire {possibility} ?", "Vouliez-vous dire : {possibilities} ?"),
    "{value!r} is not {choice}.": ("« {value} » n’est pas {choice}.", "« {value} » n’est pas parmi {choices}."),
    "{value!r} does not match the format {format}.": (
        "« {value} » n’est pas une date de la forme AAAA-MM-JJ.",
        "« {value} » n’est pas une date de la forme AAAA-MM-JJ.",
    ),
    "Option {name!r} requires an argument.": (
        "L’option « {name} » attend une valeur.",
        "L’option « {name} » attend {nargs} valeurs.",
    ),
}
_MODULES: Final = (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.termui,
    click.types,
)


def speak_french() -> None:
    """Replaces, in click's modules, the two functions by which they look for a translation, and what lays out their help.

    A compiled catalogue would need a binary file and a language imposed on the whole process and its children.
    """
    click.Context.formatter_class = FrenchHelp
    for module in _MODULES:
        if hasattr(module, "_"):
            setattr(module, "_", _sentence)  # noqa: B010
        if hasattr(module, "ngettext"):
            setattr(module, "ngettext", _counted)  # noqa: B010


class FrenchHelp(click.formatting.HelpFormatter):
    """Help whose lines, which click folds at every space, keep the signs of French typography with their words."""

    def getvalue(self) -> str:
        return typeset(super().getvalue())


def _sentence(english: str) -> str:
    return _SENTENCES.get(english, english)


def _counted(singular: str, plural: str, count: int) -> str:
    one, several = _PLURALS.get(singular, (singular, plural))
    return several if count > 1 else one
