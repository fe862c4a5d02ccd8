"""The page behind a poster's code, and the posters of a project."""

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime
from tests.web.test_month_grid import World

from matneo.improvement.actions import counting, filling, projects
from matneo.improvement.models import ProjectMeasure, Tap, TapCounter
from matneo.submissions.models import Value
from matneo.utils.clock import Clock

DAYS = {"first": date(2025, 7, 1), "last": date(2025, 9, 30)}


@pytest.fixture
def world(universe, settings):
    settings.CLOCK = Clock(date(2025, 7, 15))
    world = World(universe)
    world.counters = f"/projects/{world.project.pk}/counters/"
    return world


@pytest.fixture
def code(world):
    row = ProjectMeasure.objects.get(pk=world.row("SFP-M07"))
    counter, token = counting.make_counter(
        row=row, yes="Reached <b>", no="Not reached", by=world.people["lead"], **DAYS
    )
    world.counter = counter
    return reverse("tap", args=[token])


class TestTheCode:
    def test_anybody_sees_two_buttons(self, code):
        answer = Client().get(code)
        text = answer.content.decode()

        assert answer.status_code == 200
        assert "Reached &lt;b&gt;" in text
        assert "0 of 0 in July" in text
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        assert "St Mary" not in text

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_looking_counts_nothing(self, code, method):
        getattr(Client(), method)(code, {"tap": "yes", "do": "undo"})

        assert not Tap.objects.exists()

    def test_tapping_counts(self, code):
        client = Client(enforce_csrf_checks=True)
        for said in ("yes", "yes", "no"):
            assert client.post(code, {"tap": said}).status_code == 302

        assert "2 of 3 in July" in client.get(code).content.decode()

    def test_a_form_sent_twice_is_one_tap(self, code):
        for _ in range(2):
            Client().post(code, {"tap": "yes", "key": "same"})

        assert Tap.objects.count() == 1

    def test_the_last_tap_is_taken_back_by_the_browser_that_made_it(self, code):
        one, other = Client(), Client()
        one.post(code, {"tap": "yes"})
        other.post(code, {"do": "undo"})
        before = Tap.objects.counting().count()
        assert "Take my last tap back" not in other.get(code).content.decode()
        assert "Take my last tap back" in one.get(code).content.decode()
        one.post(code, {"do": "undo"})

        assert (before, Tap.objects.counting().count()) == (1, 0)

    def test_a_cookie_that_was_written_by_hand_takes_nothing_back(self, code):
        Client().post(code, {"tap": "yes"})
        client = Client()
        client.cookies["matneo_tap"] = f"{TapCounter.objects.get().pk}:{Tap.objects.get().pk}"
        client.post(code, {"do": "undo"})

        assert Tap.objects.counting().count() == 1

    def test_odd_keys_harm_nothing(self, code):
        for key in ("\x01", "x" * 500, "<b>"):
            assert Client().post(code, {"tap": "yes", "key": key}).status_code == 302

    @pytest.mark.parametrize("sent", [{}, {"tap": "maybe"}, {"tap": "<script>"}])
    def test_what_is_neither_is_asked_again(self, code, sent):
        assert Client().post(code, sent).status_code == 422
        assert not Tap.objects.exists()

    def test_when_it_has_ended_it_says_so_calmly(self, world, code):
        counting.revoke_counter(counter=world.counter, by=world.people["lead"])

        for answer in (Client().get(code), Client().post(code, {"tap": "yes"})):
            assert answer.status_code == 410
            assert "what was counted is safe" in answer.content.decode()

    @pytest.mark.parametrize("token", ["x", "%01", "ä", "a" * 300])
    def test_a_code_that_is_none(self, world, token):
        answer = Client().get(f"/tap/{token}/")

        assert answer.status_code == 404
        assert "not known" in answer.content.decode()

    def test_looking_for_codes_is_slowed_down(self, world):
        cache.clear()
        codes = [Client().get(f"/tap/guess-{n}/").status_code for n in range(61)]

        assert codes[:60] == [404] * 60
        assert codes[60] == 429

    def test_so_is_one_address_that_taps_without_end(self, code):
        cache.clear()
        codes = [Client().post(code, {"tap": "yes"}).status_code for _ in range(62)]

        assert codes.count(302) == 60
        assert codes[-1] == 429


class TestPosters:
    def make(self, world, key="lead", **changes):
        sent = {
            "what": "make", "measure": world.row("SFP-M07"), "yes": "Reached", "no": "Not reached",
            "first": "2025-07-01", "last": "2025-09-30",
        }  # fmt: skip
        return world.client(key).post(world.counters, {**sent, **changes})

    def test_a_poster_is_shown_once(self, world):
        answer = self.make(world)
        text = answer.content.decode()

        assert answer.status_code == 200
        assert "/tap/" in text
        assert 'role="img"' in text
        assert "style=" not in text
        assert "/tap/" not in world.client().get(world.counters).content.decode()

    def test_what_is_missing_is_said_and_the_form_is_kept(self, world):
        answer = self.make(world, yes=" ", no="Nobody was reached")

        assert answer.status_code == 422
        assert "the button for yes" in answer.content.decode()
        assert 'value="Nobody was reached"' in answer.content.decode()

    @pytest.mark.parametrize(
        "changes",
        [{"first": "soon"}, {"last": ""}, {"measure": "0"}, {"measure": "x"}, {"yes": "NHS 943 476 5919"}],
    )
    def test_nothing_odd_is_kept(self, world, changes):
        assert self.make(world, **changes).status_code == 422
        assert not TapCounter.objects.exists()

    def test_what_was_tapped_is_taken_into_the_month(self, world, code):
        for said in ("yes", "no", "yes"):
            Client().post(code, {"tap": said})
        client = world.client()
        text = client.get(world.counters).content.decode()
        sent = {"what": "take", "counter": world.counter.pk, "month": "2025-07", "seen": ""}
        answer = client.post(world.counters, sent, follow=True)

        assert "Take 2 of 3 into July 2025" in text
        assert "2 of 3 stand in the month now." in answer.content.decode()
        assert Value.objects.get().numerator == 2

    def test_ending_it(self, world, code):
        world.client().post(world.counters, {"what": "revoke", "counter": world.counter.pk})

        assert Client().get(code).status_code == 410

    def test_somebody_elses_counter_is_not_there(self, world, code):
        other = projects.start(
            organisation=world.universe.organisation("T2"),
            area="SFP",
            aim=projects.Aim("Other", "Other", date(2026, 3, 31)),
            by=world.people["outsider"],
        )
        sent = {"what": "revoke", "counter": world.counter.pk}
        answer = world.client("outsider").post(f"/projects/{other.pk}/counters/", sent)

        assert answer.status_code == 404
        assert world.client("outsider").get(world.counters).status_code == 404
        assert world.client("sponsor").get(world.counters).status_code == 403

    def test_few_questions_to_the_database(self, world, code, django_assert_max_num_queries):
        Client().post(code, {"tap": "yes"})
        client = world.client()
        with django_assert_max_num_queries(25):
            client.get(world.counters)


class TestWithoutAConnection:
    """What the page's own program sends: each tap with its key, some of them late."""

    JSON = {"HTTP_ACCEPT": "application/json"}

    def tap(self, code, key="k1", **more):
        return Client().post(code, {"tap": "yes", "key": key} | more, **self.JSON)

    def test_the_program_is_told_the_count(self, code):
        assert self.tap(code).json() == {"count": "1 of 1 in July"}

    def test_a_tap_that_comes_twice_is_one(self, code):
        for _ in range(3):
            self.tap(code)

        assert Tap.objects.count() == 1

    @pytest.mark.parametrize(
        ("ago", "day"),
        [
            ("7200", 15),
            ("172800", 13),
            ("9999999", 8),
            ("-5", 15),
            ("x", 15),
            ("99999999999", 15),
            ("1e3", 15),
        ],
    )
    def test_it_counts_on_the_day_it_was_made_and_never_too_long_ago(self, code, ago, day):
        self.tap(code, ago=ago)

        assert localtime(Tap.objects.get().at).day == day

    def test_a_tap_from_the_last_day_still_counts_when_it_comes_late(self, world, code, settings):
        settings.CLOCK = Clock(date(2025, 10, 2))

        late = self.tap(code, ago=str(3 * 86400))
        today = self.tap(code, key="k2")

        assert (late.status_code, today.status_code) == (200, 410)
        assert "ended on 30 September" in today.json()["why"]
        assert Tap.objects.count() == 1

    def test_one_is_taken_back_by_its_key(self, code):
        self.tap(code)
        self.tap(code, key="k2")
        answer = Client().post(code, {"do": "undo", "key": "k1"}, **self.JSON)

        assert answer.json() == {"count": "1 of 1 in July"}
        assert Tap.objects.get(key="k1").undone
        assert not Tap.objects.get(key="k2").undone

    def test_a_tap_that_was_taken_back_hours_ago_without_a_connection_does_not_count(self, code):
        """The browser never knows whether a tap that it tried to send arrived: it sends both, the tap and the taking back."""
        self.tap(code, ago="7200")
        answer = Client().post(code, {"do": "undo", "key": "k1", "ago": "7000"}, **self.JSON)

        assert answer.json() == {"count": "0 of 0 in July"}

    def test_nobody_takes_back_later_than_within_minutes(self, code):
        self.tap(code, ago="7200")
        Client().post(code, {"do": "undo", "key": "k1", "ago": "6000"}, **self.JSON)

        assert Tap.objects.counting().count() == 1

    @pytest.mark.parametrize("key", ["nobody", "\u0001", "x" * 500])
    def test_a_key_that_nobody_had_takes_nothing_back(self, code, key):
        self.tap(code)
        Client().post(code, {"do": "undo", "key": key}, **self.JSON)

        assert Tap.objects.counting().count() == 1

    def test_the_shelf_is_not_named_by_the_code(self, world, code):
        text = Client().get(code).content.decode()

        assert f'data-counter="{world.counter.pk}"' in text
        assert "js/taps.js" in text

    def test_by_week_it_says_this_week(self, world, code):
        filling.count_by(
            row=ProjectMeasure.objects.get(pk=world.row("SFP-M07")), rhythm="week", by=world.people["lead"]
        )

        assert self.tap(code).json() == {"count": "1 of 1 this week"}

    def test_by_week_it_is_taken_into_the_week(self, world, code):
        filling.count_by(
            row=ProjectMeasure.objects.get(pk=world.row("SFP-M07")), rhythm="week", by=world.people["lead"]
        )
        self.tap(code)
        client = world.client()
        text = client.get(world.counters).content.decode()
        sent = {"what": "take", "counter": world.counter.pk, "month": "2025-07-14", "seen": ""}
        answer = client.post(world.counters, sent)

        assert "Week of 14 July 2025" in text
        assert 'value="2025-07-14"' in text
        assert answer.status_code == 302
        assert (Value.objects.get().period_kind, Value.objects.get().period) == ("week", date(2025, 7, 14))
