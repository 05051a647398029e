"""Instruments of policy in a few words, as a group of acts: `US chip rules`, `China's mandates`."""

from __future__ import annotations

GROUPS = {
    "chip_rule": "chip rules",
    "entity_listing": "entity listings",
    "foundry_rule": "foundry rules",
    "tool_control": "tool controls",
    "allied_alignment": "allied rules",
    "hbm_control": "memory controls",
    "remote_access": "rental controls",
    "enforcement": "enforcement",
    "investment_ban": "investment bans",
    "fab_subsidy": "fab subsidies",
    "chip_fund": "chip funds",
    "import_guidance": "import limits",
    "domestic_mandate": "mandates",
    "compute_voucher": "vouchers",
    "crackdown": "crackdowns",
    "model_registration": "registration",
    "open_weights_ban": "weights bans",
    "minerals_retaliation": "minerals",
    "service_ban": "service bans",
    "visa_restriction": "visa rules",
    "talent_program": "talent programs",
    "power_program": "power programs",
    "power_subsidy": "power subsidies",
    "adoption_program": "AI in use",
}
"""All acts of an instrument, by its name in scenarios."""
OWNERS = {"US": "US"}  # blocs that stand before an instrument as they are; others own it


def group(name: str) -> str:
    """A group of acts in words, from its name `US chip_rule`; empty where it is no such name."""
    owner, _, instrument = name.rpartition(" ")
    if not owner or instrument not in GROUPS:
        return ""
    return f"{OWNERS.get(owner, f"{owner}'s")} {GROUPS[instrument]}"
