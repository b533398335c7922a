"""A real identity provider on this machine, and one that behaves as ProConnect does."""

import json
import secrets
import threading
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

with warnings.catch_warnings():
    # Its own library is to change; that is its business.
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User
    from oidc_provider_mock._app import app as provider_app

CLIENT_ID: Final = "cybercantal"
# What ProConnect lets a request carry; anything else is refused with Y000400.
ALLOWED: Final = {
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "claims",
    "state",
    "nonce",
    "prompt",
    "idp_hint",
}
ALLOWED_WITH_PKCE: Final = ALLOWED | {"code_challenge", "code_challenge_method"}


def person(subject: str, email: str | None = None, **claims: Any) -> User:
    """Somebody the provider knows."""
    return User(sub=subject, claims={**({"email": email} if email else {}), **claims})


class Strict:
    """Around the provider: what ProConnect refuses is refused, the announced proof of the code is checked, and who somebody
    is comes as a signed text, unless `userinfo` says otherwise."""

    def __init__(self, people: list[User], *, announces_proof: bool, userinfo: str) -> None:
        self.flask = provider_app(user_claims=people, require_nonce=True)
        self.announces_proof, self.userinfo = announces_proof, userinfo
        self.refusals: list[str] = []
        self.proofs: list[bool] = []
        self.challenges: list[str] = []
        self.left_with: list[dict[str, list[str]]] = []
        self.flask.before_request(self._check)
        self.flask.after_request(self._as_proconnect)

    def _check(self) -> Any:
        from flask import request

        if request.path == "/oauth2/authorize":
            sent = {name: values[0] for name, values in parse_qs(request.query_string.decode()).items()}
            allowed = ALLOWED_WITH_PKCE if self.announces_proof else ALLOWED
            if set(sent) - allowed or len(sent["state"]) < 32 or len(sent["nonce"]) < 32:
                self.refusals.append(request.url)
                return "Y000400", 400
            self.challenges += [sent["code_challenge"]] if "code_challenge" in sent else []
        if request.path == "/oauth2/token" and self.announces_proof:
            digest = sha256(request.form.get("code_verifier", "").encode()).digest()
            self.proofs.append(urlsafe_b64encode(digest).rstrip(b"=").decode() in self.challenges)
        if request.path == "/oauth2/end_session":
            self.left_with.append(parse_qs(request.query_string.decode()))
        return None

    def _as_proconnect(self, response: Any) -> Any:
        from flask import request

        if request.path == "/.well-known/openid-configuration" and self.announces_proof:
            told = {**response.get_json(), "code_challenge_methods_supported": ["S256"]}
            response.set_data(json.dumps(told))
        if request.path == "/userinfo" and response.status_code == 200 and self.userinfo != "json":
            response.set_data(self._signed({**response.get_json()}, request.host_url.rstrip("/")))
            response.content_type = "application/jwt"
        return response

    def _signed(self, claims: dict[str, Any], issuer: str) -> str:
        from oidc_provider_mock._storage import storage

        claims |= {"iss": issuer, "aud": CLIENT_ID}
        key = RSAKey.import_key(storage.jwk.as_dict(is_private=True))
        match self.userinfo:
            case "of another audience":
                claims["aud"] = "another application"
            case "of another issuer":
                claims["iss"] = "https://ailleurs.example"
            case "for several":
                claims["aud"] = ["another application", CLIENT_ID]
            case "of another day":
                claims["exp"] = 1_000_000_000
            case "for later":
                claims["nbf"] = 32_000_000_000
            case "of another person":
                claims["sub"] = "somebody else"
            case "signed by another":
                key = RSAKey.import_key({**RSAKey.generate_key(2048).as_dict(private=True), "kid": key.kid})
            case "not signed":
                head, body = ({"alg": "none"}, claims)
                parts = [urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in (head, body)]
                return f"{parts[0]}.{parts[1]}."
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


@contextmanager
def running_provider(
    people: list[User], *, announces_proof: bool = True, userinfo: str = "signed"
) -> Iterator[tuple[str, Strict]]:
    """Its address, and what it saw; on this machine, until the end of the block."""
    strict = Strict(people, announces_proof=announces_proof, userinfo=userinfo)
    server = make_server("127.0.0.1", 0, strict.flask, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", strict
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def settings_for(issuer: str, public_address: str) -> dict[str, str]:
    """The variables with which the product uses that provider."""
    return {
        "CYBERCANTAL_SIGN_IN": "oidc",
        "CYBERCANTAL_OIDC_ISSUER": issuer,
        "CYBERCANTAL_OIDC_CLIENT_ID": CLIENT_ID,
        "CYBERCANTAL_OIDC_CLIENT_SECRET": secrets.token_urlsafe(16),
        "CYBERCANTAL_PUBLIC_ADDRESS": public_address,
    }


def path_of(address: str) -> str:
    """The part of an address that the product answers."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
