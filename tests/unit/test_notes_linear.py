"""Parsing takes time in proportion to a file's size, whatever is in it.

Work is measured as processor time, the least of several runs, of a text and of one four times as long. Linear work
takes four times as long, quadratic work sixteen times: the bound lies between the two, and a machine that is busy
elsewhere gets several tries.
"""

import gc
import time
from collections.abc import Callable

import pytest

from bot.notes.parse import parse_note

URL = "https://arxiv.org/abs/2305.00001"
SHAPES: dict[str, tuple[Callable[[int], str], int]] = {
    "open round brackets": (lambda n: f"{URL}\n\nTitle {'(' * n}", 20_000),
    "nested round brackets": (lambda n: f"{URL}\n\nTitle {'(a ' * n}{')' * n}", 8_000),
    "open square brackets": (lambda n: "[" * n, 20_000),
    "open wiki links": (lambda n: "[[a" * n, 2_000),
    "open pictures": (lambda n: "![[" * n + "![a](" * n, 600),
    "ends of links": (lambda n: "[" + "](" * n + ")", 20_000),
    "angle brackets": (lambda n: "<english" * n, 5_000),
    "english marks": (lambda n: "<english>\n" * n, 600),
    "english marks, misspelt": (lambda n: "<englsih>\ntext\n" * n, 600),
    "hashes": (lambda n: "#" * n, 50_000),
    "headings": (lambda n: "# a\n" * n, 1_500),
    "tags in a line": (lambda n: "#a" + " #a" * n, 8_000),
    "tags behind a paragraph": (lambda n: "문단" + " #a" * n, 8_000),
    "lines of tags": (lambda n: "#a\n" * n, 1_500),
    "fences": (lambda n: "```\n" * n, 1_500),
    "quotations": (lambda n: "> a\n\n" * n, 1_000),
    "rules": (lambda n: "- " * n + "x\n" + "---\n" * n, 1_500),
    "schemes": (lambda n: "https://" * n, 8_000),
    "schemes and brackets": (lambda n: "https://(" * n, 6_000),
    "addresses in a line": (lambda n: f"{URL} " * n, 500),
    "lines of addresses": (lambda n: f"https://a.example/{n}\n" * n + "".join(f"{URL}{i}\n" for i in range(n)), 500),
    "addresses behind each other": (lambda n: "".join(f"https://a.example/{i}," for i in range(n)), 700),
    "titles": (lambda n: f"{URL}\n" + "Title (Ada Example, Bo Sample)\n" * n, 500),
    "papers": (lambda n: f"{URL}\nTitle (Ada Example)\n문단.\n" * n, 200),
    "artefacts": (lambda n: "| " + "a - " * n, 10_000),
    "stars": (lambda n: "*" * n + "a" + "_" * n, 20_000),
    "a long line": (lambda n: "가나다 abc " * n, 6_000),
    "unseen characters": (lambda n: "\u200b " * n + "a" + "\u200b " * n, 20_000),
    "blanks": (lambda n: "a" + " " * n + "b\n# " + "\t" * n + "c", 50_000),
    "paragraphs": (lambda n: "한국어.\n\nEnglish.\n\n" * n, 500),
    "front matter": (lambda n: "---\n" + "tags: [a, 'b, \"c]\n" * n + "---\n", 800),
    "front matter in a line": (lambda n: "---\nalias: [" + "\"a, 'b, " * n + "]\n---\n", 3_000),
    "front matter without end": (lambda n: "---\n" + "a: b\n" * n, 1_500),
    "entries of a day": (lambda n: "2024년 4월 17일\n" + "Title\n(Ada Example, Bo Sample)\n본문\n#a\n" * n, 150),
    "entries of a day without tags": (
        lambda n: "2024년 4월 17일\n" + "Title\n(Ada Example, Bo Sample)\n본문\n" * n,
        200,
    ),
    "tags of a day": (lambda n: "2024년 4월 17일\n" + "#a\n" * n, 1_500),
    "addresses of a week": (lambda n: "2023년 4월 4주차\n" + "".join(f"{URL}{i}\n" for i in range(n)), 300),
}
TIMES = 4
BOUND = 9.0
TRIES = 6


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_text_takes_about_four_times_the_work(shape: str) -> None:
    build, size = SHAPES[shape]
    ratios: list[float] = []
    while len(ratios) < TRIES:
        ratios.append(work(build(size * TIMES), runs=1) / work(build(size), runs=3))
        if ratios[-1] < BOUND:
            return
    pytest.fail(f"work grows {min(ratios):.1f} times, {TIMES} times would be linear")


def work(text: str, runs: int) -> float:
    """Return the least processor time, in seconds, that parsing a text took."""
    return min(once(text) for _ in range(runs))


def once(text: str) -> float:
    # What other tests left in memory is looked through by the garbage collector, at whose turn is chance.
    gc.disable()
    try:
        start = time.process_time()
        parse_note("230502 A.md", text)
        return time.process_time() - start
    finally:
        gc.enable()
