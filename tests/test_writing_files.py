"""One writer of files: what is there is the old file or the new one, and a node stays its kind."""

from __future__ import annotations

import errno
import os
import pty
import random
import shutil
import signal
import socket
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograd.calculus import path_text
from autograd.writing import check_place, write_file


def kind(path: Path) -> int:
    return stat.S_IFMT(os.lstat(path).st_mode)


@pytest.mark.parametrize("content", ["text ∂", b"\x00\xff", "", "x" * 300_000])
def test_what_is_written_is_read_back(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / ("n" * 250)
    for _ in range(2):
        write_file(path, content)
        assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o755])
def test_the_mode_of_a_file_stays(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "f"
    path.touch()
    path.chmod(mode)
    write_file(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == mode and path.read_text() == "new"


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write_file(tmp_path / "f", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o666 & ~mask


def test_nobody_else_may_read_a_private_file_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.touch(mode=0o600)
    modes = []

    def watched(handle: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(handle).st_mode))

    monkeypatch.setattr(os, "fsync", watched)
    write_file(path, "new")
    assert modes[0] == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_of_a_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.touch()
    os.chown(path, 1234, 4321)
    write_file(path, "new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


@pytest.mark.parametrize("target", ["there", "absent", "folder/there", "folder/absent"])
@pytest.mark.parametrize("links", [1, 3])
def test_a_link_is_followed_and_stays(tmp_path: Path, target: str, links: int) -> None:
    (tmp_path / "folder").mkdir()
    end = tmp_path / target
    if end.name == "there":
        end.write_text("old")
    previous = target
    for i in range(links):
        (tmp_path / f"link{i}").symlink_to(previous)
        previous = f"link{i}"
    write_file(tmp_path / previous, "new")
    assert end.read_text() == "new" and kind(end) == stat.S_IFREG
    assert all(kind(tmp_path / f"link{i}") == stat.S_IFLNK for i in range(links))


@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_is_written_to(tmp_path: Path, linked: bool) -> None:
    pipe = path = tmp_path / "pipe"
    os.mkfifo(pipe)
    if linked:
        path = tmp_path / "link"
        path.symlink_to("pipe")
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()), daemon=True)
    reader.start()
    write_file(path, "through the pipe")
    reader.join(10)
    assert found == ["through the pipe"] and kind(pipe) == stat.S_IFIFO


def test_a_terminal_is_written_to() -> None:
    master, slave = pty.openpty()
    write_file(os.ttyname(slave), "seen")
    assert os.read(master, 100) == b"seen"
    os.close(master)
    os.close(slave)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
@pytest.mark.parametrize(("minor", "fails"), [(3, False), (7, True)])  # null, full
def test_a_device_stays_a_device(tmp_path: Path, minor: int, fails: bool) -> None:
    path = tmp_path / "device"
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
        os.close(os.open(path, os.O_WRONLY))
    except OSError:
        pytest.skip("this folder takes no devices")
    if fails:
        with pytest.raises(OSError, match="no space left on device"):
            write_file(path, "gone")
    else:
        write_file(path, "gone")
    assert kind(path) == stat.S_IFCHR and os.listdir(tmp_path) == ["device"]


def test_an_open_file_without_a_name_is_written_to(tmp_path: Path) -> None:
    with (tmp_path / "f").open("w+") as file:
        (tmp_path / "f").unlink()
        try:
            write_file(f"/proc/self/fd/{file.fileno()}", "by its number")
        except FileNotFoundError:
            pytest.skip("no /proc here")
        assert file.read() == "by its number" and os.listdir(tmp_path) == []


def a_socket(folder: Path) -> Path:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / "s"))
    server.close()
    return folder / "s"


def a_loop(folder: Path) -> Path:
    (folder / "loop").symlink_to("loop")
    return folder / "loop"


def a_file(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file"


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda d: d, IsADirectoryError, "it is a folder; give the name of a file"),
        (lambda d: d / "no" / "f", FileNotFoundError, "the folder .*no is not there; create it"),
        (lambda d: a_file(d) / "f", NotADirectoryError, "not a directory; choose another place"),
        (a_loop, OSError, "too many .*links; choose another place"),
        (a_socket, OSError, "no such device or address; choose another place"),
        (lambda d: d / ("n" * 300), OSError, "file name too long; choose another place"),
    ],
)
def test_what_cannot_be_written_is_one_line_and_stays(
    tmp_path: Path, make: Callable[[Path], Path], error: type[OSError], said: str
) -> None:
    path = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error, match=f"cannot be written: {said}") as caught:
        write_file(path, "new")
    assert path_text(path) in str(caught.value) and "\n" not in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_text_that_cannot_be_encoded_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "f"
    write_file(path, "first")
    with pytest.raises(UnicodeEncodeError):
        write_file(path, "second \ud800")
    assert path.read_text() == "first" and os.listdir(tmp_path) == ["f"]


@pytest.mark.parametrize("call", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"),
                                   KeyboardInterrupt()])  # fmt: skip
def test_the_old_file_is_intact_whatever_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: BaseException
) -> None:
    path = tmp_path / "f"
    path.write_text("old")

    def failing(*_: Any) -> None:
        raise error

    monkeypatch.setattr(os, call, failing)
    said = "the previous file is intact" if isinstance(error, OSError) else None
    with pytest.raises(type(error), match=said):
        write_file(path, "new")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["f"]


# A file that an interrupt meets just as it is opened is closed by the collector, which says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_interrupts_at_random_moments_leave_one_whole_file(tmp_path: Path) -> None:
    path, rng, interrupted = tmp_path / "f", random.Random(0), 0
    whole = [letter * 200_000 for letter in "ab"]
    path.write_text(whole[0])

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    handler = signal.signal(signal.SIGALRM, stop)
    try:
        for i in range(200):
            try:
                signal.setitimer(signal.ITIMER_REAL, rng.uniform(1e-5, 4e-3))
                write_file(path, whole[i % 2])
                signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt:
                interrupted += 1
            assert path.read_text() in whole and os.listdir(tmp_path) == ["f"]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
    assert interrupted > 10


# Rights: root has them all, so that a child without them does what is tried.


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may enter, unlike pytest's."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o777)
    yield path
    path.chmod(0o777)
    shutil.rmtree(path)


def as_nobody(act: Callable[[], None]) -> str:
    """What ``act`` raises in a process without root's rights, or nothing."""
    if os.geteuid() != 0:
        try:
            act()
        except OSError as error:
            return f"{type(error).__name__}: {error}"
        return ""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setuid(65534)
            act()
        except BaseException as error:
            os.write(into, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(into)
    os.waitpid(child, 0)
    with os.fdopen(out) as said:
        return said.read()


@pytest.mark.parametrize("content", ["much longer than it was", "s"])
def test_a_writable_file_in_a_read_only_folder_is_written_in_place(
    folder: Path, content: str
) -> None:
    path = folder / "f"
    path.write_text("old text")
    path.chmod(0o666)
    folder.chmod(0o555)
    assert as_nobody(lambda: write_file(path, content)) == ""
    assert path.read_text() == content and os.listdir(folder) == ["f"]


def test_a_new_file_in_a_read_only_folder_is_refused(folder: Path) -> None:
    folder.chmod(0o555)
    said = as_nobody(lambda: write_file(folder / "f", "new"))
    assert said.startswith("PermissionError") and "permission denied; choose another" in said
    assert os.listdir(folder) == []


def test_a_read_only_file_is_refused_though_its_folder_is_writable(folder: Path) -> None:
    path = folder / "f"
    path.write_text("old")
    path.chmod(0o444)
    said = as_nobody(lambda: write_file(path, "new"))
    assert said.startswith("PermissionError") and "read-only" in said
    assert path.read_text() == "old"


def test_a_failure_in_place_brings_the_old_file_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_text("the old text")
    calls = []

    def busy(*_: Any) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    def full(handle: int, length: int) -> None:
        calls.append(length)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(os, "ftruncate", full)
    with pytest.raises(OSError, match="no space left on device; the previous file is intact"):
        write_file(path, "new")
    assert path.read_text() == "the old text" and os.listdir(tmp_path) == ["f"]


def test_a_place_is_checked_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_place(tmp_path / "f")
    check_place(a_file(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"cannot be written: the folder .*no is not there"):
        check_place(tmp_path / "no" / "f")
    with pytest.raises(NotADirectoryError, match="cannot be written: not a directory; choose"):
        check_place(tmp_path / "file" / "f")
    # The one who tests may write everywhere: so the answer of the system is given here.
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != tmp_path)
    check_place(tmp_path / "file")
    with pytest.raises(PermissionError, match="cannot be written: the place is read-only; choose"):
        check_place(tmp_path / "f")
