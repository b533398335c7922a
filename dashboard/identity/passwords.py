"""What makes a password good enough: long, none of those that everybody tries, and nothing of the county or of oneself.

The lists of what everybody tries, 30 000 passwords first, and the estimate of how long guessing takes are those of zxcvbn.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from dashboard.wording.typography import typeset

SHORTEST: Final = 12
LONGEST: Final = 200
# zxcvbn takes longer and longer over a long text, which nobody guesses anyway.
_LONGEST_WEIGHED: Final = 64
_TOO_FEW_GUESSES: Final = 1e10
_LEFT_AT_LEAST: Final = 7
"""How many letters and figures must stand beside words that are known of the person or of the county."""
# Words of the product and of the county; the names of its communes are added.
_LOCAL_WORDS: Final = (
    "cybercantal telecentres telecentre teletravail departement cantalienne cantalien auvergne tableaudebord cantal ruralitic "
    "actifsmobiles aurillac carlades cezallier artense planeze xaintrie plombducantal puymary"
)
# What French people put before a year, where the lists, made of English-speaking sites, do not have it.
_FRENCH_WORDS: Final = (
    "bienvenue bonjour bonsoir bonnejournee bonneannee bonnesvacances printemps automne hiver vacances anniversaire noel "
    "janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi "
    "samedi dimanche motdepasse monmotdepasse nouveaumotdepasse changezmoi changemoi secret confidentiel administrateur "
    "administratrice administration utilisateur animateur animatrice coordinateur coordinatrice coordination connexion "
    "ordinateur internet bureau travail mairie commune communaute collectivite conseil conseildepartemental region france "
    "francais republique liberte egalite fraternite jetaime jetadore doudou chouchou loulou cherie famille enfants maman papa "
    "chocolat fromage montagne volcan vache campagne soleil azertyuiop azertyuiopqsdfghjklm qsdfghjklm wxcvbn azerty qwerty "
    "admin testtest"
)
_FRENCH: Final = frozenset(_FRENCH_WORDS.split())


def password_fault(password: str, email: str, name: str = "") -> str:
    """Why a password is not taken, with the remedy; empty for a good one. `name` is how its holder is called."""
    if len(password) < SHORTEST:
        return typeset(f"Choisissez au moins {SHORTEST} caractères : une phrase de plusieurs mots convient bien.")
    if len(password) > LONGEST:
        return typeset(f"Choisissez au plus {LONGEST} caractères.")
    bare, own, local = _bare(password), _own_words(email, name), _local_words()
    if _is_common(password, bare):
        return typeset(
            "Ce mot de passe est l’un des plus employés, et le premier essayé. Choisissez une phrase de plusieurs mots sans "
            "lien entre eux."
        )
    if len(_without(own, bare)) < _LEFT_AT_LEAST and _without(own, bare) != bare:
        return typeset(
            "Ce mot de passe se devine : il reprend votre nom ou votre adresse. Choisissez une phrase qui ne parle pas de vous."
        )
    if len(_without(local, bare)) < _LEFT_AT_LEAST and _without(local, bare) != bare:
        return typeset(
            "Ce mot de passe se devine : il reprend un nom du Cantal ou de ce service. Choisissez une phrase qui n’en parle pas."
        )
    if _guesses(password, own) < _TOO_FEW_GUESSES or _guesses(_without((*own, *local), bare), own) < 1e6:
        return typeset(
            "Ce mot de passe se devine facilement. Choisissez une phrase de plusieurs mots sans lien entre eux."
        )
    return ""


def confirmation_fault(new: str, again: str) -> str:
    """What to say when the two times a password was typed differ; empty when they do not."""
    return "" if new == again else typeset("Les deux mots de passe ne sont pas les mêmes. Tapez deux fois le même.")


def _is_common(password: str, bare: str) -> bool:
    """Whether it is in the lists, as it is, without its accents and signs, or without the figures around it, even twice."""
    core = bare.strip("0123456789")
    half = core[: len(core) // 2]
    tried = {password.casefold(), bare, core, *([half] if half and half * 2 == core else [])}
    return not tried.isdisjoint(_FRENCH) or not tried.isdisjoint(_commonest())


@cache
def _commonest() -> frozenset[str]:
    """The passwords most often found in leaks; a word of three letters is a list of its own, and no password."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) > 3)


def _guesses(text: str, own: Iterable[str]) -> float:
    from zxcvbn import zxcvbn

    if not text:
        return 0
    weighed = zxcvbn(text[:_LONGEST_WEIGHED], user_inputs=[*own, *_FRENCH], max_length=_LONGEST_WEIGHED)
    return float(weighed["guesses"])


def _own_words(email: str, name: str) -> tuple[str, ...]:
    parts = re.split(r"[\W_]+", f"{email} {name}")
    return _longest_first([email, name, email.split("@")[0], *parts])


@cache
def _local_words() -> tuple[str, ...]:
    from data_access.reference_data import commune_names

    return _longest_first([*_LOCAL_WORDS.split(), *commune_names()])


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    """Some hold others."""
    return tuple(sorted({bare for bare in map(_bare, words) if len(bare) > 3}, key=len, reverse=True))


def _without(words: Iterable[str], text: str) -> str:
    for word in words:
        text = text.replace(word, "")
    return text


def _bare(text: str) -> str:
    """Letters without accents and figures: « Éli-se 15 » is « elise15 »."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if sign.isalnum())
