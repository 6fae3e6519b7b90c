"""``hub customers``: taking customers in from a file, and writing them to one."""

import click

from hub.cli.lazy import Entry, LazyGroup

COMMANDS = {
    "import": Entry("hub.cli.customers.importing:import_", "Take customers in from a CSV or JSON lines file."),
    "export": Entry("hub.cli.customers.exporting:export", "Write all customers to a CSV or JSON lines file."),
}


@click.group(cls=LazyGroup, entries=COMMANDS)
def customers() -> None:
    """Take customers in from a file, or write them to one.

    Both know the same columns: name, language, owner (an agent's name), contact_points, and id. Several contact points
    stand in one CSV cell with a space between; in JSON lines they are a list.
    """
