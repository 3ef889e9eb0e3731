"""What the arguments of losses mean."""

from __future__ import annotations

LOSSES = {
    "weight": "``weight`` scales each class, or each element of a binary loss.",
    "ignore_index": "Targets of ``ignore_index`` do not count.",
    "label_smoothing": "``label_smoothing`` is the part of the target that all classes share.",
    "from_logits": "``from_logits=False`` takes probabilities.",
    "margin": "``margin`` stands in the place of 1.",
    "delta": "``delta`` is δ.",
    "log_target": "``log_target=True`` takes the logarithms of the targets.",
    "reduction": '``reduction`` is "mean", "sum" or "none".',
    "returns": (
        "Called with the prediction ŷ and the target y, it returns a Tensor: one number, or with\n"
        '``reduction="none"`` one for each element.'
    ),
}
