"""`paperboy doctor`: how the installation is, a line each, and the cure where something is wrong."""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.bootstrap import adapter_checks, settings_loaders, settings_models
from bot.cli.main import ANSWERED, NOTHING_FOUND, language_from
from bot.cli.output import print_json
from bot.configuration.sources import known_secrets, read_sources
from bot.doctor.examine import examine_places, examine_platforms, examine_settings
from bot.errors import SettingsError
from bot.ports import Finding
from bot.redaction import Redactor
from bot.settings import load_settings
from bot.words import Words


def run(arguments: argparse.Namespace) -> int:
    """Look at everything; exit 1 if anything is wrong."""
    models, sources = settings_models(), read_sources()
    findings = [*examine_settings(models, sources, settings_loaders()), *_examine_rest(arguments.notes)]
    return report(findings, arguments, Redactor(known_secrets(models, sources)))


def report(findings: Sequence[Finding], arguments: argparse.Namespace, redact: Redactor) -> int:
    """Print findings, as `--json` asks, and return the exit code that sums them up."""
    words = Words(language_from(arguments))
    if arguments.json:
        print_json({"well": _all_well(findings), "checks": [_document(finding, redact) for finding in findings]})
    else:
        for finding in findings:
            print(redact(_line(finding, words)))
    return ANSWERED if _all_well(findings) else NOTHING_FOUND


def _examine_rest(notes: str | None) -> list[Finding]:
    try:
        settings = load_settings(notes=notes)
    except SettingsError:
        return []  # the findings about the settings say so already
    platforms = asyncio.run(examine_platforms(adapter_checks()))
    return [*examine_places(settings, datetime.now(UTC)), *platforms]


def _all_well(findings: Sequence[Finding]) -> bool:
    return all(finding.well for finding in findings)


def _line(finding: Finding, words: Words) -> str:
    seen = words.say(finding.seen)
    if finding.cure is None:
        return f"✓ {finding.subject}: {seen}"
    return f"✗ {finding.subject}: {seen}\n  → {words.say(finding.cure)}"


def _document(finding: Finding, redact: Redactor) -> dict[str, object]:
    return {
        "subject": finding.subject,
        "well": finding.well,
        "seen": redact(str(finding.seen)),
        "cure": None if finding.cure is None else redact(str(finding.cure)),
    }
