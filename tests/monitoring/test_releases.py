"""From rows to a release: the same inputs make no new one, outside sees only what it may, history stays."""

from datetime import date, timedelta

import pytest
from tests.universe import births, births_file

from matneo.measures import releases as files
from matneo.measures.intake.findings import Refused
from matneo.monitoring import actions, current, pictures, series, walls
from matneo.monitoring.models import PointsRelease, Signal
from matneo.submissions import actions as submissions
from matneo.submissions.models import SignOff
from matneo.utils.clock import Clock
from matneo.utils.viewer import ANONYMOUS


def test_the_same_inputs_make_no_new_release(released):
    _, first, _ = released

    again = actions.release(by=None, reason="nothing new")

    assert (again.is_new, again.release.pk) == (False, first.pk)


def test_a_new_submission_makes_a_new_release_and_the_old_one_stays(released, tmp_path):
    universe, first, folder = released
    more = births_file(
        tmp_path, [row for row in births(400, seed=9, months=1) if row["trust"] == "T2"], "more.parquet"
    )
    submission = submissions.receive(
        file=more, name="more.parquet", organisation=universe.organisation("ENG"), by=None
    )
    submissions.accept(submission=submission, by=None)

    second = actions.release(by=None, reason="a correction").release

    assert second.pk != first.pk
    assert [row.pk for row in PointsRelease.objects.filter(is_current=True)] == [second.pk]
    assert folder.exists()
    whole = files.points(second.pk and folder.parent / second.pk)
    submissions.withdraw(submission=submission, by=None, reason="was wrong")
    back = actions.release(by=None, reason="taken back").release
    restored = files.points(folder.parent / back.pk)
    order = ["measure", "subject", "period"]
    assert restored.sort(order).equals(files.points(folder).sort(order))
    assert not whole.sort(order).equals(restored.sort(order))


def test_a_month_that_ends_begins_to_count_by_itself(released, settings):
    assert actions.follow_the_calendar() is None

    settings.CLOCK = Clock(date(2025, 8, 1))
    made = actions.follow_the_calendar()
    assert made.is_new
    assert made.release.reason == "July 2025 is over"
    assert actions.follow_the_calendar() is None
    assert PointsRelease.objects.count() == 2


def test_before_the_first_release_no_calendar_is_followed(universe):
    assert actions.follow_the_calendar() is None
    assert not PointsRelease.objects.exists()


def test_inside_is_exact_and_outside_is_not(released):
    universe, _, _ = released
    inside = series.read("SFP-M01", "T1", universe.viewer("lead"))
    outside = series.read("SFP-M01", "T1", ANONYMOUS)

    assert (inside.audience, outside.audience) == ("inside", "outside")
    assert any(value % 5 for value in inside.columns["numerator"] if value is not None)
    assert all(value % 5 == 0 for value in outside.columns["numerator"] if value is not None)


def test_outside_sees_nothing_newer_than_the_sign_off(released):
    outside = series.read("SFP-M01", "T1", ANONYMOUS)
    last = max(
        p for p, v in zip(outside.columns["period"], outside.columns["value"], strict=True) if v is not None
    )

    assert last <= date(2025, 3, 1)


def test_a_trust_that_signed_nothing_is_not_shown_outside(released):
    universe, _, _ = released

    SignOff.objects.filter(organisation__code="T2").delete()
    actions.release(by=None, reason="T2 has signed nothing")

    assert series.read("SFP-M01", "T2", ANONYMOUS) is None
    assert series.read("SFP-M01", "T2", universe.viewer("outsider")) is not None


@pytest.mark.parametrize("person", ["sponsor", "family", "national", "outsider"])
def test_these_people_see_the_outside_view(released, person):
    universe, _, _ = released

    assert series.read("SFP-M01", "T1", universe.viewer(person)).audience == "outside"


def test_england_is_exact_for_everybody(released):
    england = series.read("SFP-M01", "ENG", ANONYMOUS)

    assert any(value % 5 for value in england.columns["numerator"] if value is not None)


def _last(found):
    """The last month that has a figure."""
    return max(
        p for p, v in zip(found.columns["period"], found.columns["numerator"], strict=True) if v is not None
    )


def test_places_above_trusts_are_made_of_what_was_signed_off(released):
    places = {code: series.read("SFP-M01", code, ANONYMOUS) for code in ("ENG", "C1", "C2", "R1")}

    # T1 has signed to March, T2 and T3 to June: no sum says more than those who belong to it have.
    assert {code: _last(found) for code, found in places.items()} == {
        "ENG": date(2025, 3, 1), "C1": date(2025, 3, 1), "C2": date(2025, 6, 1), "R1": date(2025, 3, 1),
    }  # fmt: skip


def test_a_sign_off_moves_the_sums_that_it_is_part_of(released):
    universe, _, _ = released
    submissions.sign_off(
        organisation=universe.organisation("T1"), through=date(2025, 6, 1), by=universe.people["analyst"]
    )
    actions.release(by=None, reason="T1 signed")

    assert _last(series.read("SFP-M01", "ENG", ANONYMOUS)) == date(2025, 6, 1)
    assert _last(series.read("SFP-M01", "C1", ANONYMOUS)) == date(2025, 6, 1)


def test_where_one_trust_s_rows_are_all_there_is_england_s_exact_counts_are_not_shown(released):
    SignOff.objects.filter(organisation__code__in=["T2", "T3"]).delete()
    actions.release(by=None, reason="T1 alone has signed")

    assert series.read("SFP-M01", "ENG", ANONYMOUS) is None


def test_a_month_without_figures_is_a_gap_and_says_why(released):
    england = series.read("SFP-M01", "ENG", ANONYMOUS)

    assert england.columns["period"][-1] == date(2025, 6, 1)  # the last one could be there
    assert england.columns["state"][-1] == "not_yet_sent"  # T1 has signed to March


def test_the_merger_is_said_on_the_chart(released):
    universe, _, _ = released

    assert "Old Vale joined" in [
        note.text for note in series.read("SFP-M01", "T1", universe.viewer("lead")).notes
    ]


def test_picture_table_and_sentence_agree(released):
    found = series.read("SFP-M01", "ENG", ANONYMOUS)
    chart = pictures.chart_of(found)

    assert chart.svg.count('class="pt"') == len([v for v in found.columns["value"] if v is not None])
    assert len(chart.table.rows) == len(found.columns["period"])
    assert chart.sentence.endswith(".")


def test_detecting_twice_adds_nothing(released):
    _, release, _ = released

    actions.detect_signals(release=release)
    before = Signal.objects.count()

    assert actions.detect_signals(release=release) == 0
    assert Signal.objects.count() == before


def test_a_rebase_needs_a_reason_and_changes_the_limits(released):
    universe, _, _ = released
    place, lead = universe.organisation("T1"), universe.people["lead"]
    with pytest.raises(actions.Incomplete, match="Say why"):
        actions.rebase(measure="SFP-M01", organisation=place, start=date(2024, 9, 1), reason=" ", by=lead)

    actions.rebase(
        measure="SFP-M01", organisation=place, start=date(2024, 9, 1), reason="New pathway", by=lead
    )
    actions.release(by=lead, reason="rebased")

    assert set(series.read("SFP-M01", "T1", universe.viewer("lead")).columns["phase"]) == {0, 1}


def test_an_outsider_cannot_rebase(released):
    universe, _, _ = released
    with pytest.raises(actions.NotAllowed):
        actions.rebase(
            measure="SFP-M01",
            organisation=universe.organisation("T1"),
            start=date(2024, 9, 1),
            reason="x",
            by=universe.people["outsider"],
        )


def test_a_wall_is_read_with_few_queries(released, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        entries = walls.wall(ANONYMOUS, measures=["SFP-M01"])

    assert [entry.name for entry in entries] == sorted(entry.name for entry in entries)


def test_a_release_names_every_file_by_its_hash(released):
    _, release, folder = released
    manifest = files.manifest(folder)

    names = {str(file.relative_to(folder)) for file in folder.rglob("*.parquet")}
    assert set(manifest.content["files"]) == names
    assert {"points/SFP-M01.parquet", "readings/SFP-M01.parquet", "series.parquet"} <= names
    assert manifest.digest == release.manifest


def test_a_measure_that_is_there_in_two_ways_is_never_mixed(released, tmp_path):
    universe, _, _ = released
    lead = universe.people["lead"]
    file = tmp_path / "counts.csv"
    file.write_text(
        "measure,month,numerator,denominator\n"
        + "".join(f"SFP-M01,2024-{m:02},{m},60\n" for m in range(1, 4))
    )
    submission = submissions.receive(
        file=file, name="counts.csv", organisation=universe.organisation("T1"), by=lead
    )
    submissions.accept(submission=submission, by=lead)
    actions.release(by=lead, reason="counts")
    viewer = universe.viewer("lead")

    usual = series.read("SFP-M01", "T1", viewer)
    sent = series.read("SFP-M01", "T1", viewer, "collected-month")
    assert [way.key for way in usual.ways] == ["calculated-month", "collected-month"]
    assert (usual.origin, sent.origin) == ("calculated", "collected")
    assert [v for v in sent.columns["numerator"] if v is not None] == [1, 2, 3]
    assert set(sent.sources.values()) == {"counts.csv, 15 July 2025"}
    assert series.read("SFP-M01", "T1", viewer, "nonsense").origin == "calculated"


def test_whole_quarters_are_shown_outside_once_signed_and_small_ones_are_suppressed(released, tmp_path):
    universe, _, _ = released
    analyst = universe.people["analyst"]
    file = tmp_path / "quarters.csv"
    file.write_text(
        "measure,quarter,numerator,denominator\nPTO-M08,Jan-Mar 2024,32,50\nPTO-M08,Apr-Jun 2024,3,50\nPTO-M08,Jul-Sep 2024,33,51\n"
    )
    place = universe.organisation("T1")
    submissions.accept(
        submission=submissions.receive(file=file, name="q.csv", organisation=place, by=analyst), by=analyst
    )
    submissions.sign_off(organisation=place, through=date(2024, 8, 1), by=analyst)
    actions.release(by=analyst, reason="quarters")

    outside = series.read("PTO-M08", "T1", ANONYMOUS, "collected-quarter")
    assert outside.origin == "collected"
    shown = list(zip(outside.columns["numerator"], outside.columns["state"], strict=True))[:2]
    assert shown == [(30, "ok"), (None, "suppressed")]
    assert date(2024, 7, 1) not in [
        p for p, v in zip(outside.columns["period"], outside.columns["value"], strict=True) if v is not None
    ]


def test_a_release_shares_the_files_of_what_did_not_change(released, tmp_path):
    universe, _, folder = released
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("measure,month,numerator,denominator\nSFP-M01,2024-01,4,50\n")
    row = submissions.receive(
        file=sheet, name="sheet.csv", organisation=universe.organisation("T1"), by=universe.people["lead"]
    )
    submissions.accept(submission=row, by=universe.people["lead"])

    made = actions.release(by=None, reason="one sheet").release

    new = folder.with_name(made.pk)
    assert (new / "readings/PTO-M08.parquet").samefile(folder / "readings/PTO-M08.parquet")
    assert not (new / "readings/SFP-M01.parquet").samefile(folder / "readings/SFP-M01.parquet")


class TestTheMonthThatRuns:
    """15 July 2025 in the small world: June is the last month that is over."""

    def send(self, universe, tmp_path, settings, name="july.parquet"):
        rows = [row | {"birth_date": date(2025, 7, 4)} for row in births(14, trusts=(("T1", "S1"),))]
        file = births_file(tmp_path, rows, name)
        return submissions.receive(file=file, name=name, organisation=universe.organisation("ENG"), by=None)

    def test_its_births_are_kept_and_make_no_point_before_it_is_over(self, released, tmp_path, settings):
        universe, _, _ = released
        submission = self.send(universe, tmp_path, settings)
        (found,) = submission.report["listed"]
        assert found["severity"] == "check"
        assert found["sentence"] == (
            "July 2025 is not over: its 14 rows are kept and not counted before 1 August 2025."
        )

        submissions.accept(submission=submission, by=None)
        made = actions.release(by=None, reason="part of July").release
        assert made.data_to == date(2025, 6, 30)
        lead = universe.viewer("lead")
        assert max(series.read("SFP-M01", "T1", lead).columns["period"]) == date(2025, 6, 1)

        settings.CLOCK = Clock(date(2025, 8, 1))
        actions.release(by=None, reason="July is over")
        assert max(series.read("SFP-M01", "T1", lead).columns["period"]) == date(2025, 7, 1)

    def test_a_day_that_is_still_to_come_is_a_mistake(self, released, tmp_path, settings):
        universe, _, _ = released
        settings.CLOCK = Clock(date(2025, 7, 3))

        listed = self.send(universe, tmp_path, settings).report["listed"]

        assert [(f["severity"], f["sentence"]) for f in listed] == [
            ("fix", "14 births have a day after 3 July 2025.")
        ]

    def test_counts_of_it_wait_too(self, released, tmp_path):
        universe, _, _ = released
        sheet = tmp_path / "counts.csv"
        sheet.write_text("measure,month,numerator,denominator\nSFP-M01,2025-06,4,50\nSFP-M01,2025-07,1,9\n")
        lead = universe.people["lead"]
        submission = submissions.receive(
            file=sheet, name="counts.csv", organisation=universe.organisation("T1"), by=lead
        )
        assert [f["sentence"] for f in submission.report["listed"]] == [
            "July 2025 is not over: it is kept and not counted before 1 August 2025."
        ]

        submissions.accept(submission=submission, by=lead)
        actions.release(by=None, reason="counts")
        shown = series.read("SFP-M01", "T1", universe.viewer("lead"), "collected-month")
        assert shown.origin == "collected"
        assert shown.columns["period"] == [date(2025, 6, 1)]

    def test_it_is_not_signed_off(self, released):
        universe, _, _ = released

        with pytest.raises(Refused, match=r"July 2025 is not over yet"):
            submissions.sign_off(
                organisation=universe.organisation("T1"),
                through=date(2025, 7, 1),
                by=universe.people["analyst"],
            )


class TestTheWeek:
    def test_a_site_is_listed_only_where_its_trust_has_more_than_one(self, released):
        from matneo.accounts import actions as accounts
        from matneo.accounts.access import viewer_for
        from matneo.monitoring import digest

        universe, _, _ = released
        coach = universe.people["coach"]
        cases = [universe.organisation(code) for code in ("T1", "T2")]
        accounts.set_caseload(user=coach, organisations=cases, start=date(2020, 1, 1), by=None)
        viewer = viewer_for(coach)
        assert {"T1", "S1", "T2", "S2"} <= viewer.caseload

        week = digest.week(viewer)
        seen = {e.code for e in walls.wall(viewer, codes=sorted(viewer.caseload - digest.only_sites()))}

        assert seen == {"T1", "S1", "T2"}  # S1B is T1's second site and has no births
        assert len(week.news) + week.quiet == len(
            walls.wall(viewer, codes=["T1", "S1", "T2"], origin="calculated")
        )

    @pytest.mark.parametrize(
        ("kind", "code", "path"),
        [
            ("trust", "T1", "/trusts/T1/measures/SFP-M01/"),
            ("site", "S1", "/sites/S1/measures/SFP-M01/"),
            ("england", "ENG", "/england/measures/SFP-M01/"),
        ],
    )
    def test_a_task_leads_to_a_chart_that_is_there(self, released, client, kind, code, path):
        from matneo.monitoring import digest

        universe, _, _ = released
        (entry,) = walls.wall(universe.viewer("lead"), codes=[code], measures=["SFP-M01"])
        assert entry.kind == kind

        task = digest._look(entry)
        assert task.path == path
        assert task.title == f"{entry.name}: Smoking at birth needs a look"
        client.force_login(
            universe.people["lead"], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        assert client.get(path).status_code == 200

    def test_england_lists_a_lone_site_s_signal_once_too(self, released, monkeypatch):
        from dataclasses import replace

        from matneo.web.reading import england

        universe, _, _ = released
        loud = {
            "variation": "concern",
            "signal_since": date(2025, 5, 1),
            "now_value": 0.9,
            "before_value": 0.5,
        }
        found = walls.wall(universe.viewer("lead"), codes=["T1", "S1", "T2", "S2"], measures=["SFP-M01"])
        entries = [replace(e, line={**e.line, **loud}) for e in found]
        entries += [replace(entries[0], code="S2", kind="site")]
        monkeypatch.setattr(england.walls, "wall", lambda *args, **kwargs: entries)

        shown = england._needs_look(ANONYMOUS, [])

        assert {line.code for line in shown} == {"T1", "S1", "T2"}


def test_a_wall_of_one_variation_since_a_day_is_that_part_of_the_whole_wall(released):
    universe, _, _ = released
    viewer = universe.viewer("lead")
    whole = walls.wall(viewer, origin="calculated")
    days = sorted({e.line["signal_since"] for e in whole if e.line["signal_since"]})
    assert days, "some series of the small world has a signal"

    for variation in sorted({e.line["variation"] for e in whole}):
        for since in (days[0] - timedelta(days=1), days[0], days[-1]):
            part = [
                e
                for e in whole
                if e.line["variation"] == variation and (e.line["signal_since"] or date.min) > since
            ]
            assert walls.wall(viewer, origin="calculated", variation=variation, since=since) == part


def test_a_release_is_read_from_a_folder_with_an_apostrophe_in_its_name(released, tmp_path):
    import shutil

    _, _, folder = released
    other = tmp_path / "o'b" / folder.name
    shutil.copytree(folder, other)
    asked = {"measure": "SFP-M01", "subject": "T1", "audience": "inside", "origin": "calculated"}

    assert files.read_series(other, **asked) == files.read_series(folder, **asked)
    assert files.read_lines(other, audience="inside") == files.read_lines(folder, audience="inside")
    assert files.read_signals(other) == files.read_signals(folder)
    assert files.count_signals(other, audience="inside") == files.count_signals(folder, audience="inside")


class TestTheReleaseOfARequest:
    def test_is_asked_for_once(self, released, django_assert_num_queries):
        with current.held(), django_assert_num_queries(1):
            assert [current.current_release().pk for _ in range(3)] == [released[1].pk] * 3

    def test_is_the_new_one_after_a_release_was_made(self, released):
        universe, before, _ = released
        with current.held():
            assert current.current_release() == before
            submissions.sign_off(
                organisation=universe.organisation("T1"),
                through=date(2025, 6, 1),
                by=universe.people["analyst"],
            )
            made = actions.release(by=None, reason="signed")

            assert made.release != before
            assert current.current_release() == made.release
