"""Files that go with messages, and templates."""

from hub.errors import InputInvalid, NotFound
from hub.web import files, room, templates
from hub.web.opened import Said
from hub.web.route import DESK, Route
from hub.web.shapes.common import PageOf
from hub.web.shapes.files import TEMPLATE, UPLOADED

BYTES = Said("*/*", "…", {"type": "string", "format": "binary"})

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/files",
        files.upload,
        DESK,
        summary="Upload a file",
        more=(
            "The body is the file, of at most 16 MB. For a day it may go with messages of who uploaded it, by its id "
            "in `files`; one that has gone with a message is kept as long as that is. The same again under the same "
            "`Idempotency-Key` begins another day. A process takes 64 MB at once; beyond that it answers 503."
        ),
        query=(files.NAME,),
        takes="application/octet-stream",
        keyed=True,
        gives={201: UPLOADED},
        refuses=(
            InputInvalid("the file is empty", where="$", mend="send its bytes as the body of the request"),
            files.slow(),
            room.busy(),
        ),
    ),
    Route(
        "GET",
        "/interactions/{id}/media/{position}",
        files.of_interaction,
        DESK,
        summary="A file of a message",
        more=(
            "`position` is that of its line in `media`. It comes as an attachment, of the kind that its bytes are; "
            "what could run in a browser is `application/octet-stream`."
        ),
        gives={200: BYTES},
        refuses=(
            NotFound(
                "the file is not here: it has not been fetched from the provider yet",
                where="position",
                mend="look at the interaction's `media`",
            ),
        ),
    ),
    Route(
        "GET",
        "/templates",
        templates.listed,
        DESK,
        summary="List templates",
        more="Where a channel takes free text only for a time after she wrote, an approved one always passes.",
        query=(templates.ACCOUNT,),
        gives={200: PageOf(TEMPLATE)},
    ),
)
