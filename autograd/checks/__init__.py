"""What tells a wrong derivative from a right one: gradcheck, anomalies, the diagnosis."""

from autograd.checks.anomaly import detect_anomaly
from autograd.checks.diagnosis import diagnose
from autograd.checks.gradient_check import gradcheck

__all__ = ["detect_anomaly", "diagnose", "gradcheck"]
