"""The page `docs/settings.md`, rendered from the settings themselves."""

from __future__ import annotations

from gateway.mail_settings import MailSettings
from gateway.settings import PREFIX, Settings

_HEAD = """\
# Settings

The gateway is set up by environment variables alone. It refuses to start with a `GATEWAY_`
variable that is not in this table, and says which one was probably meant.

This page is generated from `gateway/settings.py` and `gateway/mail_settings.py`; a test holds
them together.

| variable | default | meaning |
|---|---|---|
"""


def settings_page() -> str:
    """Return the whole page as Markdown."""
    rows = []
    # What is inherited comes first in the model, and is read last.
    names = sorted(Settings.model_fields, key=lambda name: name in MailSettings.model_fields)
    for name in names:
        field = Settings.model_fields[name]
        default = field.default
        if isinstance(default, bool):
            shown = f"`{str(default).lower()}`"
        elif isinstance(default, tuple):
            shown = f"`{','.join(default)}`" if default else ""
        else:
            shown = "" if default is None else f"`{default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |\n")
    return _HEAD + "".join(rows)
