"""The message to a centre whose weeks are not entered, that to who is given an account, and their sending."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import quote

from dashboard.configuration.settings import Settings
from dashboard.wording import dates
from dashboard.wording.typography import enumeration, typeset

# The message to a centre whose weeks are not entered: polite, complete, ready to be sent as it is.

DEADLINE_DAYS: Final = 11
"""From the Monday of a week to the Friday by which it is expected."""


@dataclass(frozen=True)
class Message:
    """One message, in plain text."""

    recipient: str | None
    subject: str
    body: str

    @property
    def mail_link(self) -> str:
        """What opens it in the mail program of the reader."""
        lines = self.body.replace("\n", "\r\n")
        return f"mailto:{quote(self.recipient or '', safe='@')}?subject={quote(self.subject)}&body={quote(lines)}"


def reminder_message(
    centre_name: str,
    recipient: str | None,
    weeks: Sequence[date],
    *,
    as_of: date,
    centre_code: str,
    address: str | None = None,
    signature: str = "La coordination du réseau CyberCantal Télécentres",
) -> Message:
    """What to write to a centre for the weeks it owes (their Mondays, oldest first): before the deadline, or after."""
    late = [week for week in weeks if as_of > deadline(week)]
    named = [f"semaine {week.isocalendar().week}" for week in weeks]
    subject = f"{centre_name} : {enumeration(named)} à saisir"
    lines = ["Bonjour,", ""]
    if late:
        one = len(weeks) == 1
        lines.append(f"Il manque encore {'le relevé' if one else 'les relevés'} de fréquentation de {centre_name} :")
    else:
        lines.append(
            f"Le relevé de fréquentation de {centre_name} est attendu au plus tard le "
            f"{dates.full_date(deadline(weeks[-1]))} :"
        )
    for week in weeks:
        lines.append(f"- {_week(week)}{_link(address, centre_code, week)}")
    lines += [
        "",
        "Si le télécentre était fermé, une seule action suffit : « Fermé toute la semaine ».",
        "",
        "Merci de votre aide,",
        signature,
    ]
    return Message(recipient, typeset(subject), "\n".join(typeset(line) for line in lines))


def deadline(week_start: date) -> date:
    """The Friday after the week's Sunday."""
    return week_start + timedelta(days=DEADLINE_DAYS)


def _week(week: date) -> str:
    return f"semaine {week.isocalendar().week}, {dates.date_range(week, week + timedelta(days=6))}"


def _link(address: str | None, centre_code: str, week: date) -> str:
    return f" : {address.rstrip('/')}/saisie?centre={centre_code}&semaine={dates.week_key(week)}" if address else ""


# The message to who is given an account, or a new password for it.


def invitation(display_name: str, email: str, link: str, until: datetime, *, again: bool = False) -> Message:
    """What to write with the link by which somebody chooses their password, once; `again` for who had one already."""
    what = "Voici de quoi choisir un nouveau mot de passe pour le" if again else "Un compte vous est ouvert sur le"
    before = (f"Bonjour {display_name},", "", f"{what} tableau de bord CyberCantal Télécentres, au nom de {email}.")
    after = (
        f"Il sert une seule fois, jusqu’au {dates.date_and_time(until)}. Passé ce délai, demandez-en un autre à qui vous a "
        "ouvert ce compte.",
        "",
        "Si vous n’attendiez pas ce message, ne faites rien.",
        "",
        "La coordination du réseau CyberCantal Télécentres",
    )
    asked = ("", "Choisissez votre mot de passe en ouvrant ce lien :")
    # A link is no sentence: typography would break it.
    lines = [*map(typeset, (*before, *asked)), link, "", *map(typeset, after)]
    subject = (
        "Tableau de bord des télécentres : votre mot de passe"
        if again
        else "Tableau de bord des télécentres : votre accès"
    )
    return Message(email, typeset(subject), "\n".join(lines))


def hand_over(settings: Settings, message: Message, until: datetime) -> str:
    """Sends an invitation where mail is set, and answers what came of it and what is left to do with the link shown below."""
    valid = f"valable jusqu’au {dates.date_and_time(until)}"
    try:
        with mail_server(settings) as server:
            send(server, settings, message)
    except NoMailServer:
        return f"Transmettez ce lien, {valid} :"
    except NotSent:
        return f"Le courriel à {message.recipient} n’est pas parti. Transmettez vous-même ce lien, {valid} :"
    return f"Invitation envoyée à {message.recipient}, {valid}. Si elle n’arrive pas, transmettez ce lien :"


# Sends messages by the mail server of the settings.

_SECONDS: Final = 20
_ENCODED_WORD: Final = "=?"


class NoMailServer(RuntimeError):
    """No mail server is set."""


class NotSent(RuntimeError):
    """The mail server did not take the message."""


@contextmanager
def mail_server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, signed in where the settings say so; NotSent when it does not answer."""
    if not settings.mail_server or not settings.mail_sender:
        raise NoMailServer
    context = ssl.create_default_context()
    try:
        if settings.mail_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.mail_server, settings.mail_port, timeout=_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(settings.mail_server, settings.mail_port, timeout=_SECONDS)
        with server:
            if settings.mail_security == "starttls":
                server.starttls(context=context)
            if settings.mail_user and settings.mail_password:
                server.login(settings.mail_user, settings.mail_password.get_secret_value())
            yield server
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(type(error).__name__) from None


def send(server: smtplib.SMTP, settings: Settings, message: Message) -> None:
    """Sends one message; NotSent when its recipient is refused. A line break in an address is refused, not sent.

    « =?utf-8?q?x=0ABcc:… » is an encoded word, in which Python up to 3.11.9 writes the line break it stands for: an address
    with one is refused, and a subject with one is sent as the text it is.
    """
    if not message.recipient:
        raise NotSent("no recipient")
    if _ENCODED_WORD in message.recipient:
        raise NotSent("an encoded word in the address")
    letter = EmailMessage()
    try:
        letter["From"] = settings.mail_sender
        letter["To"] = message.recipient
        letter["Subject"] = message.subject.replace(_ENCODED_WORD, "=\u2060?")
    except ValueError as error:
        raise NotSent(str(error)) from None
    letter["Date"] = formatdate(localtime=False)
    letter["Message-ID"] = make_msgid(domain="cybercantal.invalid")
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.body)
    try:
        server.send_message(letter)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(type(error).__name__) from None
