"""What is wrong with a value that the validator refused, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.validation_errors import SAY, shown

TABLE = ("dict_type", "model_type", "model_attributes_type")
Finding = Mapping[str, Any]  # one error of the validator


def in_words(finding: Finding) -> tuple[str, str]:
    """What was wrong with a value, and what to do (empty where that is plain)."""
    value, limits = finding["input"], finding.get("ctx", {})
    match finding["type"]:
        case "missing":
            return "is missing", ""
        case kind if kind in TABLE:
            return f"must be a table, found {shown(value)}", ""
        case "greater_than_equal":
            return f"must be at least {limits['ge']}, found {shown(value)}", ""
        case "less_than_equal":
            return f"must be at most {limits['le']:,}, found {shown(value)}", ""
        case "less_than":
            return f"must be below {limits['lt']}, found {shown(value)}", ""
        case "literal_error":
            return f"must be {limits['expected']}, found {shown(value)}", ""
        case "too_short":
            return "is empty" if not value else "is too short", f"at least {limits['min_length']}"
        case kind if kind in SAY:
            wanted, hint = SAY[kind]
            is_unquoted = hint == "without quotes" and not isinstance(value, str)
            return f"{wanted}, found {shown(value)}", "" if is_unquoted else hint
    text = finding["msg"].removeprefix("Value error, ").partition("\n")[0]
    return text[:1].lower() + text[1:], ""
