"""The only place that constructs anything: settings in, working parts out.

Nothing here is imported by what it builds. ``build`` opens no connection except to start the embedded database; the
parts connect when they are first used, so that a web process can take in while the broker is away.
"""

from hub.bootstrap.adapters import Accounts, adapter_of, callbacks_of
from hub.bootstrap.building import build, handler_of
from hub.bootstrap.keeping import DEFAULT_TWILIO
from hub.bootstrap.parts import Parts

__all__ = ["DEFAULT_TWILIO", "Accounts", "Parts", "adapter_of", "build", "callbacks_of", "handler_of"]
