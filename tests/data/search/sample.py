"""A small shelf of made-up entries, and the seeds, for tests of the search."""

from datetime import date
from functools import cache
from pathlib import Path

from bot.dates import day
from bot.model import Commentary, Entry, FiledEntry, NoteDate
from bot.notes.files import find_notes, read_note
from bot.notes.identity import new_id
from bot.notes.parse import parse_note
from bot.notes.plan import gather

TODAY = date(2024, 6, 20)
SEEDS = Path(__file__).parents[3] / "seeds"


def filed(
    number: int,
    title: str,
    *,
    ko: tuple[str, ...] = (),
    en: tuple[str, ...] = (),
    noted: date | None = None,
    source: str | None = None,
    **fields: object,
) -> FiledEntry:
    """File an entry with as little as a title; `fields` are those of an entry."""
    entry = Entry(title, commentary=Commentary(ko, en), **fields)  # type: ignore[arg-type]  # fields are as typed in tests
    dated = day(noted or date(2023, 1, 1 + number % 28))
    return FiledEntry(f"e{number}", source or f"2023/2301{1 + number % 28:02} note {number}.md", dated, entry)


SHELF: tuple[FiledEntry, ...] = (
    filed(
        1,
        "Megalodon: Efficient LLM Pretraining and Inference with Unlimited Context Length",
        authors=("Xuezhe Ma", "Luke Zettlemoyer"),
        abstract="Moving average with gated attention, chunked over long sequences.",
        ko=("복소수를 쓴 EMA로 상태 추적 과제를 푼다. 체스판의 최종 상태를 예측하는 실험도 있다.",),
        arxiv_ids=("2404.08801",),
        mentioned_arxiv_ids=("2209.10655",),
        links=("https://github.com/example/megalodon",),
        tags=("state_space_model", "LLM"),
    ),
    filed(
        2,
        "Mega: Moving Average Equipped Gated Attention",
        authors=("Xuezhe Ma",),
        ko=("이동 평균을 넣은 어텐션.",),
        arxiv_ids=("2209.10655",),
        tags=("state-space-model",),
    ),
    filed(
        3,
        "StyleGAN-XL: Scaling StyleGAN to Large Diverse Datasets",
        authors=("Axel Sauer",),
        ko=("이미지 생성 모델의 해상도를 높인다.",),
        arxiv_ids=("2202.00273",),
        tags=("gan", "image_generation"),
    ),
    filed(
        4,
        "Gemma 2: Improving Open Language Models at a Practical Size",
        en=("Knowledge distillation for small language models, trained on many tokens.",),
        ko=("지식 증류로 작은 모델을 학습.",),
        tags=("llm",),
    ),
    filed(
        5,
        "Hyperbolic Image-Text Representations",
        authors=("Maximilian Nickel", "Karan Desai"),
        abstract="Images and captions form a visual-semantic hierarchy in hyperbolic space.",
        relations=("230105 note 4.md",),
        tags=("clip",),
    ),
    filed(6, "Yesterday's News: a Corpus of Old Headlines", ko=("헤드라인 말뭉치.",), tags=("corpus",)),
    filed(
        7,
        "Megalodon: Efficient LLM Pretraining and Inference with Unlimited Context Length",
        authors=("Xuezhe Ma",),
        ko=("다시 읽어 보니 새롭다.",),
        noted=date(2024, 5, 1),
        tags=("llm",),
    ),
    filed(8, "Rotary Encodings of Positions", en=("A nudge towards Quixotemark, the toy dataset.",), tags=("llm",)),
)


@cache
def seed_entries() -> tuple[FiledEntry, ...]:
    """Return the 38 entries of the seed notes, filed as the bot files them."""
    notes = [parse_note(file.path, read_note(SEEDS, file.path).text).note for file in find_notes(SEEDS).files]
    taken: set[str] = set()
    entries = []
    for fresh in gather(notes):
        identity = new_id(fresh.entry, fresh.date, taken)
        taken.add(identity)
        entries.append(FiledEntry(identity, fresh.places[0].path, fresh.date, fresh.entry))
    return tuple(entries)


def undated(number: int, title: str) -> FiledEntry:
    """File an entry of a note without a date."""
    return FiledEntry(f"u{number}", f"undated {number}.md", NoteDate(), Entry(title))
