"""Entries for tests, made by hand and by hypothesis."""

from datetime import date

from hypothesis import strategies as st

from bot.dates import day
from bot.model import Commentary, Entry, FiledEntry, NoteDate

MEGALODON = FiledEntry(
    "emega",
    "000.txt",
    day(date(2024, 4, 17)),
    Entry(
        title="Megalodon: Efficient LLM Pretraining",
        aliases=("Megalodon",),
        authors=("Xuezhe Ma", "Xiaomeng Yang", "Wenhan Xiong", "Beidi Chen"),
        abstract="The quadratic complexity of Transformers.\nA second line.",
        commentary=Commentary(ko=("이전에 나왔던 Mega 모델의 개선이군요. EMA 기반입니다.", "둘째 문단."), en=()),
        links=("https://github.com/XuezheMax/megalodon", "https://arxiv.org/abs/2209.10655"),
        mentioned_arxiv_ids=("2209.10655",),
        tags=("state-space-model",),
    ),
)
SABIA = FiledEntry(
    "esabia",
    "004.txt",
    NoteDate(),
    Entry(
        title="Sabiá: Portuguese Large Language Models",
        commentary=Commentary(ko=("어쩌다 포르투갈어.",), en=("Portuguese, of all things. Interesting!",)),
        links=("https://arxiv.org/abs/2304.07880",),
        arxiv_ids=("2304.07880",),
        tags=("llm", "multilingual"),
    ),
)

_TEXTS = st.text(max_size=60)
_PARAGRAPHS = st.lists(st.text(min_size=1, max_size=300), max_size=4).map(tuple)
ANY_ENTRY = st.builds(
    Entry,
    title=st.text(min_size=1, max_size=300),
    aliases=st.lists(_TEXTS, max_size=2).map(tuple),
    authors=st.lists(_TEXTS, max_size=12).map(tuple),
    abstract=st.none() | st.text(max_size=500),
    commentary=st.builds(Commentary, ko=_PARAGRAPHS, en=_PARAGRAPHS),
    links=st.lists(_TEXTS.map(lambda text: f"https://example.org/{text}"), max_size=3).map(tuple),
    arxiv_ids=st.lists(st.just("2304.07880"), max_size=1).map(tuple),
    mentioned_arxiv_ids=st.lists(st.just("2209.10655"), max_size=1).map(tuple),
    tags=st.lists(st.text(min_size=1, max_size=20), max_size=4).map(tuple),
)
ANY_FILED_ENTRY = st.builds(
    FiledEntry,
    id=st.just("eany"),
    source=st.just("any.txt"),
    date=st.just(NoteDate()) | st.dates().map(day),
    entry=ANY_ENTRY,
)
