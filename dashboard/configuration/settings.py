"""Every setting of the product, declared once: its name, its meaning, what it accepts and its default.

A setting is an environment variable, `CYBERCANTAL_` and the field's name. README's table and `cybercantal doctor` are
read from here.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import parse_qs, urlsplit

from platformdirs import user_data_dir
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dashboard.wording.typography import typeset
from data_access.retention_rules import RULES

# How mail leaves: settings of the product.


def lower(value: object) -> object:
    """A word of a list is taken in any case."""
    return value.lower() if isinstance(value, str) else value


class MailSettings(BaseSettings):
    """The SMTP server by which reminders and invitations are sent."""

    mail_server: str = Field(
        default="",
        title="un nom de serveur",
        description="Serveur SMTP par lequel partent les relances et les invitations ; vide, rien n’est envoyé.",
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
        description="Adresse d’où partent les relances et les invitations.",
        examples=["relances@exemple.fr"],
        pattern=r"^(?:[^@\s]+@[^@\s]+)?$",
    )


# How long what is recorded about people is kept, as settings: defaults and limits come from the rules themselves.

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


# Every setting of the product, declared once: its name, its meaning, what it accepts and its default. A setting is an
# environment variable, `CYBERCANTAL_` and the field's name. README's table and `cybercantal doctor` are read from
# here.

PREFIX: Final = "CYBERCANTAL_"
DATABASE_FILE: Final = "cybercantal.sqlite"
BACKUP_FOLDER: Final = "sauvegardes"
# The address PostgreSQL's own tools write, and the one SQLAlchemy wants.
_POSTGRESQL: Final = re.compile(r"^postgres(?:ql)?(?:\+psycopg)?://")


SECRETS: Final = frozenset({"backup_passphrase", "mail_password", "metrics_token", "oidc_client_secret"})
"""Settings whose value is shown nowhere."""


class SettingsError(Exception):
    """A setting cannot be used; the message is French, names the variable and says the remedy."""


def _sqlite_url(file: Path) -> str:
    return f"sqlite:///{file.absolute()}"


def _default_data_folder() -> Path:
    return Path(user_data_dir("cybercantal", appauthor=False))


def _comma_separated(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


class _OwnSettings(BaseSettings):
    """`title` says what is accepted, `examples` gives one, `description` says what it is for."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    data_folder: Path = Field(
        default_factory=_default_data_folder,
        title="un dossier où l’utilisateur peut écrire",
        description="Dossier où la base de données est créée.",
        examples=["/srv/cybercantal"],
    )
    database_url: str = Field(
        default_factory=lambda data: _sqlite_url(data.get("data_folder", Path()) / DATABASE_FILE),
        title="l’adresse d’un fichier SQLite ou d’une base PostgreSQL",
        description="Adresse de la base de données, SQLite ou PostgreSQL.",
        examples=["postgresql://utilisateur:secret@serveur/cybercantal?sslmode=verify-full"],
    )
    backup_folder: Path = Field(
        default_factory=lambda data: data.get("data_folder", Path()) / BACKUP_FOLDER,
        title="un dossier où l’utilisateur peut écrire",
        description="Dossier des sauvegardes de la base, de préférence sur un autre disque.",
        examples=["/mnt/sauvegardes/cybercantal"],
    )
    backup_passphrase: SecretStr | None = Field(
        default=None,
        title="une phrase d’au moins 12 caractères",
        description=(
            "Phrase secrète qui chiffre la clé dans une sauvegarde, là où personne ne peut la taper. Elle n’est montrée nulle "
            "part."
        ),
        examples=["quatre mots pris au hasard"],
        min_length=12,
    )
    host: str = Field(
        default="127.0.0.1",
        title="une adresse de cette machine",
        description="Adresse sur laquelle le serveur écoute ; 127.0.0.1 n’est joignable que de cette machine.",
        examples=["127.0.0.1"],
        min_length=1,
    )
    port: int = Field(
        default=8501,
        title="un numéro de port entre 1 et 65535",
        description="Port sur lequel le serveur écoute.",
        examples=["8502"],
        ge=1,
        le=65535,
    )
    public_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_comma_separated)] = Field(
        default=(),
        title="des noms de serveur séparés par des virgules",
        description="Noms par lesquels les navigateurs joignent le serveur, quand ce n’est pas par cette machine.",
        examples=["tableau.exemple.fr"],
    )
    sign_in: Annotated[Literal["demo", "local", "oidc"], BeforeValidator(lower)] = Field(
        default="demo",
        title="une manière parmi demo, local et oidc",
        description=(
            "Comment l’on s’identifie : demo sans compte, sur cette machine et sur données de démonstration seulement ; "
            "local avec les comptes de la base ; oidc avec un fournisseur d’identité."
        ),
        examples=["local"],
    )
    second_factor: Annotated[Literal["offered", "administrators", "everybody"], BeforeValidator(lower)] = Field(
        default="offered",
        title="un mot parmi offered, administrators et everybody",
        description=(
            "À qui un code est demandé en plus du mot de passe, avec les comptes de la base\u00a0: offered à qui l’a choisi sur "
            "«\u00a0Mon compte\u00a0»\u202f; administrators aussi à qui administre\u202f; everybody à tous."
        ),
        examples=["administrators"],
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_comma_separated)] = Field(
        default=(),
        title="des adresses de réseau séparées par des virgules",
        description=(
            "Adresses des serveurs mandataires dont on croit l’adresse de visiteur qu’ils transmettent. Sans elles, derrière un "
            "mandataire, tous les visiteurs comptent pour un dans le ralentissement des connexions."
        ),
        examples=["127.0.0.1"],
    )
    oidc_issuer: str = Field(
        default="",
        title="une adresse qui commence par https",
        description="Adresse du fournisseur d’identité OpenID Connect.",
        examples=["https://connexion.exemple.fr"],
        pattern=r"^(?:https?://[^\s]+)?$",
    )
    oidc_client_id: str = Field(
        default="",
        title="un identifiant",
        description="Identifiant de l’application chez ce fournisseur.",
        examples=["cybercantal"],
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None,
        title="un secret",
        description="Secret de l’application chez ce fournisseur ; il n’est montré nulle part.",
        examples=["secret"],
    )
    oidc_trusts_emails: bool = Field(
        default=False,
        title="true ou false",
        description=(
            "true si ce fournisseur garantit les adresses électroniques sans l’écrire dans ses réponses, comme ProConnect."
        ),
        examples=["true"],
    )
    open_data: bool = Field(
        default=False,
        title="true ou false",
        description=(
            "Servir les données ouvertes à l’adresse /donnees/, sans identification : lieux, indicateurs, réseau et "
            "rendez-vous, sans aucune donnée personnelle."
        ),
        examples=["true"],
    )
    framed_by: Annotated[
        tuple[Annotated[str, Field(pattern=r"^https?://[a-z0-9.\-]+(?::[0-9]+)?$")], ...],
        NoDecode,
        BeforeValidator(_comma_separated),
    ] = Field(
        default=(),
        title="des adresses de site, sans chemin, séparées par des virgules",
        description=(
            "Sites qui peuvent montrer dans leurs pages les places libres, les rendez-vous ou un chiffre du réseau, servis à "
            "l’adresse /integrer sans identification ni donnée personnelle ; vide, cette adresse n’existe pas."
        ),
        examples=["https://www.exemple.fr"],
    )
    today: date | None = Field(
        default=None,
        title="une date au format AAAA-MM-JJ",
        description="Date tenue pour « aujourd’hui », pour un salon ou un essai ; vide, c’est celle de l’horloge.",
        examples=["2017-05-30"],
    )
    contact_email: str = Field(
        default="",
        title="une adresse électronique",
        description="Adresse de la coordination du réseau, donnée dans les messages qui renvoient vers elle.",
        examples=["coordination@exemple.fr"],
        pattern=r"^(?:[^@\s]+@[^@\s]+)?$",
    )
    contact_phone: str = Field(
        default="",
        title="un numéro de téléphone",
        description="Téléphone de la coordination du réseau, donné sur la dernière vue de la présentation.",
        examples=["04 71 00 00 00"],
        pattern=r"^(?:\+?[0-9 .()-]{6,30})?$",
    )
    contact_address: str = Field(
        default="",
        title="une adresse postale d’au plus 120 signes",
        description="Adresse postale de la coordination du réseau, donnée sur la dernière vue de la présentation.",
        examples=["28 avenue Gambetta, 15000 Aurillac"],
        max_length=120,
    )
    public_address: str = Field(
        default="",
        title="une adresse qui commence par http",
        description="Adresse à laquelle les animateurs ouvrent le tableau de bord, citée dans les relances.",
        examples=["https://tableau.exemple.fr"],
        pattern=r"^(?:https?://[^\s]+)?$",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        title="un secret d’au moins 16 signes",
        description="Secret avec lequel une surveillance (Prometheus) lit /metrics, adresse qui n’existe pas sans lui. Il n’est "
        "montré nulle part.",
        examples=["un-secret-assez-long"],
        min_length=16,
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(lower)] = Field(
        default="warning",
        title="un niveau parmi debug, info, warning et error",
        description="Niveau de détail du journal technique\u202f; debug peut citer ce que quelqu’un a tapé.",
        examples=["info"],
    )
    log_format: Annotated[Literal["text", "json"], BeforeValidator(lower)] = Field(
        default="text",
        title="un mot parmi text et json",
        description="Forme du journal technique, une ligne par événement sur la sortie d’erreur.",
        examples=["json"],
    )

    @field_validator("database_url")
    @classmethod
    def _one_of_two_databases(cls, url: str) -> str:
        if _POSTGRESQL.match(url):
            return _POSTGRESQL.sub("postgresql+psycopg://", url)
        file = sqlite_file(url)
        if file is None:
            raise ValueError("neither a SQLite file nor PostgreSQL")
        # The server changes folder when it starts: a relative path would then name another file.
        return url.replace(str(file), str(file.absolute()), 1)


class Settings(RetentionSettings, MailSettings, _OwnSettings):
    """The settings in force: those above, then how mail leaves, and how long what is recorded about people is kept."""


_HELD: "Final[ContextVar[Settings | None]]" = ContextVar("settings", default=None)


@contextmanager
def settings_held() -> Iterator[None]:
    """The settings as they are now, until the block ends."""
    token = _HELD.set(load_settings())
    try:
        yield
    finally:
        _HELD.reset(token)


def load_settings() -> Settings:
    """The settings of the environment as it is now, so that a test only has to set a variable.

    Raises SettingsError when one cannot be used. Within `settings_held` they are read once.
    """
    held = _HELD.get()
    if held is not None:
        return held
    given = tuple(sorted(item for item in os.environ.items() if item[0].startswith(PREFIX)))
    return _settings_of(given, os.environ.get("HOME"), os.environ.get("XDG_DATA_HOME"))


@lru_cache(maxsize=8)
def _settings_of(_given: tuple[tuple[str, str], ...], *_where_users_keep_data: str | None) -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        faulty = dict.fromkeys(str(detail["loc"][0]) for detail in error.errors())
        raise SettingsError("\n".join(_refusal(name) for name in faulty)) from None


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address, None for another database or for one that lives in memory."""
    match = re.match(r"^sqlite(?:\+pysqlite)?:///(?!:memory:)([^?]+)", url)
    return Path(match.group(1)) if match else None


# As PostgreSQL's own tools take one, for the server or for a certificate; the name may be written with « %70 ».
_PASSWORD_OF_A_QUERY: Final = re.compile(
    r"(?<=[?&])((?:[^=&]*pass[^=&]*|[^=&]*(?:%[0-9a-f]{2})[^=&]*)=)[^&]*", re.IGNORECASE
)


def shown_url(url: str) -> str:
    """The address with its password hidden, fit for a screen or a log."""
    hidden = re.sub(r"(://[^:/@]*):.*@", r"\1:***@", url)
    return _PASSWORD_OF_A_QUERY.sub(r"\1***", hidden)


def own_address(settings: Settings) -> str:
    """Where browsers open the dashboard, without a last slash: what links, posters and codes say, whoever asks by what name."""
    if settings.public_address:
        return settings.public_address.rstrip("/")
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def variable(name: str) -> str:
    """The environment variable of a field."""
    return PREFIX + name.upper()


def example_of(name: str) -> str:
    """An example of what a setting may hold."""
    return str((Settings.model_fields[name].examples or [""])[0])


def _refusal(name: str) -> str:
    value = shown_url("***" if name in SECRETS else os.environ.get(variable(name), ""))
    expected = Settings.model_fields[name].title
    return (
        f"{variable(name)} vaut « {value} » ; la valeur attendue est {expected}. "
        f"Indiquez par exemple {variable(name)}={example_of(name)}, ou effacez cette variable."
    )


# The settings told as a table, and the variables that look like one and are none.


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
    if name == "backup_folder":
        return f"`{BACKUP_FOLDER}` du dossier de données"
    if name == "erasures_file":
        return "à côté de la base"
    default = Settings.model_fields[name].default
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if default not in ("", (), None) else "vide"


# The three ways to know who somebody is, and what each asks of the other settings.

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def inconsistency(settings: Settings, *, demonstration: bool | None) -> str:
    """Why these settings cannot go together, with the remedy; empty when they can.

    `demonstration` says whether the database holds invented data, None when it holds none yet, be they real or invented.
    """
    if settings.sign_in == "demo":
        return _of_a_demonstration(settings, demonstration)
    if _is_read_in_the_clear(settings.database_url):
        return typeset(
            "CYBERCANTAL_DATABASE_URL nomme une base d’une autre machine : sans chiffrement, ce qu’elle contient pourrait être "
            "lu en chemin. Terminez cette adresse par ?sslmode=verify-full, ou ?sslmode=require sans autorité de certification."
        )
    if _serves_others(settings):
        if not settings.public_address.startswith("https://"):
            return typeset(
                "CYBERCANTAL_PUBLIC_ADDRESS doit commencer par https:// : sans chiffrement, un mot de passe ou un cookie "
                "pourrait être lu en chemin. Indiquez par exemple https://tableau.exemple.fr."
            )
        if urlsplit(settings.public_address).hostname not in settings.public_hosts:
            return typeset(
                "CYBERCANTAL_PUBLIC_HOSTS doit contenir le nom de CYBERCANTAL_PUBLIC_ADDRESS, pour que les navigateurs "
                "soient reçus sous ce nom."
            )
    if settings.sign_in == "oidc":
        needed = ("oidc_issuer", "oidc_client_id", "oidc_client_secret", "public_address")
        missing = [f"CYBERCANTAL_{name.upper()}" for name in needed if not getattr(settings, name)]
        if missing:
            return typeset(f"CYBERCANTAL_SIGN_IN vaut oidc : indiquez aussi {', '.join(missing)}.")
        issuer = urlsplit(settings.oidc_issuer)
        if issuer.scheme != "https" and issuer.hostname not in LOOPBACK:
            return typeset(
                "CYBERCANTAL_OIDC_ISSUER doit commencer par https:// : sans chiffrement, n’importe qui pourrait se faire "
                "passer pour le fournisseur d’identité."
            )
    return ""


def _is_read_in_the_clear(url: str) -> bool:
    """Whether a database of another machine would answer without encryption, or where it offers none."""
    address = urlsplit(url)
    asked = parse_qs(address.query)
    host = asked.get("host", [address.hostname or ""])[-1]
    is_elsewhere = bool(host) and not host.startswith("/") and host not in LOOPBACK
    return is_elsewhere and asked.get("sslmode", [""])[-1] not in _ENCRYPTED


_ENCRYPTED: Final = ("require", "verify-ca", "verify-full")


def _serves_others(settings: Settings) -> bool:
    """Whether other machines are let in, directly or by a proxy."""
    return settings.host not in LOOPBACK or bool(settings.public_hosts or settings.trusted_proxies)


def _of_a_demonstration(settings: Settings, demonstration: bool | None) -> str:
    remedy = "Réglez CYBERCANTAL_SIGN_IN=local, puis créez un compte : cybercantal account add."
    if _serves_others(settings):
        return typeset(f"Sans comptes, le tableau de bord n’est servi qu’à cette machine. {remedy}")
    if demonstration is False:
        return typeset(f"Cette base contient de vraies données : il faut des comptes. {remedy}")
    if sqlite_file(settings.database_url) is None:
        return typeset(f"La démonstration sans comptes se fait sur la base embarquée. {remedy}")
    if demonstration is None:
        # The first people entered in it would be real, and read by whoever comes.
        return typeset(
            f"Cette base n’est pas une démonstration : il faut des comptes. {remedy} "
            "Pour essayer avec des données inventées : cybercantal demo."
        )
    return ""
