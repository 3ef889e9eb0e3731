"""A training that is broken off."""

import nn
from nn.training.run import Run


class Interrupt(nn.Callback):
    """Break off at an update, as ctrl-C does."""

    last = True

    def __init__(self, at: int) -> None:
        self.at = at

    def on_batch(self, run: Run) -> None:
        if run.updates == self.at:
            raise KeyboardInterrupt
