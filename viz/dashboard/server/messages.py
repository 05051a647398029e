"""What a browser may say over the websocket: messages of Jupyter's protocol, and no others."""

from __future__ import annotations

import json
import struct
from typing import Any

from starlette.types import Message, Receive

COMMS = ("comm_open", "comm_msg", "comm_close")  # about a widget, or about the page as a whole
MOST_PARTS = 16  # of a message with attachments; the page sends none
KINDS = ("kernel_info_request", "comm_info_request", "shutdown_request", *COMMS)


def sensible(receive: Receive) -> Receive:
    """Hears what a browser says; one that says what no page says is treated as gone.

    Solara looks into messages without asking whether what it looks for is there.
    """

    async def receiving() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive" or is_message(_said(message)):
            return message
        return {"type": "websocket.disconnect", "code": 1007}

    return receiving


def is_message(said: Any) -> bool:
    """Whether this has all that Solara looks for in a message, in the types that it expects."""
    if not isinstance(said, dict):
        return False
    header, content = said.get("header"), said.get("content")
    if not (isinstance(header, dict) and isinstance(content, dict)):
        return False
    texts = [header.get("msg_id"), said.get("channel")]
    if header.get("msg_type") in COMMS:
        texts.append(content.get("comm_id"))
        if not isinstance(content.get("data"), dict):
            return False
    if header.get("msg_type") == "comm_open":
        texts.append(content.get("target_name"))
    return header.get("msg_type") in KINDS and all(isinstance(text, str) for text in texts)


def _said(message: Message) -> Any:
    """What a message holds; None where it cannot be read."""
    from solara.server.kernel import deserialize_binary_message

    try:
        if message.get("text") is not None:
            return json.loads(message["text"])
        parts = int.from_bytes(message["bytes"][:4])
        return deserialize_binary_message(message["bytes"]) if parts <= MOST_PARTS else None
    except (ValueError, RecursionError, LookupError, TypeError, struct.error):
        return None
