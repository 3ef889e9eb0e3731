"""The sentences of the playground, in English and in Indonesian."""

Words = tuple[str, ...]

TITLE: Words = ("Playground", "Ruang coba")
FORMULA: Words = ("formula", "rumus")

#: What the page's script says.
SENTENCES: dict[str, Words] = {
    "formula": FORMULA,
    "starts": ("Example", "Contoh"),
    "own": ("your own formula", "rumus sendiri"),
    "given 1": (
        "{names} had no value: it is 1 now.",
        "{names} belum bernilai: sekarang 1.",
    ),
    "given 1 each": (
        "{names} had no values: each is 1 now.",
        "{names} belum bernilai: masing-masing sekarang 1.",
    ),
    "not finite here": (
        "{name} is {value} with these inputs.",
        "{name} bernilai {value} dengan input ini.",
    ),
    "link": (
        "The link is damaged: {why}. The other inputs are as they were.",
        "Tautannya rusak: {why}. Input lainnya seperti semula.",
    ),
    "kept": (
        "The graph is that of the last formula without a mistake.",
        "Grafnya dari rumus terakhir tanpa kesalahan.",
    ),
    "slider": ("slider of {name}", "penggeser {name}"),
    "range": ("range of {name}", "rentang {name}"),
    "from": ("from", "dari"),
    "to": ("to", "sampai"),
    "by": ("step", "langkah"),
    "number wanted": ("{text} is no number.", "{text} bukan bilangan."),
    "empty range": (
        "The range is empty: give a smaller start or a larger end, and a step above 0.",
        "Rentangnya kosong: beri awal lebih kecil atau akhir lebih besar, dan langkah di atas 0.",
    ),
    "moves": ("descends", "diturunkan"),
    "plot": ("{output} against", "{output} terhadap"),
    "plotted": ("plotted input", "input pada grafik"),
    "tangent here": (
        "at {input} = {x}: {output} = {y}, slope {slope}",
        "pada {input} = {x}: {output} = {y}, kemiringan {slope}",
    ),
    "no plot": (
        "There is nothing to plot: the formula has no input.",
        "Tidak ada yang digambar: rumusnya tanpa input.",
    ),
    "no script": (
        "The playground needs JavaScript. The command tracegrad step writes a page that does not.",
        "Ruang coba memerlukan JavaScript. Perintah tracegrad step menulis halaman yang tidak.",
    ),
}
