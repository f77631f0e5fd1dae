"""`paperboy deliveries`: the ledger, and what an operator can do about one of its rows."""

import argparse

from bot.cli.digests import delivery_documents, delivery_line
from bot.cli.main import ANSWERED, NOTHING_FOUND, language_from
from bot.cli.output import print_json
from bot.core import Core
from bot.digest.ledger import State
from bot.errors import UsageError
from bot.sentences import Sentence, sentence
from bot.settings import load_settings
from bot.words import Words


def run(arguments: argparse.Namespace) -> int:
    """List deliveries, or resend or cancel one."""
    words = Words(language_from(arguments))
    core = Core(load_settings())
    if arguments.verb is not None:
        print(words.say(_change(core, arguments.verb, arguments.id)))
        return ANSWERED
    state = None if arguments.state is None else State(arguments.state)
    found = core.digest_store.deliveries(state=state, limit=arguments.limit)
    if arguments.json:
        print_json({"deliveries": delivery_documents(core, found)})
    else:
        for one in found:
            print(delivery_line(one, words))
    return ANSWERED if found else NOTHING_FOUND


def _change(core: Core, verb: str, wanted: str | None) -> Sentence:
    """Resend or cancel a delivery; raises UsageError where that can't be done."""
    delivery = core.digest_store.delivery(wanted or "")
    if delivery is None:
        raise UsageError(sentence("No delivery has the id {id}. `paperboy deliveries` lists them.", id=wanted or "…"))
    store = core.digest_store
    done = store.resend(delivery) if verb == "resend" else store.cancel(delivery)
    if not done:
        raise UsageError(
            sentence("Delivery {id} is {state}: it can't be changed that way.", id=delivery.id, state=delivery.state)
        )
    if verb == "resend":
        return sentence("Delivery {id} will be sent again.", id=delivery.id)
    return sentence("Delivery {id} is cancelled.", id=delivery.id)
