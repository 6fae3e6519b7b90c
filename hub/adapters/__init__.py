"""The adapters: one folder a provider, one line here.

A line names a factory as ``package.module:factory``, so that a process imports only the providers it has accounts of.
"""

import importlib
from types import ModuleType
from typing import cast

from hub.channel import AccountForm, AdapterFactory
from hub.errors import SettingsInvalid

ADAPTERS: dict[str, str] = {
    "sms_http": "hub.adapters.sms_http:create",
    "sms_twilio": "hub.adapters.sms_twilio:create",
}
"""``name -> package.module:factory``."""


def form_of(name: str) -> AccountForm | None:
    """What an account of it is made of, if its author has said so. Raises ``SettingsInvalid`` as ``load`` does."""
    form = getattr(_module(name), "FORM", None)
    return form if isinstance(form, AccountForm) else None


def load(name: str) -> AdapterFactory:
    """The factory of an adapter of the table, or of a third party's, named ``package.module:factory``.

    Raises ``SettingsInvalid`` with what is wrong with the name.
    """
    module_name, _, attribute = ADAPTERS.get(name, name).partition(":")
    factory = getattr(_module(name), attribute, None)
    if not callable(factory):
        raise SettingsInvalid([f"the adapter {name!r}: {module_name} has no function {attribute}"])
    return cast("AdapterFactory", factory)


def _module(name: str) -> ModuleType:
    module_name, _, attribute = ADAPTERS.get(name, name).partition(":")
    if not module_name or not attribute:
        known = ", ".join(sorted(ADAPTERS))
        raise SettingsInvalid(
            [f"there is no adapter {name!r}: give one of {known}, or your own as package.module:factory"]
        )
    try:
        return importlib.import_module(module_name)
    except ImportError as error:
        raise SettingsInvalid([f"the adapter {name!r} cannot be imported: {error}"]) from error
    except Exception as error:  # it may be anybody's code
        what = f"the adapter {name!r} cannot be imported: {type(error).__name__}: {error}"
        raise SettingsInvalid([what]) from error
