"""Judges predictions on all cores that NumPy uses; prints its figures, then the seconds it took.

    bench_evaluate.py FILE

The peer of EvaluateBench: accuracy within five distances, mean, median and score of a file of
truth, answer and author's number (5 float64 a row), each with its interval over 1,000 Poisson
resamples of the authors. Distances are sorted once, so that a resample's accuracies and median are
looked up in one running sum of its weights.
"""

import sys
import time

import numpy

RADIUS_KM = 6371.0088
THRESHOLDS_KM = (1, 25, 200, 750, 2500)
RESAMPLES = 1000


def kilometers(rows):
    latitude, longitude, other_latitude, other_longitude = numpy.radians(rows[:, :4]).T
    half = (
        numpy.sin((other_latitude - latitude) / 2) ** 2
        + numpy.cos(latitude) * numpy.cos(other_latitude)
        * numpy.sin((other_longitude - longitude) / 2) ** 2)
    return 2 * RADIUS_KM * numpy.arcsin(numpy.sqrt(numpy.minimum(1, half)))


def figures(weights, distance, score, within):
    seen = numpy.cumsum(weights)
    total = seen[-1]
    accuracy = numpy.where(within > 0, seen[within - 1], 0) / total
    median = distance[numpy.searchsorted(seen, total / 2)]
    return *accuracy, weights @ distance / total, median, weights @ score / total


def main(file):
    rows = numpy.fromfile(file).reshape(-1, 5)
    begin = time.perf_counter()
    missing = numpy.isnan(rows[:, 2])
    distance = numpy.where(missing, numpy.pi * RADIUS_KM, kilometers(rows))
    order = numpy.argsort(distance)
    distance = distance[order]
    author = rows[order, 4].astype(numpy.int32)
    score = numpy.where(missing[order], 0, 5000 * numpy.exp(-distance / 1492.7))
    within = numpy.searchsorted(distance, THRESHOLDS_KM)
    random = numpy.random.default_rng(42)
    authors = author.max() + 1
    resampled = [
        figures(random.poisson(1, authors)[author].astype(float), distance, score, within)
        for _ in range(RESAMPLES)]
    low, high = numpy.quantile(resampled, (0.025, 0.975), axis=0)
    once = figures(numpy.ones(len(distance)), distance, score, within)
    seconds = time.perf_counter() - begin
    print("NumPy:", " ".join(f"{v:.4f} ({a:.4f} to {b:.4f})" for v, a, b in zip(once, low, high)))
    print(seconds)


if __name__ == "__main__":
    main(sys.argv[1])
