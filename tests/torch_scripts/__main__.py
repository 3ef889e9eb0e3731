"""Write the numbers that PyTorch gives."""

import json

import torch

from tests.torch_scripts import SCRIPTS, VALUES_FILE, flat

rounded = {
    script.__name__: [float(f"{x:.6g}") if isinstance(x, float) else x for x in flat(script(torch))]
    for script in SCRIPTS
}
VALUES_FILE.write_text(json.dumps(rounded, separators=(",", ":")) + "\n", encoding="utf-8")
