"""Finding and reading note files: what is skipped, what is refused, and that nothing can hang or flood the bot."""

import hashlib
import os
import sys
import threading
from pathlib import Path

import pytest

from bot.errors import NoteError
from bot.notes.decode import MOST_BYTES, MOST_LINES
from bot.notes.files import find_notes, read_note
from bot.notes.problems import Problem
from tests.fakes.waiting import PATIENCE

NOTE = "230502 A.md"
needs_links = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither FIFOs nor free symbolic links")


def write(root: Path, path: str, content: bytes = b"text") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def refusal(root: Path, path: str = NOTE) -> NoteError:
    with pytest.raises(NoteError) as caught:
        read_note(root, path)
    assert caught.value.path == path
    return caught.value


def test_notes_are_listed_by_path_with_size_and_time(tmp_path: Path) -> None:
    for path in ("b.md", "a/z.txt", "a.md", "a/B/c.MD", "A.md"):
        write(tmp_path, path, path.encode())
    listing = find_notes(tmp_path)
    assert [file.path for file in listing.files] == ["A.md", "a.md", "a/B/c.MD", "a/z.txt", "b.md"]
    assert [file.size for file in listing.files] == [4, 4, 8, 7, 4]
    assert listing.files[-1].mtime_ns == (tmp_path / "b.md").stat().st_mtime_ns
    assert listing.problems == ()


def test_what_is_no_note_is_skipped(tmp_path: Path) -> None:
    for path in (
        ".obsidian/workspace.md",
        ".trash/old.md",
        "a/.git/x.md",
        ".hidden.md",
        "README.md",
        "a/readme.txt",
        "Readme.MD",
        "a.pdf",
        "md",
        "folder.md/inside.png",
    ):
        write(tmp_path, path)
    assert find_notes(tmp_path).files == ()
    assert find_notes(tmp_path).problems == ()


def test_decomposed_names_are_found_and_read(tmp_path: Path) -> None:
    name = "230502 \u1109\u1162\u11bc\u1100\u1161\u11a8.md"
    write(tmp_path, name)
    (file,) = find_notes(tmp_path).files
    assert read_note(tmp_path, file.path).text == "text"


def test_a_missing_folder_is_an_error_and_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(NoteError, match="can't be opened"):
        find_notes(tmp_path / "absent")
    with pytest.raises(NoteError, match="can't be opened"):
        find_notes(write(tmp_path, "file.md"))


def test_very_deep_folders_are_walked(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(400):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "a.md").write_text("text")
    (file,) = find_notes(tmp_path).files
    assert read_note(tmp_path, file.path).text == "text"


@needs_links
def test_links_inside_the_folder_are_notes(tmp_path: Path) -> None:
    write(tmp_path, "real.md", b"text")
    (tmp_path / "link.md").symlink_to("real.md")
    assert [file.path for file in find_notes(tmp_path).files] == ["link.md", "real.md"]
    assert read_note(tmp_path, "link.md").text == "text"


@needs_links
@pytest.mark.parametrize(
    ("target", "said"),
    [("absent.md", "leads nowhere"), ("link.md", "leads nowhere"), ("../secret.md", "leads out of")],
)
def test_dangling_circular_and_outward_links_are_problems(tmp_path: Path, target: str, said: str) -> None:
    write(tmp_path, "secret.md", b"secret")
    root = tmp_path / "notes"
    write(root, "other.md")
    (root / "link.md").symlink_to(target)
    listing = find_notes(root)
    assert [file.path for file in listing.files] == ["other.md"]
    assert [(problem.path, said in str(problem.reason), problem.notice) for problem in listing.problems] == [
        ("link.md", True, False)
    ]
    refusal(root, "link.md")


@needs_links
def test_folder_links_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.md")
    root = tmp_path / "notes"
    write(root, "a/b/note.md")
    (root / "a/b/loop").symlink_to(root / "a")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "twice").symlink_to(root / "a/b")
    listing = find_notes(root)
    assert [file.path for file in listing.files] == ["a/b/note.md"]
    assert [(problem.path, str(problem.reason)) for problem in listing.problems] == [
        ("a/b/loop", "The link leads back to a folder it is in. Delete it."),
        ("out", "The link leads out of the notes folder. Copy the note here instead."),
    ]


@needs_links
def test_links_to_what_is_no_note_are_nobodys_business(tmp_path: Path) -> None:
    write(tmp_path, "outside.png", b"picture")
    root = tmp_path / "notes"
    root.mkdir()
    (root / "picture.png").symlink_to("absent.png")
    (root / "other.png").symlink_to("../outside.png")
    assert find_notes(root).problems == ()


@needs_links
def test_a_fifo_is_a_problem_and_reading_it_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NOTE)
    (problem,) = find_notes(tmp_path).problems
    assert (problem.path, problem.line) == (NOTE, None)
    caught: list[NoteError] = []
    reader = threading.Thread(target=lambda: caught.append(refusal(tmp_path)), daemon=True)
    reader.start()
    reader.join(PATIENCE)
    assert [str(error) for error in caught] == [str(problem.reason)]


@needs_links
def test_a_folder_that_turned_into_a_link_outside_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "outside/a.md", b"secret")
    root = tmp_path / "notes"
    root.mkdir()
    (root / "sub").symlink_to(tmp_path / "outside")
    assert "leads out of" in str(refusal(root, "sub/a.md"))


@needs_links
def test_a_folder_that_cannot_be_listed_is_a_problem_and_hides_no_other(tmp_path: Path) -> None:
    write(tmp_path, "open.md")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    # Longer than any path the system takes, so that not even root can open it by its name.
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=descriptor)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = deeper
    os.close(descriptor)
    listing = find_notes(tmp_path)
    assert [file.path for file in listing.files] == ["open.md"]
    ((path, said),) = [(problem.path, str(problem.reason)) for problem in listing.problems]
    assert path.startswith("ddd")
    assert said == "The folder can't be opened. Check its permissions."


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_a_name_that_is_no_utf8_is_a_problem_that_can_be_printed(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb3\xeb\xc6\xae.md")).write_text("text")
    (problem,) = find_notes(tmp_path).problems
    assert problem.path.encode("utf-8").endswith(b".md")
    assert "not UTF-8" in str(problem.reason)


def test_reading_gives_text_and_hash(tmp_path: Path) -> None:
    content = "제목\r\n본문".encode()
    write(tmp_path, NOTE, content)
    read = read_note(tmp_path, NOTE)
    assert (read.text, read.sha256, read.problems) == ("제목\r\n본문", hashlib.sha256(content).hexdigest(), ())


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    write(tmp_path, NOTE, b"\xef\xbb\xbftext")
    assert read_note(tmp_path, NOTE).text == "text"


def test_korean_windows_encoding_is_read_with_a_notice(tmp_path: Path) -> None:
    write(tmp_path, NOTE, "Title\n크고 한국어 문단, 컴퓨터".encode("cp949"))
    read = read_note(tmp_path, NOTE)
    assert read.text == "Title\n크고 한국어 문단, 컴퓨터"
    assert [(problem.line, problem.notice) for problem in read.problems] == [(2, True)]


@pytest.mark.parametrize("bytes_between", [b"\xff", b"\xed\x95", "국".encode("cp949")])
def test_damaged_utf8_is_refused_and_not_taken_for_another_encoding(tmp_path: Path, bytes_between: bytes) -> None:
    write(tmp_path, NOTE, "제목은 여기에\n본문의 ".encode() + bytes_between + " 뒤".encode())
    error = refusal(tmp_path)
    assert (error.line, "though the rest is" in str(error)) == (2, True)


def test_other_encodings_are_refused_with_their_first_line(tmp_path: Path) -> None:
    write(tmp_path, NOTE, b"Title\r\n\r\ncaf\xe9 \xff\xff\n")
    error = refusal(tmp_path)
    assert (error.line, str(error)) == (3, "This line is neither UTF-8 nor CP949. Save the file in UTF-8.")


def test_a_nul_byte_is_refused_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, NOTE, b"Title\ntext\n\0\n")
    assert refusal(tmp_path).line == 3


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, NOTE, content)
    error = refusal(tmp_path)
    assert (error.line, "empty" in str(error)) == (None, True)


def test_a_hundred_megabytes_are_refused_unread(tmp_path: Path) -> None:
    with write(tmp_path, NOTE).open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert find_notes(tmp_path).files[0].size == 100 * 1024 * 1024
    assert "8 MB" in str(refusal(tmp_path))


def test_the_longest_file_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    write(tmp_path, NOTE, b"a" * MOST_BYTES)
    assert len(read_note(tmp_path, NOTE).text) == MOST_BYTES
    write(tmp_path, NOTE, b"a" * (MOST_BYTES + 1))
    refusal(tmp_path)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_million_lines_are_refused_with_the_first_too_many(tmp_path: Path, end: bytes) -> None:
    write(tmp_path, NOTE, (b"a" + end) * 1_000_000)
    error = refusal(tmp_path)
    assert error.line == MOST_LINES + 1
    assert "1000001 lines" in str(error)


def test_a_file_that_went_away_is_refused(tmp_path: Path) -> None:
    refusal(tmp_path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / NOTE).mkdir()
    refusal(tmp_path)


@pytest.mark.parametrize("path", ["../secret.md", "/etc/hostname", "a\0b.md"])
def test_paths_outside_the_folder_are_refused(tmp_path: Path, path: str) -> None:
    write(tmp_path, "secret.md", b"secret")
    root = tmp_path / "notes"
    root.mkdir()
    refusal(root, path)


def test_an_error_turns_into_its_problem(tmp_path: Path) -> None:
    write(tmp_path, NOTE, b"\0")
    error = refusal(tmp_path)
    assert Problem.of(error) == Problem(NOTE, 1, error.sentence, notice=False)
