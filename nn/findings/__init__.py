"""``why``: what is wrong with a training, by rules that look at data, network and updates."""

from nn.findings.asking import why
from nn.findings.constants import constant_loss
from nn.findings.finding import Finding, Findings

__all__ = ["constant_loss", "Finding", "Findings", "why"]
