"""One step of Adam: 100 arrays of 1,000 entries, and 1,000 scalar parameters."""

from benchmarks.harness import Bench, Contender, Report, Row, Seconds, race, ratio

PROGRAM = "benchmarks.programs.adam_step"
# How many times faster than PyTorch's default Adam.
FASTER = {"float32": 10, "float64": 5}
ROUNDING = {"float32": 1e-4, "float64": 1e-10}


def measure(bench: Bench) -> Report:
    rows: list[Row] = []
    times: Seconds = {}
    for dtype, factor in FASTER.items():
        field = {
            who: Contender(f"{who}, {dtype}", PROGRAM, {"who": who, "dtype": dtype})
            for who in ("tracegrad", "PyTorch", "by hand")
        }
        rounding = ROUNDING[dtype]
        seconds = race(list(field.values()), bench, check_runs=20, rtol=rounding, atol=rounding)
        mine, peer, hand = (one.name for one in field.values())
        rows.append(Row(f"tracegrad / PyTorch, {dtype}", ratio(seconds, mine, peer), 1 / factor))
        rows.append(Row(f"tracegrad / NumPy by hand, {dtype}", ratio(seconds, mine, hand), 1.2))
        times |= seconds
    settings = {"count": 1, "size": 1000}
    packed = Contender("1,000 Values, tracegrad", PROGRAM, {"who": "numbers", **settings})
    looped = Contender("1,000 numbers, a Python loop", PROGRAM, {"who": "loop", **settings})
    seconds = race([packed, looped], bench, check_runs=20)
    rows.append(
        Row("1,000 Values / a Python loop", ratio(seconds, packed.name, looped.name), 1 / 2)
    )
    return Report("A step of Adam", rows, {**times, **seconds})
