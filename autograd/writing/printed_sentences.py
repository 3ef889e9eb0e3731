"""The sentences that no page carries: of a picture that stands alone, a text, the terminal."""

PRINTED: dict[str, tuple[str, str]] = {
    # a picture: its legend, tooltips, and what is read out
    "computation": ("Computation of {name}: {count}", "Perhitungan {name}: {count}"),
    "one value": ("1 value", "1 nilai"),
    "values": ("{n} values", "{n} nilai"),
    "grad legend": ("grad: ∂{name}/∂value", "grad: ∂{name}/∂nilai"),
    "local legend": ("× on an arrow: local derivative", "× pada panah: turunan lokal"),
    "wire legend": (
        "above a wire: the value; below it: the gradient, ∂{name}/∂value",
        "di atas kabel: nilainya; di bawahnya: gradien, ∂{name}/∂nilai",
    ),
    "too large": ("too large to draw in detail: {folded}", "terlalu besar untuk rinci: {folded}"),
    "in one box": (
        "{n} values in 1 box; detail=True (--detail) draws every value",
        "{n} nilai dalam 1 kotak; detail=True (--detail) menggambar tiap nilai",
    ),
    "in boxes": (
        "{n} values in {boxes} boxes; detail=True (--detail) draws every value",
        "{n} nilai dalam {boxes} kotak; detail=True (--detail) menggambar tiap nilai",
    ),
    "more": ("{n} more", "{n} lagi"),
    "and more": ("and {n} more", "dan {n} lagi"),
    "terms": ("{n} terms", "{n} suku"),
    "sum of terms": ("sum of {n} terms", "jumlah {n} suku"),
    "one operation": ("1 operation", "1 operasi"),
    "operations": ("{n} operations", "{n} operasi"),
    "with gradient": ("{value}, gradient {gradient}", "{value}, gradien {gradient}"),
    "from": ("from {name}: {product}", "dari {name}: {product}"),
    "in scope": ("{kind} in {scope}", "{kind} di dalam {scope}"),
    "accumulated": ("accumulated in .grad {value}", "terkumpul di .grad {value}"),
    "constant": ("constant", "konstanta"),
    "leaf": ("leaf", "daun"),
    "parameter": ("parameter", "parameter"),
    "interior": ("interior", "antara"),
    # a text, and the terminal
    "tangents": ("Forward mode: the input {name} moves", "Mode maju: input {name} bergerak"),
    "misprint": ("As misprinted in {place}: {said}", "Salah cetak di {place}: {said}"),
    "drawn with": (
        "random numbers of seed {seed}; --option rng={other} draws others",
        "bilangan acak dari seed {seed}; --option rng={other} mengambil yang lain",
    ),
    "misprint ends": (
        "{name} after {n} updates: {wrong} as printed, {right} as it is meant",
        "{name} setelah {n} pembaruan: {wrong} seperti tercetak, {right} seperti dimaksud",
    ),
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
    "demo dot": ("the graph, for Graphviz", "grafnya, untuk Graphviz"),
    "demo page": ("step through it in a browser", "jalani langkahnya di peramban"),
    "training": ("training", "pelatihan"),
    "train accuracy": ("accuracy on the {rows} training rows", "akurasi pada {rows} baris latih"),
    "test accuracy": ("accuracy on the {rows} test rows", "akurasi pada {rows} baris uji"),
    "epochs": ("{epochs} epochs, loss {loss}", "{epochs} epoch, kerugian {loss}"),
}
