"""`paperboy slack manifest`: the manifest to create the Slack app from."""

import argparse

from bot.bootstrap import slack_manifest
from bot.cli.main import ANSWERED
from bot.settings import load_settings


def run(arguments: argparse.Namespace) -> int:
    """Print the manifest."""
    print(slack_manifest(load_settings().public_url), end="")
    return ANSWERED
