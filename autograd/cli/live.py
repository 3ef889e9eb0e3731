"""``tracegrad live``: a page in which a small network is trained while one looks on."""

from __future__ import annotations

import argparse

from autograd.cli.arguments import count, language, number, rate
from autograd.cli.console import Console
from autograd.cli.train import names
from autograd.writing import extension, translated


def arguments(live: argparse.ArgumentParser) -> None:
    """What follows the word ``live``."""
    live.add_argument(
        "data",
        nargs="?",
        default="moons",
        metavar="DATA",
        help="moons, circles, xor, spirals, blobs; plane or hills, a regression; or FILE.csv",
    )
    live.add_argument("-o", "--output", metavar="FILE.html", required=True, help="the page")
    live.add_argument("--target", metavar="COL", help="of a file, what to predict; the last column")
    live.add_argument("--inputs", metavar="A,B", help="of a file, two numeric columns")
    live.add_argument("--hidden", default="4,3", metavar="SIZES", help="of hidden layers")
    live.add_argument("--activation", default="tanh", metavar="NAMES", help="one, or one a layer")
    live.add_argument(
        "--optimizer", default="adam", metavar="NAME", help="sgd, momentum, adam, ..."
    )
    live.add_argument("--lr", type=rate, default=0.03, metavar="RATE", help="the learning rate")
    live.add_argument("--batch-size", type=count(1), default=10, metavar="N")
    live.add_argument("--l1", type=number, default=0.0, metavar="RATE", help="of the L1 penalty")
    live.add_argument("--l2", type=number, default=0.0, metavar="RATE", help="of the L2 penalty")
    live.add_argument("--rows", type=count(1), default=200, metavar="N", help="how many points")
    live.add_argument("--noise", type=number, default=0.1, metavar="SPREAD")
    live.add_argument("--held-out", type=number, default=0.3, metavar="SHARE")
    live.add_argument("--seed", type=count(0), default=0, metavar="N")
    language(live)


def run(asked: argparse.Namespace) -> int:
    from nn.live import live_page, read_points

    extension(asked.output, (".html",))
    try:
        hidden = [int(size) for size in asked.hidden.split(",") if size.strip()]
    except ValueError:
        raise ValueError(
            f"--hidden takes sizes of layers, such as 4,3; not {asked.hidden!r}"
        ) from None
    activations = names([asked.activation])
    console = Console(lang=asked.lang)
    points = None
    if "." not in asked.data and (asked.target or asked.inputs):
        raise ValueError("--target and --inputs are of a file, such as data.csv")
    if "." in asked.data:
        points = read_points(asked.data, asked.target, names([asked.inputs or ""]), asked.seed)
        for remark in points.pop("remarks"):
            console.tell(translated(remark))
    live_page(
        asked.data if points is None else points,
        asked.output,
        hidden=hidden,
        activation=activations if len(activations) > 1 else asked.activation.strip(" ,"),
        optimizer=asked.optimizer,
        lr=asked.lr,
        batch_size=asked.batch_size,
        l1=asked.l1,
        l2=asked.l2,
        rows=asked.rows,
        noise=asked.noise,
        held_out=asked.held_out,
        seed=asked.seed,
        lang=asked.lang,
    )
    console.wrote(asked.output)
    return 0
