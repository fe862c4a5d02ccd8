"""`matneo work`: the worker. Sends queued messages, counts a month when it is over, queues the weekly digest, sweeps leavings."""

import signal
import time

from django.conf import settings
from django.core.management.base import BaseCommand

from matneo.emails import post, week
from matneo.monitoring import actions as monitoring
from matneo.submissions import actions as submissions


class Command(BaseCommand):
    help = "Runs until it is stopped; --once does one round. Every step may be repeated without harm."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="one round, then stop")
        parser.add_argument("--every", type=float, default=30.0, help="seconds between rounds")

    def handle(self, *, once, every, **options):
        self.going = True
        signal.signal(signal.SIGTERM, self._stop)
        submissions.sweep()
        while self.going:
            self._round()
            if once:
                return
            until = time.monotonic() + every
            while self.going and time.monotonic() < until:
                time.sleep(0.2)

    def _round(self) -> None:
        monitoring.follow_the_calendar()
        if settings.CLOCK.today().weekday() == 0:
            week.weekly(by=None)
        post.send_queued()

    def _stop(self, *_):
        self.going = False
