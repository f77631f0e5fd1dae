"""An edited copy of what a channel has had is no news; a second note on the same paper is."""

from dataclasses import replace
from datetime import date

import pytest

from bot import dates
from bot.digest.compose import Candidate, Decided, Digest, History, compose
from bot.model import Channel, ChannelAddress, Commentary, Entry, FiledEntry, Subscription

DAY, NEXT = date(2024, 4, 17), date(2024, 4, 18)
WORDS = "긴 문맥에서도 메모리를 일정하게 유지하는 구조를 제안합니다. 학습 속도와 성능 모두 기존 방법보다 낫다고 하네요."
PAPER = Entry("Megalodon", commentary=Commentary(ko=(WORDS,)), links=("https://arxiv.org/abs/2404.08801",))
ANEW = Commentary(
    ko=("코드가 공개되어 직접 돌려 보았는데 재현이 잘 되지 않았습니다. 설정을 더 살펴봐야 할 것 같네요.",)
)
CHANNEL = Channel(
    1, ChannelAddress("console", "local", "main"), date(2024, 1, 1), subscription=Subscription(everything=True)
)


def filed(identifier: str, entry: Entry, day: date = DAY) -> FiledEntry:
    return FiledEntry(identifier, f"{identifier}.md", dates.day(day), entry)


def next_day(entry: Entry, day: date = DAY) -> Digest:
    """Compose the day after PAPER was posted, with another entry that has arrived since."""
    candidates = [Candidate(filed("had", PAPER), 1), Candidate(filed("new", entry, day), 2)]
    return compose(NEXT, CHANNEL, candidates, History({"had": DAY}, (Decided(DAY, 1),)), {})


@pytest.mark.parametrize(
    "copy",
    [
        replace(PAPER, commentary=Commentary(ko=(WORDS + " 흥미롭네요.",))),
        replace(PAPER, tags=("llm",)),
        replace(PAPER, title="Megalodon: Unlimited Context"),
        replace(PAPER, commentary=Commentary()),
    ],
)
def test_an_edited_copy_does_not_come_late(copy: Entry) -> None:
    assert next_day(copy).chosen == ()


def test_an_edited_copy_is_told_by_its_arxiv_id_under_whatever_title_and_link() -> None:
    had = replace(PAPER, arxiv_ids=("2404.08801",))
    copy = replace(had, title="Megalodon again", links=("https://example.org/mirror",))
    other = replace(had, arxiv_ids=("2209.10655",))
    for entry, chosen in ((copy, []), (other, ["new"])):
        candidates = [Candidate(filed("had", had), 1), Candidate(filed("new", entry), 2)]
        digest = compose(NEXT, CHANNEL, candidates, History({"had": DAY}, (Decided(DAY, 1),)), {})
        assert [one.filed.id for one in digest.chosen] == chosen


@pytest.mark.parametrize(
    ("entry", "day"),
    [
        (replace(PAPER, commentary=ANEW), DAY),
        (replace(PAPER, title="Another paper", links=(), commentary=ANEW), DAY),
        (PAPER, NEXT),
    ],
)
def test_what_is_written_anew_or_noted_another_day_is_posted(entry: Entry, day: date) -> None:
    assert [one.filed.id for one in next_day(entry, day).chosen] == ["new"]


def test_a_first_text_on_a_paper_that_was_listed_without_words_is_posted() -> None:
    listed = replace(PAPER, commentary=Commentary())
    candidates = [Candidate(filed("had", listed), 1), Candidate(filed("new", PAPER), 2)]
    digest = compose(NEXT, CHANNEL, candidates, History({"had": DAY}, (Decided(DAY, 1),)), {})
    assert [one.filed.id for one in digest.chosen] == ["new"]


def test_asking_for_the_day_again_says_why_the_copy_is_left_out() -> None:
    copy = replace(PAPER, tags=("llm",))
    candidates = [Candidate(filed("had", PAPER), 1), Candidate(filed("new", copy), 2)]
    digest = compose(DAY, CHANNEL, candidates, History({"had": DAY}), {})
    assert [one.filed.id for one in digest.chosen] == ["had"]
    assert [str(one.why) for one in digest.left_out] == ["an edited copy of what was posted on 2024-04-17"]


def test_an_edited_copy_is_no_news_either_once_the_other_is_gone() -> None:
    copy = replace(PAPER, tags=("llm",))
    candidates = [Candidate(filed("had", PAPER), 1, gone=True), Candidate(filed("new", copy), 2)]
    digest = compose(NEXT, CHANNEL, candidates, History({"had": DAY}, (Decided(DAY, 1),)), {})
    assert digest.chosen == ()
    anew = [candidates[0], Candidate(filed("new", replace(PAPER, commentary=ANEW)), 2)]
    assert [one.filed.id for one in compose(NEXT, CHANNEL, anew, History({"had": DAY}, (Decided(DAY, 1),)), {}).chosen]
