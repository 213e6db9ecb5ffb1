"""Judges pairs of points by every named convention anew, and compares row by row.

    check_conventions.py FILE

FILE is what TestConventionRows wrote: a header, then a row for each convention and pair. Distances
here are geographiclib's (Karney's own Python) on the ellipsoid, and on spheres the angle between
two vectors; conventions are written down below from what the peers' code does, not read from ours.
"""

import math
import sys

from geographiclib.geodesic import Geodesic

USUAL = (1, 25, 200, 750, 2500)
PIGEON = (1, 5, 10, 25, 50, 100, 200, 750, 1000, 2500)
PAIRS = 10_000  # random ones, beside the edge cases


def exact(value):
    return value


# Earth's radius (None: WGS84), thresholds, whether one belongs to its own side, scale and form of
# the score, and what a missing answer is: a miss, dropped, latitude 0 and longitude 0, or km.
CONVENTIONS = {
    "geolocsft": (6371.0088, USUAL, False, 1492.7, exact, "miss"),
    "osv5m": (6371, USUAL, False, 1492.7, exact, "miss"),
    "plonk": (6371, USUAL, False, 1492.7, exact, "drop"),
    "im2gps": (6371, USUAL, True, 1492.7, exact, "miss"),
    "geoclip": (None, USUAL, True, 1492.7, exact, "miss"),
    "g3": (None, USUAL, False, 1492.7, exact, "null_island"),
    "navig": (6371, USUAL, True, 1492.7, exact, 10_000.0),
    "pigeon": (6378.137, PIGEON, False, 1492.7, round, "miss"),
    "geoguessr": (6371.0088, USUAL, False, 1492.7, math.floor, "miss"),
    "geospot": (6371, USUAL, False, 2000, exact, "drop"),
}


def vector(latitude, longitude):
    phi, lam = math.radians(latitude), math.radians(longitude)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)


def angle(one, other):
    (a, b, c), (d, e, f) = one, other
    cross = math.hypot(b * f - c * e, c * d - a * f, a * e - b * d)
    return math.atan2(cross, a * d + b * e + c * f)


def kilometers(radius, truth, answer):
    if radius is None:
        return Geodesic.WGS84.Inverse(*truth, *answer, Geodesic.DISTANCE)["s12"] / 1000
    return radius * angle(vector(*truth), vector(*answer))


def judged(name, truth, answer):
    radius, _, _, scale, form, missing = CONVENTIONS[name]
    if answer is None and missing == "drop":
        return None
    if answer is not None:
        km = kilometers(radius, truth, answer)
    elif missing == "miss":
        km = kilometers(radius, (0, 0), (0, 180))
    elif missing == "null_island":
        km = kilometers(radius, truth, (0, 0))
    else:
        km = missing
    score = 0 if answer is None and missing == "miss" else 5000 * math.exp(-km / scale)
    return km, score, form(score)


def equal(one, other):
    return abs(one - other) <= 1e-9 * max(1, abs(other))


def check(row):
    name, *numbers, within, score = row
    numbers = [float(number) if number else None for number in numbers]
    truth, answer, km = numbers[:2], numbers[2:4], numbers[4]
    expected = judged(name, truth, None if answer[0] is None else answer)
    if expected is None:
        return km is None and within == "" and score == ""
    _, thresholds, inclusive, _, form, _ = CONVENTIONS[name]
    bits = "".join(
        "1" if km < threshold or inclusive and km == threshold else "0" for threshold in thresholds)
    # Where rounding to a whole score could go either way, the last digit of a distance decides.
    is_close = form is not exact and abs(expected[1] % 1 - (0.5 if form is round else round(expected[1] % 1))) < 1e-6
    return equal(km, expected[0]) and within == bits and (
        abs(float(score) - expected[2]) <= (1 if is_close else 1e-6))


def main(file):
    with open(file, encoding="utf-8") as lines:
        next(lines)
        rows = [line.rstrip("\n").split("\t") for line in lines]
    wrong = [row for row in rows if not check(row)]
    for row in wrong[:20]:
        print("differs:", *row, file=sys.stderr)
    for name in CONVENTIONS:
        count = sum(row[0] == name for row in rows)
        if count <= PAIRS:
            sys.exit(f"{name} has {count} rows")
    if wrong:
        sys.exit(f"{len(wrong)} of {len(rows)} rows differ")
    print(f"{len(rows)} rows of {len(CONVENTIONS)} conventions are equal")


if __name__ == "__main__":
    main(sys.argv[1])
