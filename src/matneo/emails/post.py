"""Sending what is queued: each message is claimed, sent, and marked; one that cannot go waits or is given up."""

import smtplib

from django.core.mail import EmailMessage

from matneo.notifications import actions


def send_queued() -> int:
    """Send every queued message; answers how many went."""
    sent = 0
    while (notification := actions.claim()) is not None:
        message = EmailMessage(
            subject=notification.subject,
            body=notification.text,
            to=[notification.recipient.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as problem:
            actions.finish(notification=notification, error=str(problem), permanent=True)
            continue
        except (OSError, smtplib.SMTPException) as problem:
            actions.finish(notification=notification, error=str(problem))
            return sent  # the post office is closed: everything else waits too
        actions.finish(notification=notification)
        sent += 1
    return sent
