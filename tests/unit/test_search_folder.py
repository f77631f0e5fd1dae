"""The folder of an index: damage, other versions, killed writers, several processes."""

import json
import random
import shutil
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bot.errors import PaperboyError
from bot.search.folder import IndexFolder
from bot.search.index import IndexBusy, IndexUnusable, SearchIndex
from tests.data.search.sample import SHELF, TODAY, filed
from tests.fakes.waiting import PATIENCE, wait_until

REPOSITORY = Path(__file__).parents[2]


@contextmanager
def running(script: str, *arguments: object) -> "Iterator[subprocess.Popen[str]]":
    """Run a script in a process of its own; it does not outlive the block."""
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def next_line(process: "subprocess.Popen[str]") -> str:
    """Wait for the next line that a process prints; '' when there is none any more."""
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    SearchIndex.build(tmp_path / "index", SHELF, "first")
    return tmp_path / "index"


def build_of(folder: Path) -> Path:
    return next(folder.glob("build-*"))


def test_another_version_has_to_be_built_anew(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "analyser": -1}))
    with pytest.raises(IndexUnusable, match="another version"):
        SearchIndex.open(folder)
    assert len(SearchIndex.build(folder, SHELF, "again")) == len(SHELF)


@pytest.mark.parametrize(
    "manifest", ["", "{", "[]", "null", '{"analyser": 1}', '{"build": "..", "analyser": 1}', "\x00\xff"]
)
def test_a_damaged_manifest(folder: Path, manifest: str) -> None:
    (folder / "manifest.json").write_text(manifest)
    with pytest.raises(IndexUnusable):
        SearchIndex.open(folder)


def test_a_manifest_that_points_outside_is_refused(folder: Path, tmp_path: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "build": str(tmp_path)}))
    with pytest.raises(IndexUnusable, match="damaged"):
        SearchIndex.open(folder)


def damage(how: str, file: Path, chance: random.Random) -> None:
    content = file.read_bytes()
    match how:
        case "missing":
            file.unlink()
        case "empty":
            file.write_bytes(b"")
        case "truncated":
            file.write_bytes(content[: len(content) // 2])
        case "overwritten":
            file.write_bytes(chance.randbytes(len(content)))
        case "spotted":
            spotted = bytearray(content)
            for _ in range(8):
                if spotted:
                    spotted[chance.randrange(len(spotted))] = chance.randrange(256)
            file.write_bytes(bytes(spotted))


@pytest.mark.parametrize("how", ["missing", "empty", "truncated", "overwritten", "spotted"])
def test_damage_to_any_file_is_noticed_or_harmless(tmp_path: Path, how: str) -> None:
    """No damage may raise anything but what says that the index has to be built anew, nor end the process."""
    script = """
        import random, shutil, sys
        from pathlib import Path
        from bot.search.index import IndexUnusable, SearchIndex
        from tests.data.search.sample import SHELF, TODAY
        from tests.unit.test_search_folder import build_of, damage
        folder, how = Path(sys.argv[1]), sys.argv[2]
        SearchIndex.build(folder / "pristine", SHELF, "s")
        for name in sorted(file.name for file in build_of(folder / "pristine").iterdir()):
            copy = folder / f"{how} {name}"
            shutil.copytree(folder / "pristine", copy)
            damage(how, build_of(copy) / name, random.Random(name.partition(".")[2]))
            print(copy, flush=True)
            try:
                index = SearchIndex.open(copy)
                for query in ("megalodon", "상태 추적", "megalodn", "#llm", "메갈로돈", "2404.08801"):
                    index.find(query, today=TODAY)
                for entry in SHELF:
                    index.entry(entry.id)
                    index.related(entry.id)
                index.complete("mega", today=TODAY)
            except IndexUnusable:
                pass
            assert len(SearchIndex.build(copy, SHELF, "anew")) == len(SHELF)
    """
    with running(script, tmp_path, how) as process:
        reached, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, reached.splitlines()[-1]


def test_damage_that_shows_only_when_read_asks_for_a_new_build(tmp_path: Path) -> None:
    shelf = [filed(number, f"Title {number}", ko=("본문 " * 400,)) for number in range(400)]
    SearchIndex.build(tmp_path / "index", shelf, "s")
    shutil.copytree(tmp_path / "index", tmp_path / "copy")  # what is open must not be cut short: it is mapped
    store = next(build_of(tmp_path / "copy").glob("*.store"))
    content = bytearray(store.read_bytes())
    content[len(content) // 4 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 4)
    store.write_bytes(bytes(content))
    with pytest.raises(IndexUnusable, match="damaged"):
        SearchIndex.open(tmp_path / "copy").find("title", limit=len(shelf), today=TODAY)


def test_a_reader_follows_what_another_process_writes(folder: Path) -> None:
    reader = SearchIndex.open(folder)
    script = """
        import sys
        from pathlib import Path
        from bot.search.index import SearchIndex
        from tests.data.search.sample import filed
        SearchIndex.open(Path(sys.argv[1])).apply([filed(50, "Written Elsewhere")], ["e1"], "elsewhere")
    """
    with running(script, folder) as writer:
        assert writer.wait(PATIENCE) == 0
    assert (reader.stamp, len(reader)) == ("elsewhere", len(SHELF))
    assert reader.find("written elsewhere", today=TODAY).certain


def test_a_reader_follows_another_build(folder: Path) -> None:
    reader = SearchIndex.open(folder)
    SearchIndex.build(folder, [filed(60, "Built Anew")], "anew")
    assert (reader.stamp, len(reader)) == ("anew", 1)


def test_a_reader_goes_on_when_the_folder_vanishes(folder: Path) -> None:
    reader = SearchIndex.open(folder)
    (folder / "manifest.json").unlink()
    assert reader.find("megalodon", today=TODAY).confident


def test_only_one_process_writes_and_the_other_reads_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = """
        import sys
        from pathlib import Path
        from bot.search.folder import IndexFolder
        with IndexFolder(Path(sys.argv[1])).writing():
            print("writing", flush=True)
            sys.stdin.readline()
    """
    monkeypatch.setattr("bot.search.folder._PATIENCE", 0.05)
    index = SearchIndex.open(folder)
    with running(script, folder) as writer:
        assert next_line(writer) == "writing"
        with pytest.raises(IndexBusy, match="Another Paperboy"):
            index.apply((), ["e1"], "mine")
        with pytest.raises(IndexBusy):
            SearchIndex.build(folder, (), "mine")
        assert index.find("megalodon", today=TODAY).confident
    index.apply((), ["e1"], "mine")
    assert index.stamp == "mine"


def test_a_writer_killed_in_the_middle_of_a_build_harms_nothing(folder: Path) -> None:
    script = """
        import sys
        from itertools import count
        from pathlib import Path
        from bot.search.index import SearchIndex
        from tests.data.search.sample import filed
        def heard(done):
            if done == 500:
                print("half way", flush=True)
        SearchIndex.build(Path(sys.argv[1]), (filed(n, f"Endless {n}") for n in count()), "never", heard)
    """
    with running(script, folder) as writer:
        assert next_line(writer) == "half way"
        writer.kill()
    index = SearchIndex.open(folder)
    assert (index.stamp, len(index)) == ("first", len(SHELF))
    index.apply((), ["e1"], "after")  # the lock died with its holder
    assert SearchIndex.build(folder, SHELF, "anew").stamp == "anew"
    assert len(list(folder.glob("build-*"))) == 1


def test_a_writer_killed_between_changes_leaves_whole_changes(folder: Path) -> None:
    script = """
        import sys
        from itertools import count
        from pathlib import Path
        from bot.search.index import SearchIndex
        from tests.data.search.sample import filed
        index = SearchIndex.open(Path(sys.argv[1]))
        for turn in count(1):
            index.apply([filed(100 + turn, f"Turn {turn}"), filed(99, f"Last turn {turn}")], (), str(turn))
            print(turn, flush=True)
    """
    with running(script, folder) as writer:
        while next_line(writer) not in ("3", ""):
            pass
        writer.kill()
    index = SearchIndex.open(folder)
    turn = int(index.stamp)
    assert turn >= 3
    assert len(index) == len(SHELF) + turn + 1
    last = index.entry("e99")
    assert last is not None
    assert last.entry.title == f"Last turn {turn}"
    index.apply((), (), "after")
    assert index.stamp == "after"


def test_many_threads_read_while_one_writes(folder: Path) -> None:
    index = SearchIndex.open(folder)
    done = threading.Event()
    errors: list[BaseException] = []

    def read() -> None:
        try:
            while not done.is_set():
                found = index.find("megalodon", today=TODAY)
                assert found.matches[0].entry.entry.title.startswith("Megalodon")
                index.complete("hyper", today=TODAY)
        except BaseException as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(15):
        index.apply([filed(70 + turn, f"Thread {turn}")], (), str(turn))
    SearchIndex.build(folder, SHELF, "rebuilt")
    wait_until(lambda: index.stamp == "rebuilt")
    done.set()
    for reader in readers:
        reader.join(PATIENCE)
    assert errors == []


def test_two_builds_at_once_leave_one_whole_index(folder: Path) -> None:
    def build(stamp: str) -> None:
        with suppress(PaperboyError):
            SearchIndex.build(folder, SHELF, stamp)

    builders = [threading.Thread(target=build, args=(str(number),)) for number in range(3)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(PATIENCE)
    assert len(SearchIndex.open(folder)) == len(SHELF)
    assert len(list(folder.glob("build-*"))) == 1


def test_the_signature_changes_with_the_build(folder: Path) -> None:
    builds = IndexFolder(folder)
    before = builds.signature()
    SearchIndex.build(folder, SHELF, "second")
    assert builds.signature() != before
