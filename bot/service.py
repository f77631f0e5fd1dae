"""Answer requests: one match, one short call a command. Synchronous; adapters enter through `bot.answering`."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from bot.browse import Browsing
from bot.commands import (
    Command,
    FindLinked,
    Help,
    Lookup,
    MoreMatches,
    OpenEntry,
    Preview,
    ShareEntry,
    ShowAbstract,
    ShowDigest,
    Tags,
    Typed,
)
from bot.errors import PaperboyError, UsageError
from bot.grammar import DidYouMean, concerns_digests, parse
from bot.help import help_reply
from bot.library import Library
from bot.lookup import LIST_LENGTH, MATCHES_AT_MOST, Lookups
from bot.message import Action, Outcome, Reply, Request
from bot.permalinks import NO_PERMALINKS, Permalinks
from bot.words import Words

if TYPE_CHECKING:
    from bot.digest.service import DigestService


class Service:
    """Turn a request into a reply. `today` is the installation's date; `digests` opens the database."""

    def __init__(
        self,
        library: Library,
        *,
        today: Callable[[], date],
        digests: "Callable[[], DigestService]",
        aliases: Mapping[str, str],
        permalinks: Permalinks = NO_PERMALINKS,
    ) -> None:
        self._digests = digests
        self._library = library
        self._lookups = Lookups(library, permalinks)
        self._browsing = Browsing(library, aliases, permalinks)
        self._today = today

    def handle(self, request: Request) -> Reply:
        """Answer a request; what a person did wrong is answered with its sentence, never raised."""
        words = Words(request.language)
        try:
            return self._answer(request.command, request, words)
        except DidYouMean as error:
            yes = Action(words.gettext("Yes"), error.suggestion)
            return Reply(words.say(error.sentence), actions=(yes,), outcome=Outcome.MISUSED)
        except UsageError as error:
            return Reply(words.say(error.sentence), outcome=Outcome.MISUSED)
        except PaperboyError as error:
            return Reply(words.say(error.sentence), outcome=Outcome.FAILED)

    @property
    def entries(self) -> int:
        """Return how many entries a lookup looks through."""
        return len(self._library.index)

    def is_lookup(self, command: Command) -> bool:
        """Tell whether the index alone answers a command; the others may wait for the database."""
        match command:
            case Typed():
                return not concerns_digests(command)
            case Lookup() | MoreMatches() | FindLinked() | Preview() | OpenEntry() | ShowAbstract() | ShareEntry():
                return True
        return False

    def _answer(self, command: Command, request: Request, words: Words) -> Reply:  # noqa: C901 - a case a command
        today = self._today()
        match command:
            case Typed():
                known = self._digests().today(request.address) if concerns_digests(command) else today
                return self._answer(parse(command, known), request, words)
            case Lookup(query=query):
                found = self._library.find(query, limit=LIST_LENGTH + 1, today=today)
                return self._lookups.find(command, request, found, words)
            case MoreMatches(query=query, first=first):
                limit = min(first + LIST_LENGTH + 1, MATCHES_AT_MOST)
                return self._lookups.more(command, request, self._library.find(query, limit=limit, today=today), words)
            case FindLinked():
                return self._lookups.linked(command, request, words)
            case Preview():
                return self._lookups.preview(command, words)
            case OpenEntry():
                return self._lookups.open(command, request, words)
            case ShowAbstract():
                return self._lookups.abstract(command, request, words)
            case ShareEntry():
                return self._lookups.share(command, request, words)
            case ShowDigest():
                digests = self._digests()
                rule = digests.rule_of(request.address)
                return self._browsing.show(command, request, digests.today(request.address), rule, words)
            case Tags():
                return self._browsing.tags(command, request, words)
            case Help(verb=verb):
                return help_reply(verb, words)
            case _:
                return self._digests().answer(command, request, words)
