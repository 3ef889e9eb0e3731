"""The sentences around the numbers, in each language: one column per language.

>>> say("id", "backward")
'Proses backward'
"""

from __future__ import annotations

from typing import Any

LANGUAGES = ("en", "id")

_TABLE: dict[str, tuple[str, str]] = {
    # phases and their headings
    "inputs": ("Inputs", "Input"),
    "forward": ("Forward pass", "Forward pass"),
    "backward": ("Backward pass", "Proses backward"),
    "update": ("Update", "Pembaruan"),
    "tangents": ("Forward mode: the input {name} moves", "Mode maju: input {name} bergerak"),
    "seed": ("start at the output", "mulai dari output"),
    "through": ("back through {op}", "mundur melalui {op}"),
    "result": ("Result", "Hasil"),
    "after": ("{name} after the update", "{name} setelah pembaruan"),
    "cost": (
        "{passes} × {steps} steps: forward mode takes one pass per input, reverse mode one for all",
        "{passes} × {steps} langkah: mode maju berjalan satu kali per input, proses backward satu "
        "kali untuk semua",
    ),
    # the demo
    "demo step": ("Step through: {title}", "Langkah demi langkah: {title}"),
    "demo draw": ("Draw: {title}", "Gambar: {title}"),
    "demo train": (
        "Train: a 4-16-16-3 network on Fisher's 150 irises",
        "Latih: jaringan 4-16-16-3 pada 150 iris Fisher",
    ),
    "demo files": ("Files", "Berkas"),
    "training": ("training", "pelatihan"),
    "train accuracy": ("accuracy on the {rows} training rows", "akurasi pada {rows} baris latih"),
    "test accuracy": ("accuracy on the {rows} test rows", "akurasi pada {rows} baris uji"),
    "epochs": ("{epochs} epochs, loss {loss}", "{epochs} epoch, kerugian {loss}"),
}


def say(lang: str, key: str, **values: Any) -> str:
    """The sentence ``key`` in ``lang``, its ``{slots}`` filled. ValueError for another language."""
    return _TABLE[key][column(lang)].format(**values)


def column(lang: str) -> int:
    """The place of a language in the table."""
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r} is not here; there are {', '.join(LANGUAGES)}")
    return LANGUAGES.index(lang)


def sentences(lang: str) -> dict[str, str]:
    """The whole table of one language, for the page."""
    return {key: row[column(lang)] for key, row in _TABLE.items()}
