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
    "round": ("Iteration {n}", "Iterasi {n}"),
    "result": ("Result", "Hasil"),
    "after": ("{name} after the update", "{name} setelah pembaruan"),
    "cost": (
        "{passes} × {steps} steps: forward mode takes one pass per input, reverse mode one for all",
        "{passes} × {steps} langkah: mode maju berjalan satu kali per input, proses backward satu "
        "kali untuk semua",
    ),
    "start keys": (
        "The inputs are given. Press the right arrow key.",
        "Input sudah diberikan. Tekan tombol panah kanan.",
    ),
    "keys": (
        "→ next   ← previous   Home first   End last   q quit",
        "→ berikutnya   ← sebelumnya   Home pertama   End terakhir   q keluar",
    ),
    # the page
    "start heading": ("Start", "Mulai"),
    "start": (
        "The inputs are given. Press Next, or the right arrow key.",
        "Input sudah diberikan. Tekan Berikutnya, atau tombol panah kanan.",
    ),
    "count": ("step {step} of {steps}", "langkah {step} dari {steps}"),
    "steps": ("steps", "langkah"),
    "first": ("First", "Pertama"),
    "previous": ("Previous", "Sebelumnya"),
    "next": ("Next", "Berikutnya"),
    "last": ("Last", "Terakhir"),
    "play": ("Play", "Putar"),
    "scrub": ("Go to step", "Ke langkah"),
    "input": ("input", "input"),
    "through words": ("back through", "mundur melalui"),
    "picture": ("computational graph", "graf komputasi"),
    "language": ("Language", "Bahasa"),
    "quiz": ("Quiz", "Kuis"),
    "scene": ("Part", "Bagian"),
    "check": ("Check", "Periksa"),
    "asking": ("What comes next? Type the number.", "Berapa berikutnya? Ketik angkanya."),
    "a number": ("Type a number, such as -0.5.", "Ketik sebuah angka, misalnya -0.5."),
    "right": ("Right.", "Benar."),
    "wrong": ("Not quite: it is {value}.", "Belum tepat: jawabannya {value}."),
    "score": ("{right} of {tried} right", "{right} dari {tried} benar"),
    "value": ("value", "nilai"),
    "gradient": ("gradient", "gradien"),
    "descent": ("Gradient descent", "Penurunan gradien"),
    "rate": ("learning rate", "laju pembelajaran"),
    "descend": ("Descend", "Turun"),
    "descend 10": ("Descend 10 ×", "Turun 10 ×"),
    "reset": ("Reset", "Kembali ke awal"),
    "no losses": ("no descent yet", "belum turun"),
    "losses": (
        "{n} updates: from {first} to {last}",
        "{n} pembaruan: dari {first} ke {last}",
    ),
    "notes": ("Notes", "Catatan"),
    "examples": ("Worked examples", "Contoh terselesaikan"),
    "left out": ("... {steps} steps are left out ...", "... {steps} langkah tidak dicetak ..."),
    "folded": (
        "  {values} values are too many to draw in detail: drawn folded; --detail draws them all",
        "  {values} nilai terlalu banyak untuk gambar rinci: digambar terlipat; --detail semuanya",
    ),
    # the demo
    "demo step": ("Step through: {title}", "Langkah demi langkah: {title}"),
    "demo draw": ("Draw: {title}", "Gambar: {title}"),
    "demo train": (
        "Train: a 4-16-16-3 network on Fisher's 150 irises",
        "Latih: jaringan 4-16-16-3 pada 150 iris Fisher",
    ),
    "demo files": ("Files", "Berkas"),
    "demo picture": ("the picture", "gambarnya"),
    "demo page": ("step through it in a browser", "jalani langkahnya di peramban"),
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
