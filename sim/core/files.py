"""Files and folders that are written whole or not at all, by one process at a time."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without these locks: the last of two writers wins
    fcntl = None  # type: ignore[assignment]

placing = threading.Lock()  # held by a thread while it moves a folder, or looks at one
ATTEMPTS = 100  # to put a folder into its place, while others put theirs
TAKEN = (errno.ENOTEMPTY, errno.EEXIST)  # another has put its own there in between


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: write and sync a temporary file, then rename it."""
    temporary = temporary_name(path)
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def temporary_name(path: Path) -> Path:
    """A name beside a file or folder that nobody else uses, on no other machine either."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}.part")


def write_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a folder under a temporary name, then rename it: all or nothing.

    An older folder of the same name is replaced.

    Raises:
        OSError: the place cannot be written; the older folder is still there.
    """
    temporary = temporary_name(folder)
    temporary.mkdir(parents=True)
    try:
        fill(temporary)
        with placing:
            _put(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _put(new: Path, folder: Path) -> None:
    """Rename a folder; what is there goes aside before, and back if that fails."""
    older = temporary_name(folder)
    try:
        for attempt in range(ATTEMPTS):
            with contextlib.suppress(FileNotFoundError):
                folder.rename(older)
            try:
                new.rename(folder)
                return
            except OSError as error:
                if attempt + 1 == ATTEMPTS or error.errno not in TAKEN:
                    raise
                shutil.rmtree(older, ignore_errors=True)
    finally:
        if older.exists() and not folder.exists():
            older.rename(folder)
        shutil.rmtree(older, ignore_errors=True)


@contextlib.contextmanager
def reserved(path: Path) -> Iterator[None]:
    """Keep the place of a file or folder for this process until the end of the block.

    The system gives it free where the process ends in any other way. Folders above it are made; one
    that is still empty at the end is removed again.

    Raises:
        FileExistsError: another process has reserved it.
        OSError: nothing can be written there.
    """
    made = [place for place in path.parents if not place.exists()]
    above = next(place for place in path.parents if place.exists())
    if not above.is_dir():  # said by mkdir as if the place were taken
        raise NotADirectoryError(errno.ENOTDIR, f"{above} is no folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    file = _locked(lock, path)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink()
        os.close(file)
        with contextlib.suppress(OSError):
            for place in made:
                place.rmdir()


def _locked(lock: Path, path: Path) -> int:
    """The file of a lock, held by this process."""
    while True:
        file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if lock.exists() and os.path.samestat(os.fstat(file), os.stat(lock)):
                os.ftruncate(file, 0)
                os.write(file, str(os.getpid()).encode())
                return file
        except BlockingIOError:
            who = os.read(file, 20).decode("ascii", "replace") or "unknown"
            os.close(file)
            raise FileExistsError(
                f"another command (process {who}) is writing {path}; wait for it, or choose "
                "another --out"
            ) from None
        except BaseException:
            os.close(file)
            raise
        os.close(file)  # its holder has removed it in between: make another
