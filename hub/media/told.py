"""The files an event names: those that came are to be fetched, those that go were uploaded before. Pure."""

from uuid import UUID

from hub.events import InteractionReceived, MessageRequested
from hub.media.store import Came, Goes


def came(event_id: UUID, said: InteractionReceived) -> list[Came]:
    """What a customer sent, in her order."""
    return [
        Came(interaction_id=event_id, position=place, account=said.account, url=one.url, said_type=one.content_type)
        for place, one in enumerate(said.media)
    ]


def goes(event_id: UUID, said: MessageRequested) -> list[Goes]:
    """What goes to a customer, in the order of the writer."""
    return [
        Goes(interaction_id=event_id, position=place, account=said.account, file_id=id_)
        for place, id_ in enumerate(said.files)
    ]
