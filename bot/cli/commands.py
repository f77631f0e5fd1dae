"""The table of commands: every one with its help, an example and its arguments."""

from bot.cli.parser import CHANNEL, JSON, NOTES, CommandLine, option
from bot.sentences import sentence

DATE = option("date", metavar="DATE", help=sentence("A day, e.g. 2024-04-17."))
STATES = ("pending", "sending", "posted", "empty", "skipped", "failed", "expired", "cancelled", "ambiguous")
PATHS = option("paths", nargs="+", metavar="PATH", help=sentence("A note file, or a folder of them."))

COMMANDS: tuple[CommandLine, ...] = (
    CommandLine(
        ("run",),
        "bot.cli.run",
        sentence("Start every adapter whose tokens are set; with none, the console."),
        "paperboy run --notes ~/notes",
        (NOTES,),
    ),
    CommandLine(
        ("ask",),
        "bot.cli.ask",
        sentence("Answer one command as typed in a channel."),
        'paperboy ask "/paper megalodon"',
        (option("text", metavar="TEXT", help=sentence("What a person would type.")), CHANNEL, JSON, NOTES),
    ),
    CommandLine(
        ("search",),
        "bot.cli.search",
        sentence("Search the notes."),
        'paperboy search "megalodn #llm" --json',
        (
            option("query", nargs="?", metavar="QUERY", help=sentence("Words, a title, an arXiv id, filters.")),
            option("--limit", type=int, default=10, metavar="N", help=sentence("Matches to show (10).")),
            option("--batch", metavar="FILE", help=sentence('Answer each JSON line\'s "q" with a JSON line.')),
            JSON,
            NOTES,
        ),
    ),
    CommandLine(
        ("notes", "parse"),
        "bot.cli.notes_parse",
        sentence("Show what is read from note files."),
        "paperboy notes parse seeds --json",
        (PATHS, JSON),
    ),
    CommandLine(
        ("notes", "check"),
        "bot.cli.notes_check",
        sentence("List what can't be read in note files, and what is odd."),
        "paperboy notes check seeds",
        (PATHS, JSON),
    ),
    CommandLine(
        ("index",),
        "bot.cli.index",
        sentence("Bring the index up to date with the notes."),
        "paperboy index --notes ~/notes",
        (NOTES, option("--rebuild", action="store_true", help=sentence("Build the search index anew.")), JSON),
    ),
    CommandLine(
        ("tags",),
        "bot.cli.tags",
        sentence("List the tags, most used first."),
        "paperboy tags vision",
        (
            option("text", nargs="?", default="", metavar="TEXT", help=sentence("Only tags that hold this.")),
            JSON,
            NOTES,
        ),
    ),
    CommandLine(
        ("show",),
        "bot.cli.show",
        sentence("Show one note by its id."),
        "paperboy show e2k4m6p8r0st3",
        (option("id", metavar="ID", help=sentence("An entry id, as `paperboy search --json` prints it.")), JSON, NOTES),
    ),
    CommandLine(
        ("config",),
        "bot.cli.config",
        sentence("Show every setting with its value and source; `check` finds what is misspelt or not usable."),
        "paperboy config check",
        (
            option(
                "what", nargs="?", choices=("show", "check"), default="show", help=sentence("Show (default) or check.")
            ),
            JSON,
        ),
    ),
    CommandLine(
        ("doctor",),
        "bot.cli.doctor",
        sentence("Look at the whole installation and say what is wrong, with the cure."),
        "paperboy doctor",
        (NOTES, JSON),
    ),
    CommandLine(
        ("export",),
        "bot.cli.export",
        sentence("Write everything the database holds to a file of JSON lines."),
        "paperboy export paperboy.jsonl",
        (option("file", metavar="FILE", help=sentence("The file to write, or - for standard output.")),),
    ),
    CommandLine(
        ("import",),
        "bot.cli.import_",
        sentence("Load an export into the database, all of it or nothing."),
        "paperboy import paperboy.jsonl",
        (
            option("file", metavar="FILE", help=sentence("An export, or - for standard input.")),
            option(
                "--replace",
                action="store_true",
                help=sentence("Replace what the database holds (SQLite is copied first)."),
            ),
            JSON,
        ),
    ),
    CommandLine(
        ("digest", "show"),
        "bot.cli.digest_show",
        sentence("Show what a channel gets on a date, and why the rest stays out."),
        "paperboy digest show 2024-04-17 --channel slack:T123/C456 --json",
        (DATE, CHANNEL, JSON, NOTES),
    ),
    CommandLine(
        ("digest", "send"),
        "bot.cli.digest_send",
        sentence("Post a date's digest to a channel now."),
        "paperboy digest send 2024-04-17 --channel slack:T123/C456",
        (
            DATE,
            option("--channel", metavar="ADDRESS", required=True, help=sentence("A channel, e.g. slack:T123/C456.")),
            option("--again", action="store_true", help=sentence("Ignore what was delivered already.")),
            JSON,
            NOTES,
        ),
    ),
    CommandLine(
        ("digest", "tick"),
        "bot.cli.digest_tick",
        sentence("Do one turn of the daily job: plan, deliver, exit."),
        "paperboy digest tick --now 2024-04-17T00:00:30Z --json",
        (
            option("--now", metavar="INSTANT", help=sentence("Do it as of this instant, e.g. 2024-04-17T00:00:30Z.")),
            JSON,
            NOTES,
        ),
    ),
    CommandLine(
        ("slack", "manifest"),
        "bot.cli.slack_manifest",
        sentence("Print the manifest to create the Slack app from."),
        "paperboy slack manifest > manifest.yaml",
    ),
    CommandLine(
        ("slack", "check"),
        "bot.cli.slack_check",
        sentence("Look at Slack's tokens and scopes, and open a socket."),
        "paperboy slack check",
        (JSON,),
    ),
    CommandLine(
        ("discord", "invite"),
        "bot.cli.discord_invite",
        sentence("Print the address that invites the bot with exactly the permissions it uses."),
        "paperboy discord invite",
    ),
    CommandLine(
        ("discord", "check"),
        "bot.cli.discord_check",
        sentence("Look at Discord's token, intents and permissions, and say what is missing where."),
        "paperboy discord check",
        (JSON,),
    ),
    CommandLine(
        ("worker",),
        "bot.cli.worker",
        sentence("Deliver digests beside other replicas on one PostgreSQL, without answering anybody."),
        "paperboy worker",
        (NOTES,),
    ),
    CommandLine(
        ("deliveries",),
        "bot.cli.deliveries",
        sentence("List what was posted, what waits and what failed; resend or cancel one."),
        "paperboy deliveries --state failed; paperboy deliveries resend dabc…",
        (
            option("verb", nargs="?", choices=("resend", "cancel"), help=sentence("What to do with a delivery.")),
            option("id", nargs="?", metavar="ID", help=sentence("The delivery's id.")),
            option("--state", choices=STATES, help=sentence("Only deliveries in this state.")),
            option("--limit", type=int, metavar="N", help=sentence("At most this many.")),
            JSON,
        ),
    ),
    CommandLine(
        ("subscriptions",),
        "bot.cli.subscriptions",
        sentence("List, add, remove, export or import what channels get."),
        'paperboy subscriptions add slack:T123/C456 "#llm -#survey at 09:00 tz Asia/Seoul"',
        (
            option("verb", nargs="?", default="list", choices=("list", "add", "remove", "export", "import")),
            option(
                "address", nargs="?", metavar="ADDRESS", help=sentence("A channel; with import, a file of JSON lines.")
            ),
            option("rule", nargs="?", metavar="RULE", help=sentence("A rule in the words of `/digest subscribe`.")),
            JSON,
        ),
    ),
)
