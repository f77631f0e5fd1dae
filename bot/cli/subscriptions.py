"""`paperboy subscriptions`: what every channel wants, for operators and scripts."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.cli.main import ANSWERED, NOTHING_FOUND, language_from
from bot.cli.output import print_json
from bot.core import Core
from bot.digest.configured import SETTINGS
from bot.digest.options import options_text, rule_text
from bot.digest.rules import Rule, read_rule, terms_text
from bot.errors import PaperboyError, UsageError
from bot.model import Channel, ChannelAddress, Subscription
from bot.sentences import sentence
from bot.settings import load_settings
from bot.words import Words

OPERATOR = "operator"


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb says."""
    core = Core(load_settings())
    verbs: Mapping[str, Callable[[Core, argparse.Namespace, Words], int]] = {
        "list": _list,
        "add": _add,
        "remove": _remove,
        "export": _export,
        "import": _import,
    }
    return verbs[arguments.verb](core, arguments, Words(language_from(arguments)))


def _list(core: Core, arguments: argparse.Namespace, words: Words) -> int:
    found = core.digest_store.channels()
    if arguments.json:
        print_json({"subscriptions": [_document(core, channel) for channel in found]})
    else:
        for channel in found:
            print(f"{channel.address}  {rule_text(channel)}")
    if not found and not arguments.json:
        print(words.gettext("No channel has a subscription."), file=sys.stderr)
    return ANSWERED if found else NOTHING_FOUND


def _add(core: Core, arguments: argparse.Namespace, words: Words) -> int:
    address, rule = ChannelAddress.read(_needed(arguments.address, "ADDRESS")), _rule(core, arguments.rule)
    core.digests.subscribe(address, rule, OPERATOR, core.settings.lang or "ko")
    channel = core.digest_store.channel(address)
    assert channel is not None  # noqa: S101 - written above
    print(f"{address}  {rule_text(channel)}")
    return ANSWERED


def _remove(core: Core, arguments: argparse.Namespace, words: Words) -> int:
    address = ChannelAddress.read(_needed(arguments.address, "ADDRESS"))
    asked = _rule(core, arguments.rule).subscription if arguments.rule else None
    removed = core.digests.unsubscribe(address, asked, OPERATOR)
    left = terms_text(removed.subscription) or words.gettext("nothing")
    print(f"{address}  {left}")
    return ANSWERED if removed.added != Subscription() else NOTHING_FOUND


def _export(core: Core, _: argparse.Namespace, words: Words) -> int:
    """Print what `import` reads, one JSON line a channel."""
    for channel in core.digest_store.channels():
        print_json(_document(core, channel))
    return ANSWERED


def _import(core: Core, arguments: argparse.Namespace, words: Words) -> int:
    """Read JSON lines and add each rule; nothing is written unless all of them can be read."""
    file = arguments.address
    try:
        text = sys.stdin.read() if file in (None, "-") else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(sentence("{file} can't be read: {reason}.", file=file, reason=error)) from None
    rows = [_row(core, number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    for address, rule in rows:
        core.digests.subscribe(address, rule, OPERATOR, core.settings.lang or "ko")
    print(words.ngettext("{number} channel imported.", "{number} channels imported.", len(rows)))
    return ANSWERED


def _row(core: Core, number: int, line: str) -> tuple[ChannelAddress, Rule]:
    try:
        row = json.loads(line)
        return ChannelAddress.read(str(row["channel"])), _rule(core, str(row["rule"]))
    except PaperboyError as error:
        raise UsageError(sentence("Line {number}: {reason}", number=number, reason=error.sentence)) from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            sentence("Line {number} is not a JSON object with “channel” and “rule”.", number=number)
        ) from None


def _rule(core: Core, text: str | None) -> Rule:
    return read_rule(_needed(text, "RULE"), core.tag_aliases)


def _needed(value: str | None, name: str) -> str:
    if not value:
        raise UsageError(sentence("{name} is missing. `paperboy subscriptions --help` shows an example.", name=name))
    return value


def _document(core: Core, channel: Channel) -> Mapping[str, object]:
    view = core.digest_store.view(channel.address)
    origins = {} if view is None else view.origins
    return {
        "channel": str(channel.address),
        "rule": rule_text(channel),
        "terms": terms_text(channel.subscription).split(),
        "from_settings": [term for term, origin in origins.items() if origin == SETTINGS],
        "at": channel.schedule.at.strftime("%H:%M"),
        "timezone": channel.schedule.zone,
        "weekdays": list(channel.schedule.weekdays),
        "lang": channel.language,
        "style": channel.style.value,
        "options": options_text(channel.options),
        "paused": channel.paused,
    }
