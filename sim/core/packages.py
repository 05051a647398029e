"""Installed packages: our own distribution, and versions."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

DISTRIBUTION = "moat-sim"  # `moat` on PyPI is another project; command and import names stay


def version_of(package: str) -> str:
    """The installed version of a package; "moat" is this one, wherever it comes from."""
    try:
        return version(DISTRIBUTION if package == "moat" else package)
    except PackageNotFoundError:
        return "unknown"
