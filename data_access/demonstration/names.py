"""Names of people and employers who do not exist; addresses at example.org, telephone numbers kept for fiction."""

import unicodedata
from random import Random
from typing import Final

GIVEN_NAMES: Final = (
    "Adèle", "Alain", "Alice", "Amandine", "Anaïs", "André", "Antoine", "Aurélie", "Baptiste", "Béatrice",
    "Benoît", "Brigitte", "Camille", "Caroline", "Cédric", "Chloé", "Christophe", "Claire", "Clément", "Corinne",
    "Damien", "Delphine", "Denis", "Élise", "Élodie", "Émilie", "Étienne", "Fabien", "Florence", "Franck",
    "Gaëlle", "Gérard", "Guillaume", "Hélène", "Hugo", "Inès", "Isabelle", "Jérôme", "Jeanne", "Julien", "Karine",
    "Laure", "Léa", "Lionel", "Louise", "Lucas", "Magali", "Manon", "Marc", "Marion", "Mathilde", "Maxime",
    "Mélanie", "Nathalie", "Nicolas", "Océane", "Olivier", "Pascal", "Pauline", "Quentin", "Rachel", "Rémi",
    "Romain", "Sabine", "Samuel", "Sandrine", "Sophie", "Stéphane", "Sylvain", "Thibault", "Valérie", "Xavier",
)  # fmt: skip
FAMILY_NAMES: Final = (
    "Albaret", "Amblard", "Andraud", "Bastide", "Besse", "Boissière", "Bonnafous", "Bouygues", "Cantournet",
    "Carrier", "Chabrier", "Charbonnel", "Chassang", "Combes", "Couderc", "Courbon", "Delmas", "Delpuech",
    "Dufayet", "Estival", "Fabre", "Falgoux", "Farges", "Fontanges", "Froment", "Garrouste", "Gauzens", "Gibert",
    "Griffoul", "Jarrige", "Joanny", "Labrunie", "Lacombe", "Lafarge", "Lapeyre", "Lavergne", "Lescure", "Lours",
    "Malbec", "Malroux", "Mazet", "Meyniel", "Miquel", "Mourgues", "Nozières", "Pagès", "Papon", "Pélissier",
    "Peuch", "Piganiol", "Pradel", "Puech", "Raynal", "Rieutort", "Rigaud", "Roche", "Roussilhe", "Salat",
    "Sarrazin", "Serre", "Soubrier", "Tardieu", "Tissandier", "Tourde", "Trémouille", "Valadier", "Vaurs",
    "Vernhes", "Veyssière", "Vidal", "Vigier", "Vizet",
)  # fmt: skip
OUTSIDE_EMPLOYERS: Final = (
    "Assistance Horizon", "Bleu Nacre Conseil", "Cartotech", "Dactyl’Express", "Éditions du Parvis",
    "Fidelis Relation client", "Groupe Meridia", "Mutuelle des Deux Rives", "Novalog", "Orion Traductions",
    "Prisme Comptabilité", "Secrétariat Plume", "Solvia Assurances", "Telvox", "Urbanéo", "Webatelier Lumière",
)  # fmt: skip
CANTAL_EMPLOYERS: Final = (
    "Ateliers du Lioran", "Bureau d’études Cézallier", "Coopérative des Monts", "Laiterie de la Truyère",
    "Transports Cantalès",
)  # fmt: skip


def address(given_name: str, family_name: str, number: int = 1) -> str:
    """An electronic address that reaches nobody; namesakes are numbered."""
    plain = unicodedata.normalize("NFKD", f"{given_name}.{family_name}".lower()).encode("ascii", "ignore").decode()
    return f"{plain}{number if number > 1 else ''}@example.org"


def telephone(draws: Random) -> str:
    """A number of the range that is kept for works of fiction in France."""
    return f"06 39 98 {draws.randint(0, 99):02} {draws.randint(0, 99):02}"
