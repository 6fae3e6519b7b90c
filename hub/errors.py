"""Every error Peyvand raises on purpose.

Each knows two things its handler needs: *does it pay to try again?* (``retryable``) and *what may a person be shown?*
(``str(error)`` is always safe to show: it never holds a secret or a message's text).

::

    HubError
    ├── SettingsInvalid      a setting is wrong; says which and how to mend it
    ├── DataFolderInUse      another hub process holds the data folder
    ├── BusInUse             another hub process works with this database's embedded broker or Redis
    ├── EmbeddedFailed       the embedded PostgreSQL could not be installed, started or kept running
    ├── DependencyAway       broker, database or Redis did not answer            (retryable)
    │   ├── BrokerAway       …also while it is blocked by an alarm
    │   │   └── BrokerRefuses  …it is there, and does not let us in
    │   ├── StoreAway
    │   └── LiveAway
    ├── SpoolFull            neither the broker nor the disk can take the event  (retryable)
    ├── TopologyWrong        a queue exists with other arguments than ours
    ├── SchemaWrong          the database's schema is not this program's
    ├── EventInvalid         bytes that are no event of ours
    │   └── EventUnknown     …of a type or version nobody here knows
    ├── Overtaken            what was read is no longer so; nothing was written (retryable)
    │   └── AlreadyThere     …a row that was not there
    ├── FencedOut            another writer has taken over; stop writing      (retryable)
    ├── WorkerBroken         nearly everything fails; stopping beats dead-lettering it all
    ├── WebhookRejected      a webhook is not from the provider
    ├── Refused              a person's request that cannot be done
    │   ├── InputInvalid     …malformed: names the place
    │   ├── NotSignedIn      …who is it?
    │   │   ├── WrongCredentials  the name or the password is wrong; never says which
    │   │   ├── CodeNeeded        …and the code of the authenticator
    │   │   └── WrongCode
    │   ├── NotAllowed       …not in this role
    │   ├── CrossSite        …from a page that is not ours
    │   ├── NotFound         …or not for this person's eyes
    │   ├── Conflict         …what it wants is no longer so; says what is
    │   ├── KeyReused        …the Idempotency-Key belongs to another request
    │   ├── OverLimit        …there are as many as there may be
    │   ├── TooSlow          …the body came too slowly
    │   ├── TooBusy          …too much of the same at once
    │   └── TooManyTries     …again later
    ├── FetchError           a file or page of a provider's was not fetched
    │   ├── FetchRefused     …we do not ask there: address, host, scheme or port is not permitted
    │   │   └── AddressRefused  …by what the name service says, which may be another answer soon (retryable)
    │   ├── Redirected       …it is elsewhere; ``location`` may be asked for in a fetch of its own
    │   ├── TooLarge         …it is larger than the caller takes
    │   ├── FetchDenied      …the provider's no, or an answer of no use
    │   └── FetchFailed      …no answer, too slow, or the provider is down       (retryable)
    └── SendError            a provider did not take a message
        ├── ConfigInvalid    our credentials or sender are wrong; pauses the account
        ├── MessageInvalid   this message will never be taken
        ├── OptedOut         the customer has asked not to be written to
        ├── Rejected         a final no for this number
        ├── Throttled        not processed; again after ``retry_after``          (retryable)
        ├── Unavailable      not processed, the provider is down                 (retryable)
        └── OutcomeUnknown   the request left, no answer came; never blindly retried
"""

from collections.abc import Sequence


class HubError(Exception):
    """Root of the tree. ``retryable`` says whether the same call may succeed later."""

    retryable = False


class SettingsInvalid(HubError):
    """One or more settings are wrong; ``problems`` holds one sentence for each.

    ``where`` says where they stand, if that is not where the hub's own settings do.
    """

    def __init__(self, problems: Sequence[str], *, where: str = "") -> None:
        self.problems, self.where = tuple(problems), where
        super().__init__("\n".join(self.problems))


class DataFolderInUse(HubError):
    """Another hub process holds the data folder; the text names it."""


class BusInUse(HubError):
    """Another hub process works with the embedded broker or Redis of this database; the text names it."""


class EmbeddedFailed(HubError):
    """The embedded PostgreSQL cannot run here; the text says why and what to do."""


class DependencyAway(HubError):
    """A service did not answer. What was asked may be repeated as it is."""

    retryable = True


class BrokerAway(DependencyAway):
    """The broker is away or blocked by a memory or disk alarm. The publish may still land: repeat it."""


class BrokerRefuses(BrokerAway):
    """The broker is there and does not let us in: waiting alone may not mend it."""


class StoreAway(DependencyAway):
    """PostgreSQL is away, starting, or shutting down."""


class LiveAway(DependencyAway):
    """Redis did not answer within its short time."""


class SpoolFull(HubError):
    """The broker is away and the spool cannot be written either."""

    retryable = True


class TopologyWrong(HubError):
    """A queue stands on the broker with other arguments than this version declares."""


class SchemaWrong(HubError):
    """The database has not been migrated, or by a newer version."""


class EventInvalid(HubError):
    """Bytes from the bus that do not decode as an event."""


class EventUnknown(EventInvalid):
    """An event whose type or version is not in the registry."""


class Overtaken(HubError):
    """A write on the condition that what was read is still so, and it is not; nothing was written."""

    retryable = True


class AlreadyThere(Overtaken):
    """A row that was to be new stands there already."""


class FencedOut(HubError):
    """Another process became the single writer while this one held its batch."""

    retryable = True


class WorkerBroken(HubError):
    """A worker failed on nearly everything it was given, so it stopped instead of dead-lettering it."""


class WebhookRejected(HubError):
    """The request does not prove that it comes from the provider."""


class Refused(HubError):
    """A request that cannot be done: HTTP ``status``, problem type ``kind``, and ``mend``: what to do."""

    status = 400
    kind = "refused"

    def __init__(self, detail: str, *, mend: str | None = None, where: str | None = None) -> None:
        self.detail, self.mend, self.where = detail, mend, where
        super().__init__(detail)


class InputInvalid(Refused):
    """Malformed input; ``where`` is the place, e.g. ``$.text``."""

    status, kind = 422, "input-invalid"


class NotSignedIn(Refused):
    """No bearer token and no cookie of the desk, or not valid any more, or another agent's than the page is for."""

    status, kind = 401, "not-signed-in"


class WrongCredentials(NotSignedIn):
    """Name and password do not belong together; which of them is wrong is not said."""

    kind = "wrong-credentials"


class CodeNeeded(NotSignedIn):
    """Name and password are right, and a code of the second factor belongs with them."""

    kind = "code-needed"


class WrongCode(NotSignedIn):
    """The code is not the one that is shown now, or was used already."""

    kind = "wrong-code"


class NotAllowed(Refused):
    """The caller's role does not allow this."""

    status, kind = 403, "not-allowed"


class CrossSite(Refused):
    """Sent with the desk's cookie, but by a page of somebody else's."""

    status, kind = 403, "cross-site"


class NotFound(Refused):
    """Nothing bears that id, or the caller may not know of it."""

    status, kind = 404, "not-found"


class Conflict(Refused):
    """The state does not allow it any more, e.g. "Mina accepted it first"."""

    status, kind = 409, "conflict"


class OverLimit(Refused):
    """More than is taken at once."""

    status, kind = 413, "too-large"


class TooSlow(Refused):
    """The request did not come whole in its time."""

    status, kind = 408, "too-slow"


class TooBusy(Refused):
    """Too much of this is under way in the process that was asked; again soon, or another process."""

    status, kind = 503, "busy"


class TooManyTries(Refused):
    """Wrong too often; again after ``retry_after`` seconds."""

    status, kind = 429, "too-many-tries"

    def __init__(self, detail: str, *, retry_after: float, mend: str | None = None, where: str | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(detail, mend=mend, where=where)


class KeyReused(Refused):
    """The same Idempotency-Key with another body."""

    status, kind = 422, "idempotency-key-reused"


class FetchError(HubError):
    """Something of a provider's was not fetched. The text names the host at most: never path, query or headers."""


class FetchRefused(FetchError):
    """The safe client does not ask there: what the URL itself says is not permitted, now or later."""


class AddressRefused(FetchRefused):
    """An address that the name service gives for the host is not permitted; nothing was asked."""

    retryable = True


class Redirected(FetchError):
    """The answer is elsewhere. ``location`` is absolute, unchecked, and may hold a secret: fetch it or forget it."""

    def __init__(self, reason: str, *, location: str) -> None:
        self.location = location
        super().__init__(reason)


class TooLarge(FetchError):
    """The body is, or says it is, larger than the caller takes."""


class FetchDenied(FetchError):
    """The host answered with a no (``status``, e.g. 404), or with something of no use: the same call is as useless.

    Whether it may be another answer in a while, as after a wrong token, is for the caller to know.
    """

    def __init__(self, reason: str, *, status: int) -> None:
        self.status = status
        super().__init__(reason)


class FetchFailed(FetchError):
    """No whole answer came, or one that says to come back (``status`` 408, 425, 429, 5xx; else None)."""

    retryable = True

    def __init__(self, reason: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        self.status, self.retry_after = status, retry_after
        super().__init__(reason)


class SendError(HubError):
    """A provider did not take a message. ``code`` is the provider's own, ``reason`` may be shown to agents."""

    def __init__(self, reason: str, *, code: str | None = None, retry_after: float | None = None) -> None:
        self.reason, self.code, self.retry_after = reason, code, retry_after
        super().__init__(reason)


class ConfigInvalid(SendError):
    """The credentials or the only sender are refused: every message of this account would fail."""


class MessageInvalid(SendError):
    """This message breaks a rule of the provider and never passes as it is."""


class OptedOut(SendError):
    """The provider blocks this number because its holder asked to stop."""


class Rejected(SendError):
    """A final no for this number, hers or one of several of ours, or this route."""


class Throttled(SendError):
    """Not processed; safe to send again after ``retry_after`` seconds."""

    retryable = True


class Unavailable(SendError):
    """Not processed: the provider could not be reached at all."""

    retryable = True


class OutcomeUnknown(SendError):
    """The request left and no answer came. Only a look at the provider's list tells what became of it."""
