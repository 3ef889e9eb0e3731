"""Run what a page shows, in the environment of the Python that runs this.

``python -P tests/readme_commands.py README.md`` executes the page's blocks of Python, and the
commands that it names, in a temporary folder. Nothing is imported from the checkout, so that an
environment made from the wheel is seen as it is. ``--processes`` starts every command as a process.
"""

import io
import os
import re
import runpy
import shlex
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from importlib.metadata import distribution
from pathlib import Path

#: Trainings made short.
SHORTER = {
    "tracegrad train DATA.csv --target COLUMN": "--epochs 3",
    "python -m nn.examples.addition": "--steps 2 --digits 2",
    "python -m nn.examples.characters": "--mlp-steps 2 --attention-steps 2",
}
#: In this process, for a test: its words need a package and take seconds.
FEWER_WORDS = {"python -m nn.examples.characters": "--words words.txt"}
#: The files that the page's commands are given.
FILES = {
    "DATA.csv": "a,b,COLUMN\n" + "".join(f"{i},{i % 5},{'xy'[i % 2]}\n" for i in range(40)),
    "script.py": "import tracegrad as tg\nx = tg.Value(2.0)\ny = x * x\ny.backward()\n",
    "lessons/twice.py": (
        "from autograd import Value\n"
        "from autograd.lessons.worked_examples import Example, exactly\n"
        "def program():\n    x = Value(3, 'x')\n    f = x * 2\n    return f\n"
        "lesson = Example('1', 'twice', 'Twice a number', program, exactly({'f': 6}))\n"
    ),
    "words.txt": "\n".join(a + b + c for a in "abcd" for b in "aeiou" for c in "kls"),
}


def python_of(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)


def commands_of(page: str) -> list[str]:
    """The commands of console blocks and those named in a sentence, each once, in their order."""
    found = re.findall(r"^\$ (.*)$|`((?:tracegrad|python -m) [^`]+)`", page, flags=re.MULTILINE)
    return list(dict.fromkeys(" ".join((block or inline).split()) for block, inline in found))


def run_python(code: str, names: dict[str, object]) -> None:
    """Execute a block, and hold it to the numbers behind its ``print``s."""
    said = io.StringIO()
    with redirect_stdout(said):
        exec(compile(code, "<page>", "exec"), names)
    for promised in re.findall(r"^(?:print\(.*)?\)  # (.*)$", code, flags=re.MULTILINE):
        if promised not in said.getvalue().splitlines():
            raise SystemExit(f"{promised!r} is not what is printed by\n{code}")


def run_command(command: str, processes: bool) -> None:
    """SystemExit says what a command printed that fails."""
    words = shlex.split(f"{command} {SHORTER.get(command, '')}")
    if processes:
        done = subprocess.run(words, input="1\n" * 20, capture_output=True, text=True)
        code: object = done.returncode
        said = done.stdout + done.stderr
    else:
        code, said = in_this_process(words + shlex.split(FEWER_WORDS.get(command, "")))
    if code:
        raise SystemExit(f"{command} ends with {code}: {said}")


def in_this_process(words: list[str]) -> tuple[object, str]:
    stream = io.StringIO()
    before = sys.argv, sys.stdin
    sys.argv, sys.stdin = words, io.StringIO("1\n" * 20)
    try:
        with redirect_stdout(stream):
            if words[0] == "python":
                sys.argv = words[2:]
                runpy.run_module(words[2], run_name="__main__", alter_sys=True)
                return 0, stream.getvalue()
            (start,) = distribution("tracegrad").entry_points.select(name="tracegrad")
            return start.load()(words[1:]), stream.getvalue()
    except SystemExit as end:
        return end.code, stream.getvalue()
    finally:
        sys.argv, sys.stdin = before


def main(path: str, processes: bool) -> None:
    page = Path(path).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, text in FILES.items():
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        names: dict[str, object] = {"__name__": "page"}
        blocks, commands = python_of(page), commands_of(page)
        for code in blocks:
            run_python(code, names)
        for command in commands:
            run_command(command, processes)
            print(command)
        os.chdir("/")
    where = sys.modules["tracegrad"].__file__
    print(f"{len(blocks)} blocks and {len(commands)} commands ran with {where}")


if __name__ == "__main__":
    main(sys.argv[1], "--processes" in sys.argv)
