"""How well, and how fast, a small network learns real data, beside scikit-learn's and PyTorch's."""

from math import nan
from statistics import mean

from benchmarks.harness import Bench, Contender, Report, Row, Seconds, working
from benchmarks.programs import Unavailable
from benchmarks.programs.scores import PLANS

LIBRARIES = {"tracegrad": "tracegrad", "scikit-learn": "sklearn", "PyTorch": "torch"}
#: The most test rows, in a thousand, that may be classified wrongly.
WRONG = {"iris": 50, "wine": 50, "breast_cancer": 50, "digits": 30}


def measure(bench: Bench) -> Report:
    rows: list[Row] = []
    times: Seconds = {}
    for dataset in PLANS:
        scores = {}
        for name, library in LIBRARIES.items():
            settings = {"library": library, "dataset": dataset}
            one = Contender(f"{name}, {dataset}", "benchmarks.programs.scores", settings)
            try:
                with working(one, bench) as worker:
                    # Five trainings, with five seeds; the time is that of one.
                    times[one.name] = [worker.ask("time", times=1) / 5]
                    scores[name] = mean(worker.ask("results")["score"])
            except Unavailable as reason:
                times[one.name], scores[name] = str(reason), nan
        ours, peers = scores.pop("tracegrad"), scores
        if dataset in WRONG:
            beside = ", ".join(f"{name} {1000 * (1 - x):.0f}" for name, x in peers.items())
            what = f"{dataset}: test rows wrong, of 1000 ({beside})"
            rows.append(Row(what, 1000 * (1 - ours), WRONG[dataset], "‰"))
        else:
            beside = ", ".join(f"{name} {x:.3f}" for name, x in peers.items())
            what = f"{dataset}: R² below scikit-learn's ({ours:.3f}; {beside})"
            rows.append(Row(what, 1000 * (peers["scikit-learn"] - ours), 20, "‰"))
    title = "Networks trained on scikit-learn's data sets: mean of five seeds, time of one training"
    return Report(title, rows, times)
