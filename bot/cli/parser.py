"""Arguments of the command line. Importing this imports nothing a command needs only when it runs."""

import argparse
import importlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from bot import __version__
from bot.cli.misuse import in_our_words
from bot.errors import UsageError
from bot.sentences import Sentence, sentence
from bot.words import Words

Run = Callable[[argparse.Namespace], int]
# Every option begins with a Latin letter.
_NO_OPTION = re.compile(r"-[^-a-zA-Z]")


@dataclass(frozen=True, slots=True)
class Option:
    """One argument: its names, and what argparse is told about it."""

    names: tuple[str, ...]
    details: "dict[str, object]"


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command: its words (`notes parse`), the module that runs it, one line of help, an example, its arguments."""

    words: tuple[str, ...]
    module: str
    help: Sentence
    example: str
    options: tuple[Option, ...] = ()


def option(*names: str, **details: object) -> Option:
    """Describe one argument as argparse takes it, but for `help`, which is a sentence."""
    return Option(names, details)


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise the error instead of printing the usage."""
        reason, example = in_our_words(message.rstrip(".")), f"{self.prog} --help"
        if reason.template.endswith("?"):
            raise UsageError(sentence("{reason} `{command}` shows an example.", reason=reason, command=example))
        raise UsageError(sentence("{reason}. `{command}` shows an example.", reason=reason, command=example))


def as_typed(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with those told apart that begin like an option and can't be one: `-#survey`, `-태그`.

    argparse takes what begins with a space for a value; whoever reads it sheds the space.
    """
    return [f" {each}" if _NO_OPTION.match(each) else each for each in arguments]


def build_parser(commands: Sequence[CommandLine], words: Words) -> Parser:
    """Build the parser of all commands, explained in one language; a chosen one leaves its module in `module`."""
    parser = Parser(
        prog="paperboy",
        description=words.gettext("Bring a research team's reading notes to where the team talks."),
        epilog=_example('paperboy ask "/paper megalodon"', words),
        allow_abbrev=False,
        add_help=False,
        formatter_class=_formatter(words),
    )
    version = option(
        "--version", action="version", version=f"paperboy {__version__}", help=sentence("Print the version.")
    )
    _add_arguments(parser, (version, LANGUAGE), words)
    parser.set_defaults(module="bot.cli.run", lang=None, notes=None)
    groups: dict[tuple[str, ...], argparse._SubParsersAction[Parser]] = {}
    groups[()] = _add_commands(parser, words)
    for command in commands:
        _add(groups, command, words)
    return parser


def runner(module: str) -> Run:
    """Import the module of a command and return its `run`."""
    run: Run = importlib.import_module(module).run
    return run


def _add(
    groups: "dict[tuple[str, ...], argparse._SubParsersAction[Parser]]", command: CommandLine, words: Words
) -> None:
    *parents, name = command.words
    for depth in range(1, len(parents) + 1):
        _group(groups, tuple(parents[:depth]), words)
    said = words.say(command.help)
    parser = groups[tuple(parents)].add_parser(
        name,
        help=said,
        description=said,
        epilog=_example(command.example, words),
        allow_abbrev=False,
        add_help=False,
        formatter_class=_formatter(words),
    )
    parser.set_defaults(module=command.module)
    _add_arguments(parser, (*command.options, LANGUAGE), words)


def _add_arguments(parser: Parser, options: Sequence[Option], words: Words) -> None:
    places = parser.add_argument_group(words.gettext("Arguments"))
    switches = parser.add_argument_group(words.gettext("Options"))
    for each in (HELP, *options):
        details = {
            key: words.say(value) if isinstance(value, Sentence) else value for key, value in each.details.items()
        }
        group = switches if each.names[0].startswith("-") else places
        group.add_argument(*each.names, **details)  # type: ignore[arg-type]  # argparse checks them


def _group(
    groups: "dict[tuple[str, ...], argparse._SubParsersAction[Parser]]", path: tuple[str, ...], words: Words
) -> None:
    if path not in groups:
        said = words.gettext("See `paperboy {command} --help`.", command=" ".join(path))
        parser = groups[path[:-1]].add_parser(
            path[-1], help=said, description=said, add_help=False, formatter_class=_formatter(words)
        )
        _add_arguments(parser, (), words)
        groups[path] = _add_commands(parser, words, required=True)


def _add_commands(parser: Parser, words: Words, *, required: bool = False) -> "argparse._SubParsersAction[Parser]":
    return parser.add_subparsers(
        title=words.gettext("Commands"), metavar="COMMAND", required=required, parser_class=Parser
    )


def _formatter(words: Words) -> type[argparse.HelpFormatter]:
    """Return what lays help out, with the one word that can't be handed to argparse in any other way."""

    class Formatter(argparse.HelpFormatter):
        def add_usage(
            self,
            usage: str | None,
            actions: Iterable[argparse.Action],
            groups: "Iterable[argparse._MutuallyExclusiveGroup]",
            prefix: str | None = None,
        ) -> None:
            super().add_usage(usage, actions, groups, words.gettext("usage: ") if prefix is None else prefix)

    return Formatter


def _example(command: str, words: Words) -> str:
    return words.gettext("Example: {command}", command=command)


HELP = option("-h", "--help", action="help", help=sentence("Print this and end."))
LANGUAGE = option(
    "--lang", choices=("ko", "en"), default=argparse.SUPPRESS, help=sentence("Answer in Korean or English.")
)
NOTES = option("--notes", metavar="DIR", default=None, help=sentence("The folder of notes (else PAPERBOY_NOTES)."))
JSON = option("--json", action="store_true", help=sentence("Print one JSON document."))
CHANNEL = option(
    "--channel", metavar="ADDRESS", default="console:local/main", help=sentence("A channel, e.g. slack:T123/C456.")
)
