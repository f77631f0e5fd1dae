"""Give channels in a message their names back: a tag that is also a channel's name may arrive as a bare id."""

import logging
import re

from adapters.slack.clients import Clients
from adapters.slack.failures import translated
from adapters.slack.places import Place
from bot.errors import DeliveryError, StorageError

_BARE = re.compile(r"#(C[A-Z0-9]{6,})\b")
# Whoever names more channels than this isn't naming tags.
AT_MOST = 5
_log = logging.getLogger(__name__)


class Names:
    """Ask Slack what channels are called."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def restored(self, place: Place, text: str) -> str:
        """Return a text with `#name` for each `#C0123456`; what Slack won't tell stays as it is."""
        for channel in list(dict.fromkeys(_BARE.findall(text)))[:AT_MOST]:
            try:
                client = await self._clients.of(place.workspace)
                answer = await translated(client.conversations_info(channel=channel))
            except (DeliveryError, StorageError) as error:
                _log.info("conversations.info: %s", error)
                continue
            text = text.replace(f"#{channel}", f"#{answer['channel'].get('name') or channel}")
        return text
