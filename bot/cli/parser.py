"""Arguments of the command line. Importing this imports nothing a command needs only when it runs."""

import argparse
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from bot import __version__
from bot.errors import UsageError
from bot.sentences import sentence

Run = Callable[[argparse.Namespace], int]


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
    help: str
    example: str
    options: tuple[Option, ...] = ()


def option(*names: str, **details: object) -> Option:
    """Describe one argument as argparse takes it."""
    return Option(names, details)


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise the error instead of printing the usage."""
        raise UsageError(
            sentence("{reason}. `{command} --help` shows an example.", reason=message.rstrip("."), command=self.prog)
        )


def build_parser(commands: Sequence[CommandLine]) -> Parser:
    """Build the parser of all commands; a chosen one leaves its module's name in `module`."""
    parser = Parser(
        prog="paperboy",
        description="Bring a research team's reading notes to where the team talks.",
        epilog='Example: paperboy ask "/paper megalodon"',
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"paperboy {__version__}")
    parser.set_defaults(module="bot.cli.run", lang=None, notes=None)
    groups: dict[tuple[str, ...], argparse._SubParsersAction[Parser]] = {}
    groups[()] = parser.add_subparsers(metavar="COMMAND", parser_class=Parser)
    for command in commands:
        _add(groups, command)
    return parser


def runner(module: str) -> Run:
    """Import the module of a command and return its `run`."""
    run: Run = importlib.import_module(module).run
    return run


def _add(groups: "dict[tuple[str, ...], argparse._SubParsersAction[Parser]]", command: CommandLine) -> None:
    *parents, name = command.words
    for depth in range(1, len(parents) + 1):
        _group(groups, tuple(parents[:depth]))
    parser = groups[tuple(parents)].add_parser(
        name, help=command.help, description=command.help, epilog=f"Example: {command.example}", allow_abbrev=False
    )
    parser.set_defaults(module=command.module)
    for each in (*command.options, LANGUAGE):
        parser.add_argument(*each.names, **each.details)  # type: ignore[arg-type]  # argparse checks them


def _group(groups: "dict[tuple[str, ...], argparse._SubParsersAction[Parser]]", words: tuple[str, ...]) -> None:
    if words not in groups:
        parser = groups[words[:-1]].add_parser(words[-1], help=f"See `paperboy {' '.join(words)} --help`.")
        groups[words] = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)


LANGUAGE = option("--lang", choices=("ko", "en"), default=None, help="Answer in Korean or English.")
NOTES = option("--notes", metavar="DIR", default=None, help="The folder of notes (else PAPERBOY_NOTES).")
JSON = option("--json", action="store_true", help="Print one JSON document.")
CHANNEL = option("--channel", metavar="ADDRESS", default="console:local/main", help="A channel, e.g. slack:T123/C456.")
