"""Checks of derivatives: ``gradcheck``, the origin of a nan, the diagnosis of a loss."""

from autograd.checks.anomaly import detect_anomaly
from autograd.checks.diagnosis import diagnose
from autograd.checks.gradient_check import gradcheck

__all__ = ["detect_anomaly", "diagnose", "gradcheck"]
