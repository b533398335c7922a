"""The console command `cybercantal`: what one does to the product from a terminal.

Each subcommand has a file. They import what they need when they run, so that help comes at once.

Exit codes: 0 done, 1 refused or failed (the sentence says the remedy), 2 the command was not written right.
"""

import click

from dashboard.command.account import account
from dashboard.command.bench import bench
from dashboard.command.database import migrate, refusal_sentence
from dashboard.command.demo import demo
from dashboard.command.doctor import doctor
from dashboard.command.french import speak_french
from dashboard.command.import_file import import_file
from dashboard.command.person import person, retention
from dashboard.command.remind import remind
from dashboard.command.report import evaluation, export, report
from dashboard.command.run import run
from dashboard.command.salon import salon

_HELP_OPTIONS = ("-h", "--help")


class _Commands(click.Group):
    """Runs the server when no subcommand is named, and tells failures in French."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in _HELP_OPTIONS):
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Exception as error:
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


_COMMANDS = (
    run,
    migrate,
    demo,
    evaluation,
    report,
    import_file,
    export,
    remind,
    account,
    person,
    retention,
    salon,
    doctor,
    bench,
)
for _command in _COMMANDS:
    cybercantal.add_command(_command)


def main() -> None:
    """The entry point of the installed command."""
    speak_french()
    cybercantal(prog_name="cybercantal")
