"""``hub agents``: who answers."""

import click

from hub.cli.lazy import Entry, LazyGroup

COMMANDS = {
    "add": Entry("hub.cli.agents.people:add", "Make an agent, with her teams."),
    "password": Entry("hub.cli.agents.people:password", "Give an agent a password for the desk."),
    "list": Entry("hub.cli.agents.people:list_", "Agents with teams, presence and what they hold."),
    "watch": Entry("hub.cli.agents.watch:watch", "Be an agent on this terminal: see what arrives, and answer."),
}


@click.group(cls=LazyGroup, entries=COMMANDS)
def agents() -> None:
    """Add and list agents; watch and answer as one."""
