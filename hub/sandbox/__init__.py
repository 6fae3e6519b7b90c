"""A provider one can run at home: Twilio's messages API, faults to switch on, and a phone in a browser page."""

from hub.sandbox.app import RunningSandbox, build_app, running_sandbox, serve
from hub.sandbox.faults import Fault
from hub.sandbox.model import Account, Pace, sample_account
from hub.sandbox.state import Sandbox

__all__ = [
    "Account",
    "Fault",
    "Pace",
    "RunningSandbox",
    "Sandbox",
    "build_app",
    "running_sandbox",
    "sample_account",
    "serve",
]
