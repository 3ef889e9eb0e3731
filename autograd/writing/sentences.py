"""The sentences around the numbers, in each language: one column per language.

>>> from autograd.writing import say
>>> say("id", "backward")
'Proses backward'
"""

from __future__ import annotations

from autograd.calculus import short
from autograd.writing.printed_sentences import PRINTED

LANGUAGES = ("en", "id")

_TABLE: dict[str, tuple[str, str]] = {
    # phases and their headings
    "inputs": ("Inputs", "Input"),
    "forward": ("Forward pass", "Forward pass"),
    "backward": ("Backward pass", "Proses backward"),
    "update": ("Update", "Pembaruan"),
    "seed": ("start at the output", "mulai dari output"),
    "through": ("back through {op}", "mundur melalui {op}"),
    "round": ("Iteration {n}", "Iterasi {n}"),
    "round of": ("Iteration {n}: {rule} updates {name}", "Iterasi {n}: {rule} memperbarui {name}"),
    "result": ("Result", "Hasil"),
    # the page
    "start heading": ("Start", "Mulai"),
    "start": (
        "The inputs are given. Press Next, or the right arrow key.",
        "Input sudah diberikan. Tekan Berikutnya, atau tombol panah kanan.",
    ),
    "count": ("step {step} of {steps}", "langkah {step} dari {steps}"),
    "legend": (
        "grad: ∂output/∂value. × on an arrow: the local derivative.",
        "grad: ∂output/∂nilai. × pada panah: turunan lokal.",
    ),
    "steps": ("steps", "langkah"),
    "first": ("First", "Pertama"),
    "previous": ("Previous", "Sebelumnya"),
    "next": ("Next", "Berikutnya"),
    "last": ("Last", "Terakhir"),
    "play": ("Play", "Putar"),
    "pause": ("Pause", "Jeda"),
    "speed": ("speed", "kecepatan"),
    "scrub": ("Go to step", "Ke langkah"),
    "formulas": ("the step in formulas", "langkah dalam rumus"),
    "follow": ("Follow the active card", "Ikuti kartu aktif"),
    "fit": ("Show the whole picture (0)", "Tampilkan seluruh gambar (0)"),
    "zero gradients": ("zero grad", "grad nol"),
    "open box": ("Open {name}", "Buka {name}"),
    "close box": ("Close {name}", "Tutup {name}"),
    "opened": ("{name} is open", "{name} terbuka"),
    "closed": ("{name} is closed", "{name} tertutup"),
    "part on paper": (
        "Part {n} of {of}. Each part is printed by itself, because all of them are many pages.",
        "Bagian {n} dari {of}. Tiap bagian dicetak sendiri, karena semuanya banyak halaman.",
    ),
    "box hint": (
        "Click the card of {name} to step through its parts.",
        "Klik kartu {name} untuk menjalani bagian-bagiannya.",
    ),
    "forward box": (
        "forward through {name}: {n} values, ‖data‖ {norm}",
        "maju melalui {name}: {n} nilai, ‖data‖ {norm}",
    ),
    "moving": ("Forward: {name} moves", "Maju: {name} bergerak"),
    "tangent box": (
        "forward through {name}: {n} values, ‖tangent‖ {norm}",
        "maju melalui {name}: {n} nilai, ‖tangen‖ {norm}",
    ),
    "backward box": (
        "back through {name}: ‖g‖ {from} → {to}",
        "mundur melalui {name}: ‖g‖ {from} → {to}",
    ),
    "update box": (
        "the update of {name}: each minus the learning rate times its gradient",
        "pembaruan {name}: masing-masing dikurangi laju pembelajaran kali gradiennya",
    ),
    "closer": ("Closer (+)", "Perbesar (+)"),
    "farther": ("Farther (-)", "Perkecil (-)"),
    "full": ("Full screen (f)", "Layar penuh (f)"),
    "input": ("input", "input"),
    "through words": ("back through", "mundur melalui"),
    "picture": ("computational graph", "graf komputasi"),
    "language": ("Language", "Bahasa"),
    "theme auto": ("Colours: as the system", "Warna: seperti sistem"),
    "theme light": ("Colours: light", "Warna: terang"),
    "theme dark": ("Colours: dark", "Warna: gelap"),
    "quiz": ("Quiz", "Kuis"),
    "scene": ("Part", "Bagian"),
    "check": ("Check", "Periksa"),
    "number asked": ("What comes next? Type the number.", "Berapa berikutnya? Ketik angkanya."),
    "cell asked": ("What comes next? Type the number.", "Berapa berikutnya? Ketik angkanya."),
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
    "fixed": (
        "These numbers are fixed: this page cannot compute",
        "Angka-angka ini tetap: halaman ini tidak dapat menghitung",
    ),
    "many numbers": (
        "These numbers are fixed: there are too many for the page to compute anew,",
        "Angka-angka ini tetap: terlalu banyak untuk dihitung ulang oleh halaman ini,",
    ),
    "notes": ("Notes", "Catatan"),
    # the program beside the graph, and the paths of an input
    "source": ("Program", "Program"),
    "line": ("line {n}", "baris {n}"),
    "turn": ("turn {n} of {last}", "putaran {n} dari {last}"),
    "paths of": ("The paths from {leaf} to {output}", "Jalur dari {leaf} ke {output}"),
    "path sum": ("Sum over {n} paths: {value}", "Jumlah atas {n} jalur: {value}"),
    "path part": (
        "The first {k} of {n} paths: their sum is {part} of {value}",
        "{k} jalur pertama dari {n}: jumlahnya {part} dari {value}",
    ),
    "slope": ("Slope by finite difference: {value}", "Kemiringan dengan beda hingga: {value}"),
    "kink": (
        "The two differ: at a kink the slope is not the derivative that the rules take.",
        "Keduanya berbeda: di titik patah, kemiringan bukan turunan yang dipakai aturannya.",
    ),
    "element": ("Element", "Elemen"),
    "close": ("Close", "Tutup"),
    # the quiz: hints for the usual slips, by their names
    "a shape": ("Type a shape, such as (2, 3).", "Ketik sebuah bentuk, misalnya (2, 3)."),
    "again": ("One more try.", "Coba sekali lagi."),
    "cell": ("row {row}, column {column}", "baris {row}, kolom {column}"),
    "entry": ("entry {entry}", "entri {entry}"),
    "place": ("the entry at {place}, counted from 0", "entri di {place}, dihitung dari 0"),
    "shape of": ("shape of", "bentuk"),
    "sum so far": (
        "The sum with it, {before} being there already:",
        "Jumlah bersamanya, sudah ada {before}:",
    ),
    "expression asked": (
        "What is the local derivative? Type an expression.",
        "Apa turunan lokalnya? Ketik sebuah ekspresi.",
    ),
    "an expression": (
        "Type an expression in {names}, such as 1 - x*x or exp(x)/2.",
        "Ketik sebuah ekspresi dengan {names}, misalnya 1 - x*x atau exp(x)/2.",
    ),
    "hint local": (
        "Not yet: differentiate the operation by this operand; its result may stand in the answer.",
        "Belum: turunkan operasinya terhadap operand ini; hasilnya boleh dipakai.",
    ),
    "slip itself": (
        "That is the operation itself; its derivative is asked.",
        "Itu operasinya sendiri; yang ditanyakan turunannya.",
    ),
    "slip factor": ("Right but for a constant factor.", "Benar, kecuali faktor tetapnya."),
    "slip no square": ("A square is missing.", "Kuadratnya belum ada."),
    "slip here only": (
        "That is its value here; the expression holds everywhere.",
        "Itu nilainya di sini; ekspresinya berlaku di mana saja.",
    ),
    "shape asked": ("Which shape comes next?", "Bentuk apa berikutnya?"),
    "asked before": (
        "Step {step} asks a question: the numbers that follow it are shown when it is answered.",
        "Langkah {step} mengajukan pertanyaan: angka setelahnya tampil bila sudah dijawab.",
    ),
    "asked inside": (
        "{name}, which is closed, asks a question: the numbers that follow it are shown when it is "
        "answered.",
        "{name}, yang tertutup, mengajukan pertanyaan: angka setelahnya tampil bila sudah dijawab.",
    ),
    "to question": ("To the question", "Ke pertanyaannya"),
    "show answers": ("Show the answers up to here", "Tampilkan jawaban sampai di sini"),
    "final score": (
        "{right} of {asked} questions right, {first} at the first try.",
        "{right} dari {asked} pertanyaan benar, {first} pada percobaan pertama.",
    ),
    "replay": ("Ask the missed ones again", "Tanyakan lagi yang terlewat"),
    "hint forward": (
        "Not yet: put the numbers into the formula.",
        "Belum: masukkan angkanya ke dalam rumus.",
    ),
    "hint product": (
        "Not yet: multiply the upstream gradient, {upstream}, by the local derivative.",
        "Belum: kalikan gradien hulu, {upstream}, dengan turunan lokalnya.",
    ),
    "hint total": (
        "Not yet: add what this path brings to {before}.",
        "Belum: tambahkan kiriman jalur ini pada {before}.",
    ),
    "hint adjoint": (
        "Not yet: put the numbers of this place into the formula.",
        "Belum: masukkan angka di tempat ini ke dalam rumus.",
    ),
    "hint shape": (
        "Not yet: the shape follows from those of the operands.",
        "Belum: bentuknya mengikuti bentuk operandnya.",
    ),
    "hint gradient shape": (
        "Not yet: a gradient has the shape of its own value.",
        "Belum: bentuk gradien sama dengan bentuk nilainya sendiri.",
    ),
    "hint update": (
        "Not yet: the old value, minus the learning rate times the gradient.",
        "Belum: nilai lama, dikurangi laju pembelajaran kali gradien.",
    ),
    "hint tangent": (
        "Not yet: add up, over the operands, local derivative times tangent.",
        "Belum: jumlahkan, untuk semua operand, turunan lokal kali tangen.",
    ),
    "slip rounding": ("Close: keep four digits.", "Hampir: pakai empat angka."),
    "slip sign": ("The size is right, the sign is not.", "Besarnya benar, tandanya tidak."),
    "slip swapped": ("The operands are in the wrong order.", "Urutan operandnya terbalik."),
    "slip operation": (
        "These are the right operands with another operation.",
        "Operandnya benar, tetapi operasinya lain.",
    ),
    "slip double": (
        "That is twice the operand: a square multiplies it by itself.",
        "Itu dua kali operandnya: kuadrat mengalikannya dengan dirinya sendiri.",
    ),
    "slip derivative": (
        "That is the derivative; the value is asked.",
        "Itu turunannya; yang ditanyakan nilainya.",
    ),
    "slip operand": (
        "That is an operand: apply the operation to it.",
        "Itu operandnya: terapkan operasinya.",
    ),
    "slip term": (
        "That is one product alone: a row times a column adds up all of them.",
        "Itu baru satu hasil kali: baris kali kolom menjumlahkan semuanya.",
    ),
    "slip bias": ("The bias is missing.", "Biasnya belum ditambahkan."),
    "slip transposed": (
        "That is the cell across the diagonal: rows and columns are exchanged.",
        "Itu sel di seberang diagonal: baris dan kolomnya tertukar.",
    ),
    "slip not transposed": (
        "That multiplies by the matrix as it stands: the gradient takes its transpose.",
        "Itu dikalikan dengan matriksnya sendiri: gradien memakai transposnya.",
    ),
    "slip index": (
        "That is another entry: indices count from 0.",
        "Itu entri lain: indeks dihitung dari 0.",
    ),
    "slip mean": (
        "A sum and a mean differ by the number of entries: see which of them is here.",
        "Jumlah dan rata-rata berbeda sebesar banyaknya entri: lihat mana yang ada di sini.",
    ),
    "slip path": (
        "That is what this path brings: add what came by another path, {before}.",
        "Itu kiriman jalur ini: tambahkan yang datang lewat jalur lain, {before}.",
    ),
    "slip before": (
        "That is the sum before this step: add what this path brings.",
        "Itu jumlah sebelum langkah ini: tambahkan kiriman jalur ini.",
    ),
    "slip paths": ("Paths are added, not multiplied.", "Jalur dijumlahkan, bukan dikalikan."),
    "slip minus": (
        "What this path brings is added, not subtracted.",
        "Kiriman jalur ini ditambahkan, bukan dikurangkan.",
    ),
    "slip upstream": (
        "That is the local derivative alone: multiply it by the upstream gradient, {upstream}.",
        "Itu baru turunan lokalnya: kalikan dengan gradien hulu, {upstream}.",
    ),
    "slip local": (
        "That is the upstream gradient alone: multiply it by the local derivative.",
        "Itu baru gradien hulunya: kalikan dengan turunan lokal.",
    ),
    "slip value": (
        "That has a value in place of the local derivative.",
        "Itu memakai nilai, bukan turunan lokal.",
    ),
    "slip other": (
        "That has the derivative by the other operand.",
        "Itu memakai turunan terhadap operand yang lain.",
    ),
    "slip sum": (
        "That adds the two factors: the chain rule multiplies them.",
        "Itu menjumlahkan kedua faktor: aturan rantai mengalikannya.",
    ),
    "slip quotient": (
        "That divides by the local derivative: the chain rule multiplies.",
        "Itu membagi dengan turunan lokal: aturan rantai mengalikan.",
    ),
    "slip row": (
        "That is one use alone: it is used in several places, and they add up.",
        "Itu baru satu pemakaian: ia dipakai di beberapa tempat, dan semuanya dijumlahkan.",
    ),
    "slip softmax": (
        "That is the first part alone: every entry of a softmax depends on every input.",
        "Itu baru bagian pertama: setiap entri softmax bergantung pada semua input.",
    ),
    "slip target": (
        "That is the softmax alone: subtract the target.",
        "Itu baru softmax-nya: kurangi dengan target.",
    ),
    "slip batch": (
        "The loss is a mean over the batch: divide by its size.",
        "Kerugiannya rata-rata satu batch: bagi dengan banyaknya baris.",
    ),
    "slip one term": (
        "That is the part of one operand: add the others.",
        "Itu bagian satu operand: tambahkan yang lain.",
    ),
    "slip tangent": (
        "That is the local derivative alone: multiply it by the operand's tangent.",
        "Itu baru turunan lokalnya: kalikan dengan tangen operandnya.",
    ),
    "slip local of tangent": (
        "That is the operand's tangent alone: multiply it by the local derivative.",
        "Itu baru tangen operandnya: kalikan dengan turunan lokal.",
    ),
    "slip value of tangent": (
        "That is the value; its tangent is asked.",
        "Itu nilainya; yang ditanyakan tangennya.",
    ),
    "slip uphill": ("That goes uphill: the update subtracts.", "Itu naik: pembaruan mengurangkan."),
    "slip rate": ("The learning rate is missing.", "Laju pembelajarannya belum dipakai."),
    "slip change": (
        "That is the change alone; the new value is asked.",
        "Itu perubahannya saja; yang ditanyakan nilai barunya.",
    ),
    "slip old": ("That is the old value.", "Itu nilai lamanya."),
    "slip gradient": (
        "That is the gradient: take the learning rate times it from the old value.",
        "Itu gradiennya: kurangi nilai lama dengan laju pembelajaran kali gradien.",
    ),
    "slip reversed shape": (
        "These are the sizes in reverse: rows first, then columns.",
        "Itu ukurannya terbalik: baris dulu, lalu kolom.",
    ),
    "slip no ones": ("An axis of length 1 counts, too.", "Sumbu sepanjang 1 dihitung juga."),
    "slip operand shape": ("That is the shape of an operand.", "Itu bentuk operandnya."),
    "slip other shape": (
        "That is the shape of another array: a gradient has the shape of its own value.",
        "Itu bentuk larik lain: bentuk gradien sama dengan bentuk nilainya sendiri.",
    ),
    "examples": ("Worked examples", "Contoh terselesaikan"),
    "lessons": ("Lessons", "Pelajaran"),
    "lesson before": ("Previous lesson", "Pelajaran sebelumnya"),
    "lesson after": ("Next lesson", "Pelajaran berikutnya"),
    "all lessons": ("All lessons", "Semua pelajaran"),
    "left out": ("... {count} are left out ...", "... {count} tidak dicetak ..."),
    # words on cards
    "card shape": ("shape", "bentuk"),
    "card ops": ("ops", "operasi"),
    "card parameters": ("parameters", "parameter"),
}


def say(lang: str, key: str, **values: object) -> str:
    """The sentence ``key`` in ``lang``, its ``{slots}`` filled. ValueError for another language."""
    row = _TABLE[key] if key in _TABLE else PRINTED[key]
    return row[column(lang)].format(**values)


def column(lang: str) -> int:
    """The place of a language in the table."""
    if lang not in LANGUAGES:
        raise ValueError(f"language {short(lang)} is not here; there are {', '.join(LANGUAGES)}")
    return LANGUAGES.index(lang)


def sentences(lang: str) -> dict[str, str]:
    """The table of one language, for the page."""
    return {key: row[column(lang)] for key, row in _TABLE.items()}
