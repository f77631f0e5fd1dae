"""`paperboy discord check`: token, intents and permissions, a line each, and the cure for what is wrong."""

import argparse
import asyncio

from bot.bootstrap import adapter_checks, settings_models
from bot.cli.doctor import report
from bot.configuration.sources import known_secrets, read_sources
from bot.doctor.examine import examine_platforms
from bot.redaction import Redactor


def run(arguments: argparse.Namespace) -> int:
    """Look at Discord; exit 1 if anything is wrong."""
    findings = asyncio.run(examine_platforms({"discord": adapter_checks()["discord"]}))
    return report(findings, arguments, Redactor(known_secrets(settings_models(), read_sources())))
