"""``hub accounts``: by which numbers the organisation can be reached, and through which providers."""

import click

from hub.cli.lazy import Entry, LazyGroup

COMMANDS = {
    "add": Entry("hub.cli.accounts.adding:add", "Make an account of an adapter, from a file of settings."),
    "list": Entry("hub.cli.accounts.keeping:list_", "Accounts with their numbers, team and state."),
    "check": Entry("hub.cli.accounts.keeping:check", "Try an account's credentials at its provider."),
    "off": Entry("hub.cli.accounts.keeping:off", "Nothing is sent or received by it from now on."),
    "on": Entry("hub.cli.accounts.keeping:on", "Switch it on again."),
}


@click.group(cls=LazyGroup, entries=COMMANDS)
def accounts() -> None:
    """Add, list, check and switch accounts: one configured instance of an adapter each.

    Running processes follow within seconds. The account of the HUB_TWILIO_… settings is kept by those.
    """
