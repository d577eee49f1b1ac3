"""Safe file operations: atomic writes, locks, private permissions and error messages."""

import errno
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from beatpass_tui.errors import BeatPassError, UsageError, WriteFailed
from beatpass_tui.models import text

if sys.platform != "win32":
    import fcntl

# Flags that not every system has.
NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
NONBLOCK: int = getattr(os, "O_NONBLOCK", 0)
BINARY: int = getattr(os, "O_BINARY", 0)

_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/(\d{1,4})", re.ASCII)
_STANDARD = {"/dev/stdout": 1, "/dev/stderr": 2}

Failure = Callable[[str], BeatPassError]
"""Creates an error from a message."""


def display_path(path: Path) -> str:
    """Return a path for messages, with `~` for the home folder."""
    with suppress(RuntimeError, ValueError):
        return text.clean(f"~{os.sep}{path.relative_to(Path.home())}")
    return text.clean(str(path))


def reason(error: OSError) -> str:
    """Return the system's description of an error, such as "No space left on device"."""
    return error.strerror or type(error).__name__


@contextmanager
def reporting(path: Path, action: str, failure: Failure) -> Iterator[None]:
    """Re-raise an OSError as a `failure`; `action` is a participle such as "opened"."""
    try:
        yield
    except OSError as error:
        raise failure(f"{display_path(path)} could not be {action}: {reason(error)}.") from error


def exists(path: Path) -> bool:
    """Return whether `path` exists, even as a broken link; raises OSError if that is uncertain."""
    try:
        path.lstat()
    except FileNotFoundError:
        check_absence(path)
        return False
    return True


def check_absence(path: Path) -> None:
    """Raise FileNotFoundError if a missing file may be on a disk that is not mounted.

    That is, if its folder is a link to an empty one, is behind a broken link, or can't be created.
    """
    for folder in path.parents:
        if folder.is_symlink():
            is_empty = folder == path.parent and folder.is_dir() and not any(folder.iterdir())
            if is_empty or not folder.exists():
                target = "an empty folder" if is_empty else "a folder that does not exist"
                sentence = f"{display_path(folder)} is a symbolic link to {target}"
                raise FileNotFoundError(errno.ENOENT, sentence)
        if folder.exists():
            break
    if folder != path.parent and not _can_create_in(folder):
        missing = display_path(path.parent)
        raise FileNotFoundError(errno.ENOENT, f"{missing} does not exist and can't be created")


def _can_create_in(folder: Path) -> bool:
    """Return whether a folder can be created in `folder`."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    # Root has every permission, even where the file system has no folders to create.
    trial = folder / f".beatpass-tui.{os.urandom(8).hex()}.tmp"
    try:
        trial.mkdir(mode=0o700)
        trial.rmdir()
    except OSError:
        return False
    return True


def check_link(folder: Path) -> None:
    """Raise OSError if `folder` is a link that another user may have planted or can redirect."""
    if not folder.is_symlink():
        return
    target = folder.stat()
    owners, link = set(), folder
    while link.is_symlink():
        owners.add(link.lstat().st_uid)
        link = link.parent / link.readlink()
    problem = ""
    if sys.platform == "win32":
        problem = "which is not followed"
    elif owners - {os.geteuid(), 0}:
        problem = "made by another user"
    elif target.st_uid != os.geteuid():
        problem = "to a folder of another user"
    elif target.st_mode & 0o022:
        problem = "to a folder that other users can change"
    if problem:
        sentence = f"{display_path(folder)} is a symbolic link {problem}"
        raise OSError(errno.ELOOP, sentence)


def write_atomically(
    path: Path, content: Callable[[], bytes], *, private: bool = True, overwrite: bool = True
) -> None:
    """Write a file completely or not at all; raises OSError and FileExistsError.

    The content is written to a temporary file beside `path`. It is a callable so that secrets
    stay out of traceback frames. Unless `private`, permissions of a replaced file are kept.
    """
    temporary = path.with_name(f".{path.name[:100]}.{os.urandom(8).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOFOLLOW | BINARY
    descriptor = os.open(temporary, flags, 0o600 if private else 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if overwrite and not private:
                with suppress(OSError):
                    temporary.chmod(path.stat().st_mode & 0o777)
            file.write(content())
            file.flush()
            os.fsync(descriptor)
        if overwrite:
            temporary.replace(path)
        else:
            _move_to_unused(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    # Not every system can sync a folder; the file is complete in any case.
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _move_to_unused(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        # Not every file system has hard links.
        if os.path.lexists(path):
            raise FileExistsError from None
        temporary.replace(path)


def absolute(path: str) -> Path:
    """Return an absolute path; raises UsageError if that depends on a folder that was deleted."""
    try:
        return Path(path).absolute()
    except OSError:
        raise UsageError("The current folder no longer exists; change to another folder.") from None


def descriptor_of(path: str) -> int | None:
    """Return the descriptor of a file that is open in this process, if `path` names one."""
    match = _DESCRIPTOR.fullmatch(path)
    return int(match[1]) if match else _STANDARD.get(path)


def check_writable(path: Path, *, overwrite: bool) -> None:
    """Raise WriteFailed or UsageError if `write_text` can't succeed."""
    with reporting(path, "written", WriteFailed):
        if os.path.lexists(path):
            if not overwrite:
                raise file_exists(path)
            if not path.is_file():
                raise WriteFailed(f"{display_path(path)} is not a file.")
        if not path.parent.is_dir():
            problem = "is not a folder" if path.parent.exists() else "does not exist"
            raise WriteFailed(f"{display_path(path.parent)} {problem}.")
        if not _can_create_in(path.parent):
            raise WriteFailed(f"{display_path(path.parent)} is not writable.")


def write_text(path: Path, content: str, *, overwrite: bool) -> None:
    """Write a file for the user, as UTF-8; raises WriteFailed or UsageError."""
    write_file(path, content.encode("utf-8", "replace"), overwrite=overwrite)


def write_file(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file for the user; raises WriteFailed or UsageError."""
    absolute(str(path))
    with reporting(path, "written", WriteFailed):
        target = path.resolve() if overwrite else path
        if overwrite and target.exists() and not target.is_file():
            # Root could replace a device, such as /dev/null.
            raise WriteFailed(f"{display_path(path)} is not a file.")
        try:
            write_atomically(target, lambda: content, private=False, overwrite=overwrite)
        except FileExistsError:
            raise file_exists(path) from None


def file_exists(path: Path) -> UsageError:
    """Return the error for a file that would be overwritten."""
    return UsageError(f"{display_path(path)} exists; --force overwrites it.")


@contextmanager
def locked(path: Path, wait: float) -> Iterator[bool]:
    """Hold the lock of a file; yields False on systems without file locks.

    Raises TimeoutError if another instance still holds the lock after `wait` seconds.
    """
    lock = path.with_name(f"{path.name}.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | NOFOLLOW, 0o600)
    try:
        yield _lock(descriptor, time.monotonic() + wait)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, deadline: float) -> bool:
    if sys.platform == "win32":
        return False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError(errno.ETIMEDOUT, "another instance is using it") from None
            time.sleep(0.02)
        except OSError:
            # A file system without locks.
            return False


def data_folder(failure: Failure) -> Path:
    """Return the folder for the program's data; raises `failure` without a home folder."""
    if sys.platform == "linux":
        # Same folders as platformdirs, whose import is too slow for a status bar.
        for variable, subfolder in (("XDG_DATA_HOME", ""), ("HOME", ".local/share")):
            folder = Path(os.environ.get(variable, ""), subfolder, "beatpass-tui")
            if folder.is_absolute():
                return folder
    import platformdirs

    with suppress(RuntimeError):
        folder = platformdirs.user_data_path("beatpass-tui", appauthor=False)
        # A relative path would put secrets in the current folder.
        if folder.is_absolute():
            return folder
    raise failure("There is no home folder for data; set HOME to an absolute path.")


def make_folder(folder: Path) -> None:
    """Create a folder and missing parents, accessible by their owner only; raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError as error:
        if folder.is_symlink() and not folder.exists():
            sentence = f"{display_path(folder)} is a symbolic link to a folder that does not exist"
            raise FileNotFoundError(errno.ENOENT, sentence) from error
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error


def make_private(path: Path, warnings: list[str], descriptor: int | None = None) -> None:
    """If other users have access to a file or folder, remove it and append a warning.

    An open file is changed by its `descriptor`, since `path` may be a different file by now.
    """
    target = path if descriptor is None else descriptor
    mode = os.stat(target).st_mode  # noqa: PTH116
    if not _is_shared(mode):
        return
    # Some file systems ignore or refuse chmod, so the result is checked.
    with suppress(OSError):
        os.chmod(target, 0o700 if stat.S_ISDIR(mode) else 0o600)  # noqa: PTH101
    result = "was accessible to other users; it is private now"
    if _is_shared(os.stat(target).st_mode):  # noqa: PTH116
        result = "is accessible to other users; this file system can't restrict it"
    warnings.append(f"{display_path(path)} {result}.")


def _is_shared(mode: int) -> bool:
    # On Windows the mode does not describe access.
    return os.name == "posix" and bool(mode & 0o077)
