"""Rules as people type them, and what they do to a channel's subscription."""

import contextlib
import unicodedata
from datetime import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.digest.matching import judge
from bot.digest.options import read_options
from bot.digest.rules import MOST_TAGS, merge, near_tags, read_rule, remove, terms_text, unknown_tags
from bot.digest.wording import options_in_words
from bot.errors import UsageError
from bot.model import ChannelOptions, Style, Subscription, TagCount
from bot.words import LANGUAGES, Words

TAGS = st.sampled_from(["llm", "rl", "survey", "vision", "강화학습", "state-space"])
GROUPS = st.lists(TAGS, min_size=1, max_size=2, unique=True).map(lambda tags: tuple(sorted(tags)))
SUBSCRIPTIONS = st.builds(
    Subscription,
    everything=st.booleans(),
    included=st.lists(GROUPS, max_size=4, unique=True).map(tuple),
    excluded=st.lists(GROUPS, max_size=3, unique=True).map(tuple),
).filter(lambda rule: not set(rule.included) & set(rule.excluded))


def test_the_whole_grammar_in_one_line() -> None:
    rule = read_rule("#llm -#survey #a+#b all at 09:00 tz Asia/Seoul on mon-fri lang ko style compact")
    assert rule.subscription == Subscription(True, (("llm",), ("a", "b")), (("survey",),))
    assert (rule.at, rule.zone, rule.weekdays) == (time(9), "Asia/Seoul", (1, 2, 3, 4, 5))
    assert (rule.language, rule.style) == ("ko", Style.COMPACT)


@pytest.mark.parametrize(
    "text",
    [
        "#llm #state-space -#survey",
        "llm, state_space, -survey",
        "＃LLM ＃State_Space -＃survey",
        "“#llm” ‘state-space’ –survey",
        "#llm#state-space-#survey",
        "llm;state-space  - #survey",
    ],
)
def test_tags_are_read_kindly(text: str) -> None:
    assert read_rule(text).subscription == Subscription(False, (("llm",), ("state-space",)), (("survey",),))


def test_hangul_tags_are_one_however_they_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "#강화학습")
    assert read_rule(decomposed).subscription.included == (("강화학습",),)


def test_groups_hold_tags_that_must_all_be_there() -> None:
    assert read_rule("#b + #a").subscription.included == (("a", "b"),)
    assert read_rule("b＋a").subscription.included == (("a", "b"),)


def test_aliases_stand_for_the_tag_they_mean() -> None:
    assert read_rule("#lm", {"lm": "language-model"}).subscription.included == (("language-model",),)


@pytest.mark.parametrize(
    ("text", "weekdays"),
    [
        ("on mon-fri", (1, 2, 3, 4, 5)),
        ("on mon - fri", (1, 2, 3, 4, 5)),
        ("on Monday, wed", (1, 3)),
        ("on fri-mon", (1, 5, 6, 7)),
        ("on 월-금", (1, 2, 3, 4, 5)),
        ("on 월~금", (1, 2, 3, 4, 5)),
        ("on 월수금", (1, 3, 5)),
        ("on 평일", (1, 2, 3, 4, 5)),
        ("on 토요일 일요일", (6, 7)),
        ("on 매일", (1, 2, 3, 4, 5, 6, 7)),
        ("on weekends", (6, 7)),
    ],
)
def test_weekdays(text: str, weekdays: tuple[int, ...]) -> None:
    assert read_rule("#llm " + text).weekdays == weekdays
    assert read_rule(text + " #llm").subscription.included == (("llm",),)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("at 09:00", time(9)),
        ("at 9", time(9)),
        ("at 9pm", time(21)),
        ("at 9:30 pm", time(21, 30)),
        ("at 12am", time(0)),
        ("at 오전 9시", time(9)),
        ("at 오후 9시 30분", time(21, 30)),
    ],
)
def test_times(text: str, at: time) -> None:
    rule = read_rule(f"#llm {text} on mon")
    assert (rule.at, rule.weekdays) == (at, (1,))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#llm at 25:00", "“25:00” is not a time of day. Use HH:MM, e.g. 09:00."),
        ("#llm at 9:99", "“9:99” is not a time of day. Use HH:MM, e.g. 09:00."),
        ("#llm at 13pm", "“13pm” is not a time of day. Use HH:MM, e.g. 09:00."),
        ("#llm tz KST+9", "“KST+9” is not a time zone I know. Did you mean Asia/Seoul?"),
        ("#llm tz UTC+9", "“UTC+9” is not a time zone I know. Did you mean Asia/Seoul?"),
        ("#llm tz 서울", "“서울” is not a time zone I know. Did you mean Asia/Seoul?"),
        ("#llm tz Asia/Seul", "“Asia/Seul” is not a time zone I know. Did you mean Asia/Seoul?"),
        ("#llm tz Sydny", "“Sydny” is not a time zone I know. Did you mean Australia/Sydney?"),
        ("#llm tz ../../etc/passwd", "“../../etc/passwd” is not a time zone I know. Use a name like Asia/Seoul."),
        ("#llm at noon", "“noon” is not a time of day. Use HH:MM, e.g. 09:00."),
        ("#llm on and", "“and” is not a day of the week. Use e.g. mon-fri or mon,wed."),
        ("#llm on funday", "“funday” is not a day of the week. Use e.g. mon-fri or mon,wed."),
        ("#llm lang fr", "“fr” is not a language I write. Use ko, en or both."),
        ("#llm style huge", "“huge” is not a style. Use compact or full."),
        ("#llm at", "`at` needs a value, e.g. `at 09:00`."),
        ("#llm at 9 at 10", "`at` is said twice. Say it once."),
        ("#llm #", "“#” is not a tag. Write it like #llm."),
        ("#llm -#llm", "This rule excludes all it includes: #llm -#llm. Nothing was changed."),
        ("#a+#b -#a", "This rule excludes all it includes: #a+#b -#a. Nothing was changed."),
    ],
)
def test_what_cannot_be_read_gets_its_sentence(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_rule(text)
    assert str(caught.value) == said


def test_zone_names_in_any_case() -> None:
    assert read_rule("tz europe/berlin").zone == "Europe/Berlin"


def test_five_hundred_tags_are_too_many() -> None:
    with pytest.raises(UsageError, match=f"up to {MOST_TAGS} tags; this one has 500"):
        read_rule(" ".join(f"#tag{number}" for number in range(500)))


def test_exclusions_alone_include_nothing() -> None:
    with pytest.raises(UsageError, match="Say what to include as well"):
        merge(Subscription(), read_rule("-#survey").subscription)


def test_a_merge_adds_and_says_what_was_there() -> None:
    merged = merge(Subscription(False, (("llm",),)), read_rule("#llm #rl").subscription)
    assert merged.subscription.included == (("llm",), ("rl",))
    assert merged.added.included == (("rl",),)
    assert merged.already.included == (("llm",),)


def test_a_merge_never_leaves_a_rule_that_excludes_all_it_includes() -> None:
    with pytest.raises(UsageError, match="excludes all it includes"):
        merge(Subscription(False, (("a", "b"),)), read_rule("-#a").subscription)


def test_including_what_was_excluded_moves_it() -> None:
    merged = merge(Subscription(True, (), (("survey",),)), read_rule("#survey").subscription)
    assert merged.subscription == Subscription(True, (("survey",),))


def test_removing_the_last_inclusion_removes_the_exclusions() -> None:
    removed = remove(Subscription(False, (("llm",),), (("survey",),)), Subscription(False, (("llm",),)))
    assert removed.subscription == Subscription()


def test_removing_what_is_not_there_changes_nothing() -> None:
    current = Subscription(False, (("llm",),))
    removed = remove(current, Subscription(False, (("rl",),)))
    assert removed.subscription == current
    assert removed.already.included == (("rl",),)


def test_removing_an_exclusion() -> None:
    removed = remove(Subscription(True, (), (("survey",),)), read_rule("-#survey").subscription)
    assert removed.subscription == Subscription(True)


def test_unknown_tags_and_near_ones() -> None:
    known = [TagCount("llm", 118), TagCount("RL", 40), TagCount("language_model", 7)]
    assert unknown_tags(read_rule("#llms #llm").subscription, {"llm"}) == ("llms",)
    assert near_tags("llms", known)[0] == TagCount("llm", 118)
    assert near_tags("languagemodel", known)[0].tag == "language_model"


@pytest.mark.parametrize(
    ("tags", "rule", "wanted", "why"),
    [
        ({"llm"}, "#llm -#survey", True, "matches #llm"),
        ({"llm", "survey"}, "#llm -#survey", False, "left out by -#survey"),
        ({"survey"}, "all -#survey", False, "left out by -#survey"),
        ({"rl"}, "#llm", False, "none of its tags is subscribed"),
        (set(), "#llm", False, "has no tags"),
        (set(), "all", True, "this channel takes everything"),
        ({"a"}, "#a+#b", False, "none of its tags is subscribed"),
        ({"a", "b"}, "#a+#b", True, "matches #a+#b"),
        ({"a", "b"}, "all -#a+#b", False, "left out by -#a+#b"),
    ],
)
def test_an_entry_is_judged_with_a_reason(tags: set[str], rule: str, wanted: bool, why: str) -> None:
    verdict = judge(tags, read_rule(rule).subscription)
    assert (verdict.wanted, str(verdict.why)) == (wanted, why)


@settings(deadline=None, max_examples=100)
@given(SUBSCRIPTIONS, SUBSCRIPTIONS)
def test_asking_twice_is_asking_once(current: Subscription, asked: Subscription) -> None:
    try:
        once = merge(current, asked).subscription
    except UsageError:
        return
    twice = merge(once, asked)
    assert twice.subscription == once
    assert twice.added == Subscription()


@settings(deadline=None, max_examples=100)
@given(SUBSCRIPTIONS)
def test_a_rule_survives_being_written_down(rule: Subscription) -> None:
    assume(rule.everything or not any(set(out) <= set(group) for out in rule.excluded for group in rule.included))
    assert read_rule(terms_text(rule)).subscription == rule


@settings(deadline=None, max_examples=30)
@given(st.builds(ChannelOptions, *[st.booleans()] * 5), st.sampled_from(LANGUAGES))
def test_options_can_be_typed_as_they_are_shown(options: ChannelOptions, language: str) -> None:
    shown = options_in_words(options, Words(language))
    assert ChannelOptions(**read_options(shown.replace("·", " ")).options) == options


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    with contextlib.suppress(UsageError):
        read_rule(text)
