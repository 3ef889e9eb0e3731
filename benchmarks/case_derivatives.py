"""Beyond the gradient, in gradients: a Hessian-vector product, and a chain run twice for memory."""

from benchmarks.harness import Bench, Contender, Report, Row, Seconds, race, ratio

PROGRAM = "benchmarks.programs.derivatives"


def measure(bench: Bench) -> Report:
    times: Seconds = {}
    for pair in (("hvp", "gradient"), ("checkpointed chain", "chain")):
        times |= race([Contender(what, PROGRAM, {"what": what}) for what in pair], bench)
    rows = [
        Row("hvp / gradient, 1,000,000 parameters", ratio(times, "hvp", "gradient"), 6),
        Row(
            "200 layers with checkpoint / without",
            ratio(times, "checkpointed chain", "chain"),
            2.2,
            note="for a fifth of the memory or less, which the tests hold it to",
        ),
    ]
    return Report("Derivatives beyond the gradient", rows, times)
