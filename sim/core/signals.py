"""Signals that ask a process to end, besides Ctrl-C."""

from __future__ import annotations

import signal

ENDINGS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
