"""Has `run/geolocsft judge` judge files of pairs by every convention, and compares all figures.

    check_judge.py FILE

FILE is what TestConventionRows wrote and check_conventions.py has computed anew, row by row. Its
pairs are written as a CSV of truths and one of predictions; accuracies, errors, scores and shares
must be those of its rows.
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile

from check_conventions import CONVENTIONS, PAIRS


def read(file):
    with open(file, encoding="utf-8") as lines:
        next(lines)
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return {name: [row[1:] for row in rows if row[0] == name] for name in CONVENTIONS}


def write(rows, folder):
    truth, predictions = os.path.join(folder, "truth.csv"), os.path.join(folder, "pairs #1.csv")
    with open(truth, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["IMG_ID", "LAT", "LON"]] + [[f"{i % 7}/{i}.jpg", *row[:2]] for i, row in enumerate(rows)])
    with open(predictions, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["lon", "lat", "image"]] + [[row[3], row[2], i] for i, row in enumerate(rows)])
    return truth, predictions


def judged(truth, predictions):
    command = ["run/geolocsft", "judge", "--truth", truth, "--predictions", predictions, "--name", "pairs"]
    command += ["--convention", ",".join(CONVENTIONS), "--format", "json"]
    command += ["--set", "evaluate.bootstrap_samples=0"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def expected(name, rows):
    """By metric and threshold, of the rows that count."""
    counted = [row for row in rows if row[4]]
    km = [float(row[4]) for row in counted]
    figures = {
        ("mean_error_km", None): statistics.fmean(km),
        ("median_error_km", None): statistics.median(km),
        ("mean_geoscore", None): statistics.fmean(float(row[6]) for row in counted),
        ("missing_share", None): sum(not row[2] for row in rows) / len(rows),
        ("refusal_share", None): 0,
    }
    for i, threshold in enumerate(CONVENTIONS[name][1]):
        figures["accuracy", threshold] = sum(row[5][i] == "1" for row in counted) / len(counted)
    return figures


def main(file):
    rows = read(file)
    with tempfile.TemporaryDirectory() as folder:
        result = judged(*write(rows["geolocsft"], folder))
    found = {(f["convention"], f["metric"], f.get("threshold_km")): f["value"] for f in result["figures"]}
    wrong, compared = [], 0
    for name in CONVENTIONS:
        if len(rows[name]) <= PAIRS or result["images"] != len(rows[name]):
            sys.exit(f"{name} has {len(rows[name])} rows, of which {result['images']} were judged")
        for (metric, threshold), value in expected(name, rows[name]).items():
            other = found.get((name, metric, threshold))
            compared += 1
            if other is None or abs(other - value) > 1e-9 * max(1, abs(value)):
                wrong.append(f"{name} {metric} {threshold}: {other}, not {value}")
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{compared} figures of {result['images']} pairs by {len(CONVENTIONS)} conventions are equal")


if __name__ == "__main__":
    main(sys.argv[1])
