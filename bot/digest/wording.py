"""Say a rule and a schedule in words, in the reader's language. Pure."""

from datetime import date

from bot.digest.matching import group_text
from bot.model import EVERY_DAY, Channel, ChannelOptions, Schedule, Subscription
from bot.words import Words

_WORKDAYS_IN_A_ROW = 3


def rule_in_words(rule: Subscription, words: Words) -> str:
    """Say a rule: `#llm or #rl, without #survey`."""
    included = words.one_of([group_text(group) for group in rule.included])
    if rule.everything:
        included = words.gettext("everything")
    if rule.wants_nothing:
        return words.gettext("nothing")
    if not rule.excluded:
        return included
    excluded = words.one_of([group_text(group) for group in rule.excluded])
    return words.gettext("{included}, without {excluded}", included=included, excluded=excluded)


def schedule_in_words(schedule: Schedule, words: Words) -> str:
    """Say a schedule: `Daily at 09:00 Asia/Seoul, Mon–Fri.`"""
    at = schedule.at.strftime("%H:%M")
    if schedule.weekdays == EVERY_DAY:
        return words.gettext("Daily at {at} {zone}.", at=at, zone=schedule.zone)
    days = weekdays_in_words(schedule.weekdays, words)
    return words.gettext("Daily at {at} {zone}, {days}.", at=at, zone=schedule.zone, days=days)


def weekdays_in_words(weekdays: tuple[int, ...], words: Words) -> str:
    """Say weekdays: `Mon–Fri`, `Mon, Wed`."""
    if weekdays == EVERY_DAY:
        return words.gettext("every day")
    in_a_row = weekdays == tuple(range(weekdays[0], weekdays[-1] + 1))
    if in_a_row and len(weekdays) >= _WORKDAYS_IN_A_ROW:
        return f"{words.weekday(weekdays[0])}–{words.weekday(weekdays[-1])}"
    return ", ".join(words.weekday(day) for day in weekdays)


def options_in_words(options: ChannelOptions, words: Words) -> str:
    """Say the options of `/digest set` as they are typed."""
    switched = {
        "previews": options.previews,
        "onthisday": options.on_this_day,
        "crosspost": options.crosspost,
        "corrections": options.corrections,
    }
    on, off = words.gettext("on"), words.gettext("off")
    empty = words.gettext("post") if options.post_empty else words.gettext("skip")
    named = [f"{name} {on if value else off}" for name, value in switched.items()]
    return " · ".join([*named, f"empty {empty}"])


def short_day(day: date, words: Words) -> str:
    """Say a day within a sentence: `Mon 2026-11-23`."""
    return words.gettext("{weekday} {date}", weekday=words.weekday(day.isoweekday()), date=day.isoformat())


def state_of(channel: Channel, words: Words) -> str:
    """Say what keeps a channel from its digest, empty where nothing does."""
    if channel.paused and channel.paused_until is not None:
        return words.gettext("Paused until {date}.", date=channel.paused_until.isoformat())
    if channel.paused:
        return words.gettext("Paused. `/digest resume` goes on.")
    if channel.resting_since is not None:
        return words.gettext("The platform refuses this channel. `/digest retry` tries again.")
    return ""
