"""Entries made up for benchmarks, written straight into the tables."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Engine, insert, update

from bot.storage.engine import transaction
from bot.storage.tables import entries, meta, notes, places, tags

_WORDS = "이 논문은 큰 언어 모델의 상태 추적 능력을 살펴봅니다. Transformer와 비교한 결과가 흥미롭네요. "


def write_notes(engine: Engine, day: date, count: int, labels: Sequence[str]) -> None:
    """Write a date's entries, each with two tags and three paragraphs of commentary."""
    pairs = itertools.cycle(itertools.permutations(labels, 2))
    with transaction(engine) as connection:
        connection.execute(update(meta).values(revision=meta.c.revision + 1))
        note_id = connection.execute(
            insert(notes)
            .values(path=f"{day}.md", kind="day", size=1, parser_version=1, readable=True)
            .returning(notes.c.id)
        ).scalar_one()
        for number in range(count):
            identifier = f"e{day:%y%m%d}{number:04}"
            row = {
                "id": identifier,
                "digest": identifier,
                "title": f"A Study of State Tracking in Language Models, Part {number}",
                "title_key": identifier,
                "aliases": (),
                "authors": ("Ada Lovelace", "Alan Turing", "Grace Hopper"),
                "commentary_ko": (_WORDS * 3,) * 3,
                "commentary_en": (),
                "kind": "day",
                "first_day": day,
                "last_day": day,
                "first_seen_at": datetime.now(UTC),
                "born": 1,
                "changed": 1,
            }
            connection.execute(insert(entries).values(row))
            connection.execute(
                insert(places).values(
                    entry_id=identifier, note_id=note_id, position=number, first_line=number, last_line=number
                )
            )
            for position, tag in enumerate(next(pairs)):
                connection.execute(insert(tags).values(entry_id=identifier, position=position, tag=tag, folded=tag))
