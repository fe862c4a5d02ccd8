"""The demonstration's post: messages are kept as files, and nothing leaves the machine."""

import secrets

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, messages) -> int:
        settings.DATA_DIR.outbox.mkdir(parents=True, exist_ok=True)
        for message in messages:
            name = f"{settings.CLOCK.now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.eml"
            (settings.DATA_DIR.outbox / name).write_bytes(message.message().as_bytes())
        return len(messages)
