"""Sends messages by the mail server of the settings."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final

from dashboard.reminders.messages import Message
from dashboard.settings import Settings

_SECONDS: Final = 20


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
    """Sends one message; NotSent when its recipient is refused. A line break in an address is refused, not sent."""
    if not message.recipient:
        raise NotSent("no recipient")
    letter = EmailMessage()
    try:
        letter["From"] = settings.mail_sender
        letter["To"] = message.recipient
        letter["Subject"] = message.subject
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
