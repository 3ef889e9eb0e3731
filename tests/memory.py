"""What memory this process holds: its peak, and what the collector still finds."""

import gc
import sys
from pathlib import Path


def peak_mb() -> float:
    """The largest resident size so far, in MB.

    On Linux ``ru_maxrss`` also counts what the parent held when it forked; VmHWM starts at exec.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def collect_all() -> None:
    """Collect until nothing is left: what one pass frees may hold a further cycle."""
    while gc.collect():
        pass
