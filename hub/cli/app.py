"""The command ``hub``: its table of commands, and what a person is told when one fails."""

import sys
import traceback
from collections.abc import Callable

import click
import structlog

from hub import logs
from hub.checks.places import plainly
from hub.cli.lazy import Entry, LazyGroup
from hub.errors import HubError, Refused, SettingsInvalid, StoreAway

_TRY, _RUN, _SET_UP, _LOOK = "Try it", "Run it", "Set it up", "Look after it"

COMMANDS = {
    "demo": Entry("hub.cli.demo:demo", "Everything at once with sample people and a phone to text from.", _TRY),
    "sandbox": Entry("hub.cli.sandbox:sandbox", "The pretended SMS provider and its phone, alone.", _TRY),
    "up": Entry("hub.cli.serving:up", "Web and all workers in one process.", _RUN),
    "serve": Entry("hub.cli.serving:serve", "Web alone: webhooks, API and live connections.", _RUN),
    "work": Entry("hub.cli.working:work", "Workers alone: all, or those you name.", _RUN),
    "migrate": Entry("hub.cli.migrating:migrate", "Bring the database's tables to this version.", _SET_UP),
    "token": Entry("hub.cli.tokens:token", "Make, list and end access tokens.", _SET_UP),
    "agents": Entry("hub.cli.agents:agents", "Add and list agents; watch and answer as one.", _SET_UP),
    "accounts": Entry("hub.cli.accounts:accounts", "Numbers and providers: add, list, check, switch.", _SET_UP),
    "customers": Entry("hub.cli.customers:customers", "Take customers in from a file, or write them to one.", _SET_UP),
    "openapi": Entry("hub.cli.describing:openapi", "Print the HTTP API as OpenAPI 3.1.", _LOOK),
    "asyncapi": Entry("hub.cli.describing:asyncapi", "Print events and the live connection as AsyncAPI 3.", _LOOK),
    "doctor": Entry("hub.cli.doctor:doctor", "Check every connection and setting; say how to mend each.", _LOOK),
    "restored": Entry("hub.cli.restored:restored", "Say that the database was restored from a backup.", _LOOK),
    "dead": Entry("hub.cli.dead:dead", "Events that could not be handled: list, show, retry, drop.", _LOOK),
    "files": Entry("hub.cli.files:files", "Customers' files that were not fetched: list, fetch again.", _LOOK),
}

_WHERE = "Settings come from config/ (or HUB_CONFIG_DIR), then HUB_… in the environment, then flags."
_SETTINGS = """\
Settings come from config/hub.toml, then the environment (HUB_…), then flags; the last one wins. An empty
HUB_DATABASE_URL, HUB_AMQP_URL or HUB_REDIS_URL means: the embedded one, with its data in HUB_DATA_DIR (./var).

Exit codes: 0 done, 1 failed, 2 wrong usage."""


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    epilog=_SETTINGS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="peyvand", prog_name="hub", message="%(prog)s (Peyvand) %(version)s")
@click.option("--debug", is_flag=True, help="Show every log line, and where in the code an error arose.")
def hub(*, debug: bool) -> None:
    """Peyvand: every contact with a customer, on one desk, in real time.

    New here? `hub demo` needs nothing else and prints what to look at.
    """
    del debug  # read from the context by whoever needs it


def main() -> None:
    """The command line. Never shows a traceback unless ``--debug`` asks for it."""
    sys.exit(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """Run one command line; its exit code: 0 done, 1 failed, 2 wrong usage."""
    try:
        code = hub.main(args=args, prog_name="hub", standalone_mode=False)
    except click.ClickException as error:
        return _shown(error)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _shown(click.ClickException("stopped."))
    except BrokenPipeError:
        return _nobody_reads()
    except Exception as error:  # noqa: BLE001 - the last place: everything becomes a sentence here
        return _told(error, debug="--debug" in args)
    return code if isinstance(code, int) else 0


def _shown(error: click.ClickException) -> int:
    """Wrong usage as click shows it, with how it is used; anything else as our own errors."""
    if isinstance(error, click.UsageError):
        error.show()
    else:
        click.echo(f"hub: {error.format_message()}", err=True)
    return error.exit_code


def _told(error: Exception, *, debug: bool) -> int:
    """Say what went wrong in plain words; the exit code."""
    if debug:
        click.echo(logs.hidden("".join(traceback.format_exception(error))), err=True)
    say, code = _WORDS.get(type(error), (_unexpected, 1))
    if say is _unexpected and isinstance(error, HubError):
        say = _refused if isinstance(error, Refused) else _plain
    if say is _unexpected:
        _note(error)
    click.echo(f"hub: {say(error)}", err=True)
    return code


def _note(error: Exception) -> None:
    if not structlog.is_configured():  # it failed before anything ran
        logs.configure()
    # Critical, as it has ended the command: it is shown also by a command that keeps its services' complaints quiet.
    structlog.get_logger(__name__).critical("command_failed", error=logs.shown(error), trace=logs.trace(error))


def _plain(error: Exception) -> str:
    return str(error)


def _refused(error: Exception) -> str:
    mend = error.mend if isinstance(error, Refused) and error.mend else ""
    return f"{error}{'; ' + mend if mend else ''}"


def _settings(error: Exception) -> str:
    problems = str(error).splitlines()
    head = "a setting is wrong:" if len(problems) == 1 else f"{len(problems)} settings are wrong:"
    where = error.where if isinstance(error, SettingsInvalid) and error.where else _WHERE
    return "\n".join([head, *(f"  {problem}" for problem in problems), where])


def _away(error: Exception) -> str:
    mend = "Start it, or mend HUB_DATABASE_URL; empty means the embedded one. `hub doctor` looks at all of it."
    return f"{plainly(error)}. {mend}"


def _unexpected(error: Exception) -> str:
    """Of a foreign error only the kind: its text may hold a secret, or what a customer wrote."""
    return (
        f"something went wrong that should not ({type(error).__name__}). The log line `command_failed` says where. "
        "`hub --debug …` shows all of it: that may hold what a customer wrote, so look before you pass it on."
    )


_WORDS: dict[type[Exception], tuple[Callable[[Exception], str], int]] = {
    SettingsInvalid: (_settings, 2),
    StoreAway: (_away, 1),
}


def _nobody_reads() -> int:
    """Whoever read our output has gone (``hub dead list | head``): that is no error of ours."""
    sys.stderr.close()
    return 0
