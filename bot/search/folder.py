"""Keep index builds in a folder: which one counts, how a new one takes its place, and who may write."""

import json
import os
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import PaperboyError
from bot.sentences import sentence

_MANIFEST = "manifest.json"
_LOCK = "writer.lock"
_BUILDS = "build-*"
_PATIENCE = 10.0  # seconds to wait for another writer
_PAUSE = 0.02


class IndexUnusable(PaperboyError):  # noqa: N818 - the domain's own word
    """The search index is absent, damaged, or was built by another version: build it anew."""


class IndexBusy(PaperboyError):  # noqa: N818 - the domain's own word
    """Another process is writing to the search index."""


class IndexFolder:
    """The folder of an index: a manifest that names the build that counts, and a lock for whoever writes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self, version: int) -> Path:
        """Return the build that counts; raises IndexUnusable when there is none of this analyser version."""
        try:
            manifest = json.loads((self.path / _MANIFEST).read_bytes())
            build = self.path / str(manifest["build"])
            built_by = manifest["analyser"]
        except FileNotFoundError:
            raise IndexUnusable(sentence("There is no search index yet. Build it with `paperboy index`.")) from None
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise damaged() from error
        if built_by != version:
            raise IndexUnusable(
                sentence(
                    "The search index was built by another version. Build it anew with `paperboy index --rebuild`."
                )
            )
        if build.parent != self.path or not build.is_dir():
            raise damaged()
        return build

    def signature(self) -> tuple[int, int, int] | None:
        """Return what changes whenever another build takes the place of the current one, None where there is none."""
        return _signature(f"{self.path}/{_MANIFEST}")

    @contextmanager
    def new_build(self) -> Iterator[Path]:
        """Make an empty folder for a new build, beside the current one; it goes away again if building it fails."""
        build = self.path / f"build-{uuid.uuid4().hex}"
        build.mkdir(parents=True)
        try:
            yield build
        except BaseException:
            _remove(build)
            raise

    def promote(self, build: Path, version: int) -> None:
        """Let a finished build take the place of the current one, in one step, and drop all others."""
        aside = self.path / f"{build.name}.json"
        with aside.open("w", encoding="utf-8") as file:
            json.dump({"analyser": version, "build": build.name}, file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.path / _MANIFEST)
        for leftover in self.path.glob(_BUILDS):
            if leftover.name != build.name:
                _remove(leftover)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the right to write; raises IndexBusy when another process does not let go of it in time."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / _LOCK).open("a") as file:
            deadline = time.monotonic() + _PATIENCE
            while not _take(file.fileno()):
                if time.monotonic() > deadline:
                    raise IndexBusy(sentence("Another Paperboy is writing to the search index. Try again in a moment."))
                time.sleep(_PAUSE)
            yield  # closing the file lets go of the lock, and so does the end of the process


def signature_of(build: Path) -> tuple[int, int, int] | None:
    """Return what changes with every commit to a build."""
    return _signature(f"{build}/meta.json")


def damaged() -> IndexUnusable:
    """Return the error of an index that can't be read."""
    return IndexUnusable(sentence("The search index is damaged. Build it anew with `paperboy index --rebuild`."))


@contextmanager
def noticing_damage() -> Iterator[None]:
    """Turn what reading a damaged build raises into IndexUnusable; damage inside a file shows only when it is read."""
    try:
        yield
    except BaseException as error:
        panicked = type(error).__name__ == "PanicException"  # tantivy's, which is no Exception and can't be imported
        if panicked or isinstance(error, (ValueError, OSError)):
            raise damaged() from error
        raise


def _signature(file: str) -> tuple[int, int, int] | None:
    """Look at a file; it is done at every question, and a path of text is looked at fastest."""
    try:
        found = os.stat(file)  # noqa: PTH116 - see above
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _remove(leftover: Path) -> None:
    if leftover.is_dir():
        shutil.rmtree(leftover, ignore_errors=True)
    else:
        with suppress(OSError):
            leftover.unlink()


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
