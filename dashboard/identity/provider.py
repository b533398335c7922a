"""The identity provider: where a browser is sent, and who comes back from there. Authlib speaks the protocol.

Nothing is asked for but who somebody is and their address. ProConnect refuses a request with any other parameter than those
it knows, and states or nonces shorter than 32 signs; it answers who somebody is as a signed text.
"""

import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import httpx
from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidClaimError
from joserfc.jwk import KeySet
from starlette.requests import Request

from dashboard.configuration.settings import Settings

_NAME: Final = "provider"
_SCOPE: Final = "openid email"
_SECONDS: Final = 10
# Signed with the provider's own key: one made with the secret we share could be made by whoever reads our settings.
_SIGNATURES: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_LONGEST_CLAIM: Final = 254
_LEEWAY_SECONDS: Final = 120
_RANDOM_BYTES: Final = 32


class _IDToken(CodeIDToken):  # type: ignore[misc]
    """The first token, which may be meant for other applications beside this one."""

    def validate_azp(self) -> None:
        """We are among those it is for, and it was given to us, if it says to whom; authlib wants to be told when it is for
        several, which few providers do."""
        us = self.params["client_id"]
        if us not in _as_list(self.get("aud")) or self.get("azp", us) != us:
            raise InvalidClaimError("aud")


class ProviderFailed(Exception):
    """The provider did not answer, did not know the person, or said something that cannot be believed."""


@dataclass(frozen=True)
class Identity:
    """Somebody the provider vouches for; `email` is None unless it is verified."""

    subject: str
    email: str | None
    id_token: str


async def way_in(request: Request, settings: Settings, *, back: str) -> str:
    """The address at the provider where somebody says who they are; what must be known on return is in the session."""
    try:
        client = await _client(settings)
        answer = await client.authorize_redirect(
            request, back, state=secrets.token_urlsafe(_RANDOM_BYTES), nonce=secrets.token_urlsafe(_RANDOM_BYTES)
        )
    except Exception as error:
        # Whatever a provider answers or fails to answer, the visitor reads one sentence.
        raise ProviderFailed(repr(error)) from error
    return str(answer.headers["location"])


async def identify(request: Request, settings: Settings) -> Identity:
    """Who comes back, once the state, the signature, the nonce, the issuer and the audience were found right."""
    try:
        client = await _client(settings)
        token = await client.authorize_access_token(request, claims_cls=_IDToken)
        claims = dict(token["userinfo"])
        claims |= await _user_info(client, settings, token, claims["sub"])
        return Identity(_plain(claims["sub"]), _verified_email(claims, settings), str(token["id_token"]))
    except Exception as error:
        raise ProviderFailed(repr(error)) from error


async def way_out(settings: Settings, *, id_token: str, back: str, state: str) -> str | None:
    """The address at the provider where a session ends too; None when it has none, or does not answer."""
    try:
        client = await _client(settings)
        known_by = {"id_token_hint": id_token} if id_token else {"client_id": settings.oidc_client_id}
        url = await client.create_logout_url(post_logout_redirect_uri=back, state=state, **known_by)
    except Exception:
        return None
    return str(url["url"])


async def _user_info(client: StarletteOAuth2App, settings: Settings, token: Any, subject: str) -> dict[str, Any]:
    """What the provider says of the person beside the first token: as JSON, or as a text it signed."""
    metadata = client.server_metadata
    if "userinfo_endpoint" not in metadata:
        return {}
    answer = await client.get(metadata["userinfo_endpoint"], token=token)
    answer.raise_for_status()
    if answer.headers.get("content-type", "").startswith("application/jwt"):
        keys = KeySet.import_key_set(await client.fetch_jwk_set())
        claims = dict(
            jwt.decode(answer.text, keys, algorithms=metadata["id_token_signing_alg_values_supported"]).claims
        )
        if claims.get("iss") != metadata["issuer"] or settings.oidc_client_id not in _as_list(claims.get("aud")):
            raise ProviderFailed("user information of somebody else")
        # Whatever it says of its own time holds: one that was signed for another day is not of this person now.
        jwt.JWTClaimsRegistry(leeway=_LEEWAY_SECONDS).validate(claims)
    else:
        claims = dict(answer.json())
    if claims.get("sub") != subject:
        raise ProviderFailed("user information of another person")
    return claims


def _verified_email(claims: dict[str, Any], settings: Settings) -> str | None:
    verified, email = claims.get("email_verified"), claims.get("email")
    vouched = verified in (True, "true") or (verified is None and settings.oidc_trusts_emails)
    return _plain(email) if vouched and email else None


def _plain(claim: object) -> str:
    """A claim as the database can be asked about it."""
    if not (isinstance(claim, str) and 0 < len(claim) <= _LONGEST_CLAIM and claim.isprintable()):
        raise ProviderFailed("a claim that is no plain text")
    return claim


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


async def _client(settings: Settings) -> StarletteOAuth2App:
    """The client, once the provider has said what it can do."""
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    client = _registered(settings.oidc_issuer.rstrip("/"), settings.oidc_client_id, secret)
    metadata = await client.load_server_metadata()
    if str(metadata.get("issuer", "")).rstrip("/") != settings.oidc_issuer.rstrip("/"):
        raise ProviderFailed("another issuer")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [name for name in offered if name in _SIGNATURES]
    if "S256" in metadata.get("code_challenge_methods_supported", ()):
        # Only where it is announced: elsewhere it might be the parameter too many.
        client.client_kwargs["code_challenge_method"] = "S256"
    ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" not in ways:
        client.client_kwargs["token_endpoint_auth_method"] = "client_secret_post"
    return client


@lru_cache(maxsize=4)
def _registered(issuer: str, client_id: str, client_secret: str) -> StarletteOAuth2App:
    return OAuth().register(
        _NAME,
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        # The authorities that certify a provider are read once, not at each question to it.
        client_kwargs={"scope": _SCOPE, "timeout": _SECONDS, "verify": httpx.create_ssl_context()},
    )
