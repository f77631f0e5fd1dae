"""Ask every part how it is, the platforms side by side, and put the findings in order."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot.configuration.check import Loader, find_problems
from bot.configuration.fields import Models
from bot.configuration.sources import Sources
from bot.doctor.places import look_at_clock, look_at_data, look_at_index, look_at_notes, look_at_zones
from bot.errors import PaperboyError
from bot.ports import Check, Finding
from bot.sentences import Sentence, sentence
from bot.settings import Settings

# A platform that doesn't answer within this many seconds can't be reached.
PATIENCE = 15.0


def examine_settings(models: Models, sources: Sources, loaders: Sequence[Loader] = ()) -> list[Finding]:
    """Return what is wrong with the settings, or that they are well."""
    cure = sentence("Mend it; `paperboy config` shows what is in force.")
    problems = [Finding("settings", problem, cure) for problem in find_problems(models, sources, loaders)]
    return problems or [Finding("settings", sentence("Every name is known and every value can be used."))]


def examine_places(settings: Settings, now: datetime) -> list[Finding]:
    """Look at notes, data folder, database, index, clock and time zones. Importing the database's library is slow,
    so it is done here.
    """
    from bot.storage.examine import examine

    examination = examine(_address(settings), now)
    return [
        look_at_notes(settings.notes),
        look_at_data(settings.data),
        *examination.findings,
        look_at_index(settings.index_folder, examination.identity),
        look_at_clock(now),
        look_at_zones(settings.timezone, now),
    ]


async def examine_platforms(checks: Mapping[str, Check], patience: float = PATIENCE) -> list[Finding]:
    """Let every platform's adapter look, all at once; one that fails or hangs doesn't keep the others."""
    found = await asyncio.gather(*(_within(name, check(), patience) for name, check in checks.items()))
    return [finding for findings in found for finding in findings]


async def _within(name: str, check: Awaitable[Sequence[Finding]], patience: float) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(patience):
            return await check or [Finding(name, sentence("Not set up: its token isn't set."))]
    except TimeoutError:
        return [_unreachable(name, sentence("No answer within {seconds} seconds.", seconds=round(patience)))]
    except PaperboyError as error:
        return [Finding(name, error.sentence, sentence("Mend it; `paperboy config` shows what is in force."))]
    except Exception as error:  # noqa: BLE001 - an SDK may raise anything, and its words may hold a token
        return [_unreachable(name, sentence("The check failed ({kind}).", kind=type(error).__name__))]


def _unreachable(name: str, seen: Sentence) -> Finding:
    return Finding(name, seen, sentence("Check the network and the proxy, and whether the platform is up."))


def _address(settings: Settings) -> str | Path:
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return settings.data / "paperboy.db"
