"""The Korean catalogue says every sentence of the code, in Korean; CONTRIBUTING.md says how it is maintained."""

import ast
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from bot.words import Words

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "adapters")
CATALOGUE = Path("bot", "words", "locale", "ko", "LC_MESSAGES", "paperboy.po")
CURE = "see “Change a sentence” in CONTRIBUTING.md"

# What is written in Latin letters within Korean: names, labels of other programs, and words that are typed.
LATIN = re.compile(
    r"\b(?:Paperboy|Slack|Discord|PostgreSQL|SQLite|arXiv|Socket Mode|Message Content Intent|Manage Channels"
    r"|Read Message History|Bot 메뉴|front matter|id|ko|en|all|both|compact|full|off|auto|subscribe|show|check|import)"
    r"(?![A-Za-z])"
)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_QUOTED = re.compile(r"`[^`]*`|[“\"]([^”\"]*)[”\"]")
_LATIN_RUN = re.compile(r"[#/.-]*[A-Za-z][A-Za-z0-9_./:@#+-]*")
_HANGUL = re.compile(r"[가-힣]")
# Which of these is right depends on the sound before it, and a value may end in any.
_PARTICLE = re.compile(
    r"\}[”`)]*(?:은|는|이|가|을|를|과|와|으로|로|라는|이라는|라고|이라고|이에요|예요|이며|이고)(?![가-힣])"
)


@pytest.fixture(scope="module")
def maintained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take the steps of CONTRIBUTING.md in a copy of the code, and return where."""
    copy = tmp_path_factory.mktemp("maintained")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "*.js", "*.css"))
    for step in steps():
        done = subprocess.run([sys.executable, "-m", *step], cwd=copy, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return copy


def steps() -> list[list[str]]:
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Change a sentence")[1].split("\n## ")[0]
    commands = [shlex.split(command) for command in re.findall(r"`uv run pybabel ([^`]+)`", section)]
    assert [command[0] for command in commands] == ["extract", "update", "compile"]
    return [["babel.messages.frontend", *command] for command in commands]


def read(path: Path) -> dict[str, Message]:
    with path.open("rb") as file:
        catalogue: Catalog = read_mo(file) if path.suffix == ".mo" else read_po(file, locale="ko")
    return {_key(message): message for message in catalogue if message.id}


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def korean() -> Iterator[tuple[str, str]]:
    """Yield every English sentence (the plural where it has one) with its Korean."""
    for message in read(ROOT / CATALOGUE).values():
        original = message.id if isinstance(message.id, str) else message.id[-1]
        for text in _texts(message):
            yield original, text


def values(template: str) -> dict[str, str]:
    return {name: f"<{name}>" for _, name, _, _ in Formatter().parse(template) if name}


def test_every_sentence_has_a_translation(maintained: Path) -> None:
    missing = [key for key, message in read(maintained / CATALOGUE).items() if not all(_texts(message) or [""])]
    assert not missing, f"without Korean ({CURE}): {missing}"


def test_nothing_is_fuzzy_or_left_over(maintained: Path) -> None:
    standing = read(ROOT / CATALOGUE)
    assert not [key for key, message in standing.items() if message.fuzzy], CURE
    assert not sorted(standing.keys() - read(maintained / CATALOGUE).keys()), f"no longer in the code; {CURE}"


def test_the_steps_change_nothing_that_is_up_to_date(maintained: Path) -> None:
    assert _lines(maintained / CATALOGUE) == _lines(ROOT / CATALOGUE), CURE
    compiled = {key: _texts(message) for key, message in read((ROOT / CATALOGUE).with_suffix(".mo")).items()}
    assert compiled == {key: _texts(message) for key, message in read(ROOT / CATALOGUE).items()}, CURE


def _lines(path: Path) -> list[str]:
    """Read a catalogue but for the line that names the version of the tool."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if "Generated-By" not in line]


def test_a_sentence_stands_literally_where_it_is_said(maintained: Path) -> None:
    collected = read(maintained / CATALOGUE).keys()
    built = [
        f"{path.relative_to(maintained)}:{call.lineno}"
        for package in PACKAGES
        for path in (maintained / package).rglob("*.py")
        if path != maintained / "bot" / "words" / "__init__.py"  # passes on what others say
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and not _template_of(call) <= collected
    ]
    assert not built, "put together, or inside an f-string: it can't be collected from there"


def _template_of(call: ast.Call) -> set[object]:
    """Return the template of a call that says one, None in its place where it isn't literal."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", None)
    return (
        {getattr(one, "value", None) for one in call.args[:1]} if name in ("sentence", "gettext", "ngettext") else set()
    )


def test_korean_fills_the_same_braces() -> None:
    for original, text in korean():
        assert values(text) == values(original), original


def test_every_sentence_can_be_said_in_korean() -> None:
    words = Words("ko")
    for message in read(ROOT / CATALOGUE).values():
        match message.id:
            case str(template):
                said = words.gettext(template, **values(template))
            case one, many:
                said = words.ngettext(one, many, 3, **values(many) | {"number": "<number>"})
        assert [said] == [text.format_map(values(text)) for text in _texts(message)]


def test_korean_holds_no_english() -> None:
    english = {text: found for original, text in korean() if (found := latin_words(original, text))}
    assert not english, "translate it, or add a name to LATIN"


def latin_words(original: str, text: str) -> set[str]:
    """Return the Latin words that aren't code, an example, a name, or the label of a button quoted in both."""
    bare = _QUOTED.sub(lambda found: " " if (found[1] or "") in original else found[0], _PLACEHOLDER.sub(" ", text))
    return {run for run in _LATIN_RUN.findall(LATIN.sub(" ", bare)) if run.isalpha() and not run.isupper()}


def test_korean_is_hangul() -> None:
    left = {text: _PLACEHOLDER.sub("", text) for _, text in korean()}
    latin = {text for text, bare in left.items() if re.search("[A-Za-z]", bare) and not _HANGUL.search(bare)}
    assert latin <= {"digest.channels: {channel}: {reason}"}


def test_no_particle_depends_on_a_value() -> None:
    clumsy = [text for _, text in korean() if _PARTICLE.search(text)]
    assert not clumsy, "say it so that any value fits, e.g. “{file} 파일을”"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{file}을 읽을 수 없어요.", True),
        ("“{text}”는 날짜가 아니에요.", True),
        ("{file} 파일을 읽을 수 없어요.", False),
        ("{date}까지 쉬어요.", False),
        ("혹시 {near}인가요?", False),
    ],
)
def test_a_particle_is_recognised(text: str, found: bool) -> None:
    assert bool(_PARTICLE.search(text)) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("노트를 find해요.", {"find"}),
        ("`/digest help`와 {name}, SLACK_API_URL, arXiv, “App Manifest”", set()),
        ("“Read the note”를 눌러요.", {"Read", "the", "note"}),
        ("allow와 check를 적어요.", {"allow"}),
    ],
)
def test_english_is_recognised(text: str, found: set[str]) -> None:
    assert latin_words("under “App Manifest”", text) == found
