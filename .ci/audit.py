"""Known vulnerabilities among the installed dependencies, by pip-audit; run from the checkout.

Fails for a vulnerability that is not accepted below with a reason. Where no advisory service can
be reached, one line says so: a network that is down is no fault of the code.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from typing import Any

ACCEPTED: dict[str, str] = {}  # by advisory: why it does no harm here
SERVICES = ("pypi", "osv")
PATIENCE = 180  # seconds for one service


def main() -> int:
    """Ask the services in turn; the exit status."""
    why = ""
    for service in SERVICES:
        answer = ask(service)
        audited = [one for one in answer if "skip_reason" not in one]
        if audited:
            return judged(audited, len(answer), service)
        why = why or (answer[0]["skip_reason"] if answer else "")
    print(f"audit: no advisory service could be reached ({why[:120] or 'no answer'})")
    return 0


def ask(service: str) -> list[dict[str, Any]]:
    """What a service says of each installed package; empty without an answer."""
    command = ["uvx", "--quiet", "pip-audit", "--format", "json", "--progress-spinner", "off"]
    command += ["--skip-editable", "--path", sysconfig.get_path("purelib")]
    command += ["--vulnerability-service", service, "--timeout", "15"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        return json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        return []


def judged(audited: list[dict[str, Any]], packages: int, service: str) -> int:
    """Print what was found; 1 where a vulnerability is not accepted."""
    found = [(one, known) for one in audited for known in one["vulns"]]
    left = [(one, known) for one, known in found if not names(known) & ACCEPTED.keys()]
    for one, known in left:
        mended = ", ".join(known["fix_versions"]) or "no release"
        print(f"audit: {one['name']} {one['version']}: {known['id']}, mended in {mended}")
    asked = f"{len(audited)} of {packages} packages audited ({service})"
    print(f"audit: {asked}: {len(left)} vulnerabilities, {len(found) - len(left)} accepted")
    return 1 if left else 0


def names(known: dict[str, Any]) -> set[str]:
    """The names of a vulnerability."""
    return {known["id"], *known.get("aliases", [])}


if __name__ == "__main__":
    sys.exit(main())
