"""The pages people see while they install the app, in the language their browser prefers; pure."""

from collections.abc import Iterator
from html import escape

from adapters.slack.app_manifest import SCOPES
from bot.sentences import Sentence, sentence
from bot.words import Words

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
STYLE_PATH = "/slack/pages.css"
STYLE = """\
:root { color-scheme: light dark; }
body { font-family: system-ui, sans-serif; line-height: 1.6; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }
.button { display: inline-block; padding: .6rem 1.2rem; border: 1px solid; border-radius: .4rem; font-weight: 600; }
.button { text-decoration: none; }
code { font-family: ui-monospace, monospace; }
li { margin: .3rem 0; }
"""


def install_page(words: Words, authorize_url: str) -> str:
    """Draw the page an installation begins on: what the bot is, what it asks for and why."""
    asks = [f"<li><code>{escape(scope)}</code> – {escape(words.say(why))}</li>" for scope, why in SCOPES.items()]
    return _page(
        words,
        words.gettext("Paperboy for Slack"),
        _paragraph(words.gettext("Paperboy finds your team's reading notes and brings each day's to your channels.")),
        _button(authorize_url, words.gettext("Add to Slack")),
        "<h2>" + escape(words.gettext("What it asks for, and why")) + "</h2>",
        _paragraph(words.gettext("It doesn't read along: it hears mentions, direct messages and links to papers.")),
        f"<ul>{''.join(asks)}</ul>",
    )


def installed_page(words: Words, workspace: str | None, slack_url: str) -> str:
    """Draw the page an installation ends on."""
    said = (
        words.gettext("Paperboy is installed in {workspace}.", workspace=workspace)
        if workspace
        else words.gettext("Paperboy is installed.")
    )
    return _page(
        words,
        said,
        _paragraph(words.gettext("Type `/paper` and a few words in any channel, or `/digest subscribe #llm`.")),
        _button(slack_url, words.gettext("Open Slack")),
    )


def failure_page(words: Words, why: Sentence) -> str:
    """Draw the page of an installation that came to nothing."""
    return _page(
        words,
        words.gettext("Paperboy isn't installed"),
        _paragraph(words.say(why)),
        _button(INSTALL_PATH, words.gettext("Begin again")),
    )


def reason_of(code: str) -> Sentence:
    """Say what a failure's code means, Bolt's own or one that Slack sends along."""
    match code:
        case "access_denied":
            return sentence("It wasn't allowed in Slack, so nothing was changed.")
        case "invalid_browser":
            return sentence("An installation begins and ends in the same browser, over https://. Please begin again.")
        case "invalid_state":
            return sentence("That took over ten minutes, or the page was loaded twice. Please begin again.")
        case "missing_code" | "invalid_code":
            return sentence("Slack didn't confirm the installation. Please begin again.")
        case _:
            return sentence("Slack says “{code}”. Please begin again.", code=code[:100])


def unreachable() -> Sentence:
    """Say that an installation can't be kept, or Slack can't be asked, right now."""
    return sentence("That takes too long right now. Please try again in a moment.")


def _page(words: Words, heading: str, *parts: str) -> str:
    return "".join(_lines(words.language, escape(heading), parts))


def _lines(language: str, heading: str, parts: tuple[str, ...]) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f'<title>{heading}</title>\n<link rel="stylesheet" href="{STYLE_PATH}">\n<link rel="icon" href="data:,">\n'
    yield f"</head>\n<body>\n<main>\n<h1>{heading}</h1>\n"
    yield "\n".join(parts)
    yield "\n</main>\n</body>\n</html>\n"


def _paragraph(text: str) -> str:
    """Write a paragraph; what stands between backticks is set as code."""
    pieces = escape(text).split("`")
    return f"<p>{''.join(f'<code>{one}</code>' if index % 2 else one for index, one in enumerate(pieces))}</p>"


def _button(url: str, label: str) -> str:
    return f'<p><a class="button" href="{escape(url)}">{escape(label)}</a></p>'
