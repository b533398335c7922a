"""How mail leaves: settings of the product, read by `dashboard.settings`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings


def lower(value: object) -> object:
    """A word of a list is taken in any case."""
    return value.lower() if isinstance(value, str) else value


class MailSettings(BaseSettings):
    """The SMTP server by which reminders are sent."""

    mail_server: str = Field(
        default="",
        title="un nom de serveur",
        description="Serveur SMTP par lequel partent les relances ; vide, rien n’est envoyé.",
        examples=["smtp.exemple.fr"],
    )
    mail_port: int = Field(
        default=587,
        title="un numéro de port entre 1 et 65535",
        description="Port du serveur SMTP.",
        examples=["465"],
        ge=1,
        le=65535,
    )
    mail_security: Annotated[Literal["starttls", "tls", "none"], BeforeValidator(lower)] = Field(
        default="starttls",
        title="une protection parmi starttls, tls et none",
        description="Chiffrement de l’échange avec le serveur SMTP ; none seulement sur la machine même.",
        examples=["tls"],
    )
    mail_user: str = Field(
        default="",
        title="un nom de compte",
        description="Compte du serveur SMTP, s’il en demande un.",
        examples=["relances"],
    )
    mail_password: SecretStr | None = Field(
        default=None,
        title="un mot de passe",
        description="Mot de passe de ce compte ; il n’est montré nulle part.",
        examples=["secret"],
    )
    mail_sender: str = Field(
        default="",
        title="une adresse électronique",
        description="Adresse d’où partent les relances.",
        examples=["relances@exemple.fr"],
        pattern=r"^(?:[^@\s]+@[^@\s]+)?$",
    )
