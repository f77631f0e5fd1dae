"""What the benchmarks of both platforms ask a bot about, and what its process then uses."""

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil

_WORDS = ("상태", "추적", "능력을", "살펴봅니다", "Transformer와", "비교한", "결과가", "흥미롭네요", "학습", "데이터의")
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi"
_TITLES = ("state", "tracking", "sparse", "attention", "reward", "model", "retrieval", "tokenizer", "scaling", "agents")


def write_notes(folder: Path, count: int) -> list[str]:
    """Write notes as Markdown files, one a paper, a few of them of today; return what people ask for.

    Of ten questions seven are a paper's short name, two its whole title, one its arXiv id.
    """
    dice = random.Random(1)
    questions = []
    for number in range(count):
        day = today() if number < 5 else date(2024, 1, 1) + timedelta(days=number % 700)
        name = "".join(dice.choices(_SYLLABLES.split(), k=4)).title()
        title = f"{name} - {' '.join(dice.sample(_TITLES, 4)).title()}"
        arxiv_id = f"{2401 + number // 20000}.{number:05}"
        paragraphs = "\n\n".join(" ".join(dice.choices(_WORDS, k=60)) for _ in range(4))
        text = f"https://arxiv.org/abs/{arxiv_id}\n\n{paragraphs}\n\n#llm #rl\n"
        (folder / f"{day:%y%m%d} {title}.md").write_text(text, "utf-8")
        questions.append(dice.choices((name, title, arxiv_id), weights=(7, 2, 1))[0])
    return questions


def today() -> date:
    """Return the date that today's notes have."""
    return datetime.now(UTC).date()


def processor_seconds(process: int) -> float:
    """Return what a process used of the processor so far: a figure that a busy machine doesn't blur."""
    times = psutil.Process(process).cpu_times()
    return times.user + times.system


def resident(process: int) -> int:
    """Return how many bytes of memory a process holds."""
    return psutil.Process(process).memory_info().rss
