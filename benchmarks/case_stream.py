"""The anonymous memory (RssAnon) of a process that trains through a file of 4 GB."""

import tempfile

from benchmarks.harness import Bench, Contender, Report, Row, working


def measure(bench: Bench) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        settings = {"path": f"{folder}/rows.f32"}
        one = Contender("one pass over 4 GB", "benchmarks.programs.stream", settings)
        with working(one, bench) as worker:
            seconds = worker.ask("time", times=1)
            megabytes = worker.ask("results")["megabytes"][0]
    rows = [Row("anonymous memory while training through 4 GB", megabytes, 300, "MB")]
    return Report("A file larger than memory, mapped", rows, {one.name: [seconds]})
