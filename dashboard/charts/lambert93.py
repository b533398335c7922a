"""From degrees to the metres of Lambert-93 (EPSG:2154), the projection of French official maps.

The boundaries are stored already projected; only the few points of the centres are projected when a map is drawn, by
this formula, so that no page has to load geopandas and its libraries.
"""

import math

# Constants of Lambert-93 on the GRS80 ellipsoid, published by IGN in its note « NTG 71, projection cartographique
# conique conforme de Lambert » (algorithms ALG0001 and ALG0003).
_EXPONENT = 0.7256077650
_CONSTANT = 11754255.426
_FALSE_EASTING = 700000.0
_FALSE_NORTHING = 12655612.050
_ECCENTRICITY = 0.08181919112
_CENTRAL_MERIDIAN = math.radians(3.0)


def to_lambert93(latitude: float, longitude: float) -> tuple[float, float]:
    """East and north of a point, in metres, from its degrees (RGF93, which is WGS 84 to within a metre)."""
    sine = math.sin(math.radians(latitude))
    isometric_latitude = math.atanh(sine) - _ECCENTRICITY * math.atanh(_ECCENTRICITY * sine)
    radius = _CONSTANT * math.exp(-_EXPONENT * isometric_latitude)
    angle = _EXPONENT * (math.radians(longitude) - _CENTRAL_MERIDIAN)
    return _FALSE_EASTING + radius * math.sin(angle), _FALSE_NORTHING - radius * math.cos(angle)
