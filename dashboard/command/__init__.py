"""The console command `cybercantal`: what one does to the product from a terminal.

Each subcommand has a file, loaded when it is asked for, so that help comes at once.

Exit codes: 0 done, 1 refused or failed (the sentence says the remedy), 2 the command was not written right.
"""

from importlib import import_module
from typing import Final

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from dashboard.wording.typography import typeset

_COMMANDS: Final = {
    "account": ("account", "Gérer qui peut se connecter, et avec quels droits."),
    "backup": ("backup", "Sauvegarder la base de données dans un fichier."),
    "bench": ("bench", "Mesurer la rapidité des pages, en rapports à une page vide."),
    "copy": ("backup", "Copier la base de données vers une autre, SQLite ou PostgreSQL."),
    "demo": ("demo", "Charger des données de démonstration."),
    "deploy": ("deploy", "Donner les fichiers d’un serveur : nginx, systemd, conteneurs."),
    "doctor": ("doctor", "Vérifier l’installation et donner les remèdes."),
    "evaluation": ("report", "Donner les sept lignes du bilan d’une année."),
    "export": ("report", "Écrire les données ouvertes dans un dossier."),
    "import": ("import_file", "Importer un fichier CSV, XLSX, ODS ou XLS, en entier ou pas du tout."),
    "migrate": ("database", "Mettre à jour la base de données."),
    "person": ("person", "Répondre à la demande d’une personne."),
    "remind": ("remind", "Noter les départs oubliés, relancer les télécentres dont une semaine n’est pas saisie."),
    "report": ("report", "Écrire le bilan d’une année, ou la note de ses lieux."),
    "restore": ("backup", "Restaurer une sauvegarde."),
    "retention": ("person", "Appliquer les durées de conservation."),
    "run": ("run", "Démarrer le tableau de bord (commande par défaut)."),
    "salon": ("report", "Geler une présentation dans un fichier, pour un salon sans réseau."),
    "verify": ("backup", "Vérifier une sauvegarde."),
}
"""The file of each command, and its line in the list."""
_HELP_OPTIONS = ("-h", "--help")


class _Commands(click.Group):
    """Runs the server when no subcommand is named, and tells failures in French."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in _HELP_OPTIONS):
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and loaded(str(name)), rest

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from dashboard.command.database import refusal_sentence

            sentence = refusal_sentence(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": list(_HELP_OPTIONS)},
    subcommand_metavar="[COMMANDE] [OPTIONS]",
    epilog="Codes de sortie : 0 fait, 1 refusé ou échoué, 2 commande mal écrite.",
)
def cybercantal() -> None:
    """Tableau de bord du réseau de télécentres CyberCantal.

    Sans commande, prépare la base de données si besoin, démarre le serveur et ouvre le navigateur.
    """


for _name, (_, _line) in _COMMANDS.items():
    cybercantal.add_command(click.Command(_name, help=_line))


def loaded(name: str) -> click.Command:
    """A command, whose file is read now."""
    commands = vars(import_module(f"dashboard.command.{_COMMANDS[name][0]}")).values()
    return next(each for each in commands if isinstance(each, click.Command) and each.name == name)


def main() -> None:
    """The entry point of the installed command."""
    speak_french()
    cybercantal(prog_name="cybercantal")


# click asks `gettext` for each of its sentences, but has no catalogue of its own: here is ours, in French.

# Only what this command can show. The fields of a sentence are click's own.
_SENTENCES: Final = {
    "Usage:": "Utilisation :",
    "Options": "Options ",
    "Commands": "Commandes ",
    "Error: {message}": "Erreur : {message}",
    "Aborted!": "Interrompu.",
    "Try '{command} {option}' for help.": "Aide : {command} {option}",
    "Repeat for confirmation": "Encore une fois",
    "Error: The two entered values do not match.": "Les deux ne sont pas les mêmes.",
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
