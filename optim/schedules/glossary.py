"""What the arguments of schedules mean."""

from __future__ import annotations

from optim.base import Glossary

SCHEDULES: Glossary = {
    "lr": "``lr`` is η, the first rate.",
    "half": "``half`` is S.",
    "mult": "``mult`` is a factor.",
    "warmup": "``warmup`` is W, a number of updates.",
    "gamma": "``gamma`` is γ.",
    "every": "``every`` is S, a number of updates.",
    "milestones": "``milestones`` are numbers of updates, rising.",
    "decay": "``decay`` is r.",
    "k": "``k`` is a factor.",
    "steps": "``steps`` is the number of updates until the end.",
    "power": "``power`` is p.",
    "end": "``end`` is e, the last rate.",
    "first": "``first`` is the number of updates of the first cycle.",
    "base_lr": "``base_lr`` is the lowest rate.",
    "max_lr": "``max_lr`` is the highest rate.",
    "mode": '``mode`` is "triangular", "triangular2" or "exp_range".',
    "up": "``up`` is the part of the updates in which the rate rises.",
    "start_divisor": "The first rate is the highest over ``start_divisor``.",
    "end_divisor": "The last rate is the first over ``end_divisor``.",
    "low_momentum": "The momentum is ``low_momentum`` where the rate is highest.",
    "high_momentum": "The momentum is ``high_momentum`` at both ends.",
    "per_epoch": "``per_epoch`` is how many updates t counts as one; then t is an epoch.",
    "minimum": "``minimum`` is the least rate.",
    "returns": "Called with the number of an update, from 0, it returns the rate.",
}
