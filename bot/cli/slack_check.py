"""`paperboy slack check`: tokens, scopes and the way events come, a line each, and the cure for what is wrong."""

import argparse
import asyncio

from bot.bootstrap import adapter_checks, settings_models
from bot.cli.doctor import report
from bot.configuration.sources import known_secrets, read_sources
from bot.doctor.examine import examine_platforms
from bot.redaction import Redactor


def run(arguments: argparse.Namespace) -> int:
    """Look at Slack; exit 1 if anything is wrong."""
    findings = asyncio.run(examine_platforms({"slack": adapter_checks()["slack"]}))
    return report(findings, arguments, Redactor(known_secrets(settings_models(), read_sources())))
