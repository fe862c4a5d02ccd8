"""Data coming in: counted once, taken back, signed off, and refused without a trace."""

from datetime import date, timedelta

import pytest
from tests.universe import births, births_file

from matneo.accounts.access import NotAllowed
from matneo.audit.models import AuditEvent
from matneo.measures.intake.findings import Refused
from matneo.submissions import actions, parsing, values
from matneo.submissions.actions import SameFile
from matneo.submissions.models import SignOff, Submission, Value
from matneo.utils.viewer import ANONYMOUS

SHEET = "measure,month,numerator,denominator\nSFP-M01,2024-01,4,50\nSFP-M01,2024-02,0,40\nSFP-M01,2024-03,,\n"


def sheet(tmp_path, text=SHEET, name="sheet.csv"):
    file = tmp_path / name
    file.write_text(text)
    return file


def send(universe, tmp_path, text=SHEET, by="lead", code="T1", name="sheet.csv"):
    return actions.receive(
        file=sheet(tmp_path, text),
        name=name,
        organisation=universe.organisation(code),
        by=universe.people[by],
    )


class TestCounts:
    def test_nothing_counts_before_it_is_accepted(self, universe, tmp_path):
        submission = send(universe, tmp_path)

        assert values.active_values() == []
        actions.accept(submission=submission, by=universe.people["lead"])
        assert [(v.numerator, v.state) for v in values.active_values()] == [
            (4, "ok"),
            (0, "ok"),
            (None, "not_collected"),
        ]

    def test_a_preview_changes_nothing_and_says_what_would(self, universe, tmp_path):
        actions.accept(submission=send(universe, tmp_path), by=universe.people["lead"])
        submission = send(universe, tmp_path, SHEET.replace("4,50", "6,50") + "SFP-M01,2024-04,3,60\n")

        found = actions.preview(submission=submission, by=universe.people["lead"])

        assert (found.added, found.changed, found.unchanged, found.signed) == (1, 1, 2, 0)
        assert Value.objects.count() == 3

    def test_a_change_to_a_signed_month_is_said(self, universe, tmp_path):
        actions.accept(submission=send(universe, tmp_path), by=universe.people["lead"])
        actions.sign_off(
            organisation=universe.organisation("T1"), through=date(2024, 2, 1), by=universe.people["analyst"]
        )
        submission = send(universe, tmp_path, SHEET.replace("4,50", "6,50"))

        assert actions.preview(submission=submission, by=universe.people["lead"]).signed == 1

    def test_the_same_file_is_recognised(self, universe, tmp_path):
        actions.accept(submission=send(universe, tmp_path), by=universe.people["lead"])

        with pytest.raises(SameFile, match=r"is the same file as sheet\.csv"):
            send(universe, tmp_path, name="again.csv")

    def test_of_the_same_file_the_last_look_waits(self, universe, tmp_path):
        first = send(universe, tmp_path)
        other = send(universe, tmp_path, SHEET.replace("4,50", "6,50"))
        last = send(universe, tmp_path, name="again.csv")

        states = dict(Submission.objects.values_list("pk", "state"))
        assert states == {first.pk: "rejected", other.pk: "received", last.pk: "received"}
        assert "looked at again" in first.events.last().reason
        first.refresh_from_db()
        with pytest.raises(Refused, match="was put aside before"):
            actions.accept(submission=first, by=universe.people["lead"])
        actions.accept(submission=last, by=universe.people["lead"])
        assert Value.objects.count() == 3

    def test_accepting_twice_counts_once(self, universe, tmp_path):
        submission = send(universe, tmp_path)
        actions.accept(submission=submission, by=universe.people["lead"])

        with pytest.raises(Refused, match="was accepted before"):
            actions.accept(submission=submission, by=universe.people["lead"])
        assert Value.objects.count() == 3

    def test_taking_back_brings_the_earlier_figures_back(self, universe, tmp_path):
        actions.accept(submission=send(universe, tmp_path), by=universe.people["lead"])
        second = actions.accept(
            submission=send(universe, tmp_path, SHEET.replace("4,50", "9,50")), by=universe.people["lead"]
        )

        actions.withdraw(submission=second, by=universe.people["lead"], reason="wrong month")

        assert values.active_values()[0].numerator == 4
        assert Value.objects.count() == 6  # nothing is deleted

    def test_after_thirty_days_it_stays(self, universe, tmp_path):
        submission = actions.accept(submission=send(universe, tmp_path), by=universe.people["lead"])
        Submission.objects.filter(pk=submission.pk).update(received=submission.received - timedelta(days=31))

        with pytest.raises(Refused, match="more than 30 days ago"):
            actions.withdraw(submission=submission, by=universe.people["lead"], reason="late")

    def test_cells_to_mend_stop_the_whole_file(self, universe, tmp_path):
        submission = send(universe, tmp_path, SHEET + "SFP-M01,2024-05,9,2\n")

        with pytest.raises(Refused, match="has 1 finding to mend"):
            actions.accept(submission=submission, by=universe.people["lead"])
        assert Value.objects.count() == 0

    @pytest.mark.parametrize("name", ["Jane Smith complaint 943 476 5919.csv", "visit_SW1A 1AA_may.csv"])
    def test_the_name_of_a_file_points_at_nobody(self, name, universe, tmp_path):
        file = sheet(tmp_path)

        with pytest.raises(Refused, match="name of this file seems to hold") as refused:
            actions.receive(
                file=file, name=name, organisation=universe.organisation("T1"), by=universe.people["lead"]
            )

        assert name not in str(refused.value)
        assert not Submission.objects.exists()

    def test_a_month_long_ago_is_mistyped(self, universe, tmp_path):
        submission = send(universe, tmp_path, SHEET.replace("2024-01", "1924-01"))

        assert submission.report["findings"]["fix"] == 1
        assert "before 1990" in submission.report["listed"][0]["sentence"]

    def test_the_columns_are_remembered(self, universe, tmp_path):
        odd = SHEET.replace("numerator", "yeses").replace("denominator", "asked")
        file = sheet(tmp_path, odd)
        place, lead = universe.organisation("T1"), universe.people["lead"]
        first = actions.receive(
            file=file,
            name="odd.csv",
            organisation=place,
            by=lead,
            mapping={"numerator": "yeses", "denominator": "asked"},
        )
        actions.accept(submission=first, by=lead)

        second = send(universe, tmp_path, odd + "SFP-M01,2024-04,3,60\n")

        assert second.mapping["numerator"] == "yeses"
        assert second.report["findings"] == {"stop": 0, "fix": 0, "check": 0}


class TestColumns:
    ODD = "when,smoked,asked,ward\n2024-01,4,50,7\n2024-02,5,60,7\n"

    def test_columns_are_chosen_after_a_wrong_guess_and_remembered(self, universe, tmp_path):
        lead = universe.people["lead"]
        submission = send(universe, tmp_path, self.ODD)
        with pytest.raises(Refused, match="to mend"):
            actions.accept(submission=submission, by=lead)

        mapping = {"period": "when", "numerator": "smoked", "denominator": "asked", "organisation": ""}
        actions.read_again(submission=submission, mapping=mapping, measure="SFP-M01", by=lead)
        actions.accept(submission=Submission.objects.get(), by=lead)
        assert [(v.measure, v.numerator, v.known) for v in values.active_values()] == [
            ("SFP-M01", 4, 50),
            ("SFP-M01", 5, 60),
        ]

        again = send(universe, tmp_path, self.ODD.replace("4,50", "6,50"), name="next.csv")
        assert again.mapping["numerator"] == "smoked"

    def test_the_measure_chosen_beside_the_file_still_holds_when_it_is_accepted(self, universe, tmp_path):
        lead = universe.people["lead"]
        submission = actions.receive(
            file=sheet(tmp_path, "month,numerator,denominator\n2024-01,4,50\n"),
            name="plain.csv",
            organisation=universe.organisation("T1"),
            by=lead,
            measure="SFP-M01",
        )
        actions.accept(submission=submission, by=lead)

        assert [v.measure for v in values.active_values()] == ["SFP-M01"]

    def test_what_counts_already_is_not_read_again(self, universe, tmp_path):
        lead = universe.people["lead"]
        submission = send(universe, tmp_path)
        actions.accept(submission=submission, by=lead)

        with pytest.raises(Refused, match="only a received sheet"):
            actions.read_again(submission=submission, mapping={}, measure="", by=lead)

    def test_an_outsider_chooses_no_columns(self, universe, tmp_path):
        submission = send(universe, tmp_path)
        with pytest.raises(NotAllowed):
            actions.read_again(submission=submission, mapping={}, measure="", by=universe.people["outsider"])


class TestPersonalDetails:
    def test_the_file_is_deleted_and_its_places_stay(self, universe, tmp_path, data_dir):
        submission = send(
            universe,
            tmp_path,
            "measure,month,numerator,denominator,note\nSFP-M01,2024-01,4,50,943 476 5919\n",
        )

        assert submission.state == "refused"
        assert submission.report["identified"] == [{"row": 2, "column": "note", "kind": "an NHS number"}]
        assert not list(data_dir.submissions.glob("**/*")) if data_dir.submissions.exists() else True
        assert "476 5919" not in str(Submission.objects.values().get()) + str(
            list(AuditEvent.objects.values())
        )

    def test_what_was_refused_is_neither_accepted_nor_read_again(self, universe, tmp_path, client):
        lead = universe.people["lead"]
        text = "measure,month,numerator,denominator,note\nSFP-M01,2024-01,4,50,943 476 5919\n"
        row = send(universe, tmp_path, text)
        with pytest.raises(Refused, match="was refused before"):
            actions.accept(submission=row, by=lead)
        with pytest.raises(Refused, match="only a received sheet of counts is read again"):
            actions.read_again(submission=row, mapping={}, measure="", by=lead)

        client.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")
        for what in ("accept", "columns"):
            answer = client.post(f"/trusts/T1/submissions/{row.pk}/", {"what": what}, follow=True)
            assert answer.status_code == 200
            assert "refused" in answer.content.decode()

    def test_a_program_is_told_so_too(self, universe, tmp_path, client):
        from matneo.accounts.actions import create_token

        lead = universe.people["lead"]
        text = "measure,month,numerator,denominator,note\nSFP-M01,2024-01,4,50,943 476 5919\n"
        row, (_, secret) = send(universe, tmp_path, text), create_token(user=lead, name="p", by=lead)
        for what, body in (("accept", {}), ("columns", {"mapping": {}})):
            answer = client.post(
                f"/api/v1/submissions/{row.pk}/{what}/",
                body,
                content_type="application/json",
                headers={"authorization": f"Bearer {secret}"},
            )
            assert answer.status_code == 422
            assert "refused" in answer.json()["problem"]


class TestRefusals:
    @pytest.mark.parametrize("content", ["", "a\n", "x,y\n"])
    def test_what_cannot_be_read_leaves_nothing_behind(self, universe, tmp_path, data_dir, content):
        with pytest.raises(Refused):
            send(universe, tmp_path, content)

        assert not Submission.objects.exists()
        assert not data_dir.submissions.exists()

    @pytest.mark.parametrize("person", ["colleague", "sponsor", "family", "outsider", "coach", "national"])
    def test_only_those_who_may_send_figures_in(self, universe, tmp_path, person):
        with pytest.raises(NotAllowed, match="You may not send counts in"):
            send(universe, tmp_path, by=person)

    def test_one_trust_cannot_send_for_another(self, universe, tmp_path):
        submission = send(universe, tmp_path, "organisation," + SHEET.replace("\nSFP", "\nT2,SFP"))

        assert submission.report["findings"]["stop"] == 3


def test_what_was_left_out_counts_no_rows_where_it_is_a_column():
    words = parsing.left_out_words
    column = {"reason": "a column that the births table does not have", "rows": 0, "examples": ["hair"]}

    assert words(column) == "a column that the births table does not have (hair)"
    assert words({"reason": "another level", "rows": 1204, "examples": ["A", "B"]}) == (
        "1,204 rows: another level (A, B)"
    )


class TestPublished:
    """A file in the shape of the annual statistics, with invented figures."""

    YEAR = (
        "Period,Dimension,Org_Level,Org_Code,Org_Name,Measure,Count_Of,Value\n"
        "2021-22,TotalBabies,National,ALL,ENGLAND,All Births,Babies,1000\n"
        "2021-22,ApgarScore5TermGroup7,National,ALL,ENGLAND,0 to 6,Babies,15\n"
        "2021-22,ApgarScore5TermGroup7,National,ALL,ENGLAND,7 to 10,Babies,985\n"
    )

    def test_a_real_installation_takes_it(self, universe, tmp_path):
        submission = send(universe, tmp_path, self.YEAR, by="national", code="ENG", name="year.csv")

        assert (submission.kind, submission.state) == ("msds_annual", "received")

    @pytest.mark.parametrize("by", ["national", None])
    def test_a_demonstration_keeps_nothing_of_it(self, universe, tmp_path, settings, data_dir, by):
        settings.IS_DEMO = True

        with pytest.raises(Refused, match=r"Start \./run --real"):
            actions.receive(
                file=sheet(tmp_path, self.YEAR),
                name="year.csv",
                organisation=universe.organisation("ENG"),
                by=universe.people[by] if by else None,
            )
        assert not Submission.objects.exists()
        assert not data_dir.submissions.exists()


class TestRows:
    def receive(self, universe, tmp_path, rows=None, by=None, code="ENG"):
        file = births_file(tmp_path, rows or births(60))
        return actions.receive(
            file=file, name="births.parquet", organisation=universe.organisation(code), by=by
        )

    def test_a_sheet_of_rows_is_kept_by_month_when_accepted(self, universe, tmp_path, data_dir):
        import polars as pl

        sheet = tmp_path / "births.csv"
        pl.read_parquet(births_file(tmp_path, births(60))).write_csv(sheet, date_format="%d/%m/%Y")
        submission = actions.receive(
            file=sheet, name="births.csv", organisation=universe.organisation("ENG"), by=None
        )
        assert submission.report["findings"] == {"stop": 0, "fix": 0, "check": 0}
        assert not data_dir.warehouse.exists()

        actions.accept(submission=submission, by=None)

        assert len(list(data_dir.warehouse.glob("births/*/month=*"))) > 5

    def test_a_file_in_our_own_columns_is_kept_as_it_is(self, universe, tmp_path, data_dir):
        submission = actions.accept(submission=self.receive(universe, tmp_path), by=None)

        kept = data_dir.warehouse / "births" / submission.pk / "whole" / "rows.parquet"
        given = data_dir.submissions / submission.pk / submission.sha256
        assert kept.samefile(given)

    def test_an_impossible_value_is_named(self, universe, tmp_path):
        rows = births(30)
        rows[3]["gestation_days"] = 999
        submission = self.receive(universe, tmp_path, rows)

        assert submission.report["listed"][0]["column"] == "gestation_days"
        with pytest.raises(Refused, match="has 1 finding to mend"):
            actions.accept(submission=submission, by=None)

    def test_a_needed_column_is_not_offered_a_blank(self, universe, tmp_path):
        rows = births(30)
        rows[2] |= {"outcome": "9", "apgar_5": 12}
        listed = self.receive(universe, tmp_path, rows).report["listed"]

        assert listed[0]["sentence"] == "9 is not possible for live (01) or stillborn (02 to 04) (1 row)."
        assert {f["column"]: f["suggestion"] for f in listed} == {
            "outcome": "It has to be one of 01, 02, 03, 04.",
            "apgar_5": "It may be 0 to 10, or blank.",
        }

    def test_a_site_of_another_trust_is_named(self, universe, tmp_path):
        submission = self.receive(universe, tmp_path, births(30, trusts=(("T1", "S2"),)))

        assert "is a site of T2" in submission.report["listed"][0]["sentence"]

    def test_a_hub_refuses_rows(self, universe, tmp_path, settings, data_dir):
        settings.PROFILE = "hub"

        with pytest.raises(Refused, match="keeps none"):
            self.receive(universe, tmp_path)
        assert not Submission.objects.exists()

    def test_only_an_analyst_sends_rows(self, universe, tmp_path):
        with pytest.raises(NotAllowed):
            self.receive(universe, tmp_path, by=universe.people["lead"], code="T1")

    def test_leavings_are_swept_and_what_counts_stays(self, universe, tmp_path, data_dir):
        submission = actions.accept(submission=self.receive(universe, tmp_path), by=None)
        (data_dir.warehouse / "births" / "stray").mkdir()

        actions.sweep()

        assert [folder.name for folder in (data_dir.warehouse / "births").iterdir()] == [submission.pk]

    def test_rows_that_were_put_aside_do_not_stay_on_disk(
        self, universe, tmp_path, data_dir, django_capture_on_commit_callbacks
    ):
        file = births_file(tmp_path, births(60))
        row = actions.receive(
            file=file,
            name="b.parquet",
            organisation=universe.organisation("T1"),
            by=universe.people["analyst"],
        )
        kept = data_dir.submissions / row.pk
        assert kept.exists()

        with django_capture_on_commit_callbacks(execute=True):
            actions.reject(submission=row, by=universe.people["analyst"])

        assert not kept.exists()
        assert Submission.objects.get(pk=row.pk).state == "rejected"

    def test_and_a_process_killed_just_then_leaves_them_to_the_sweep(self, universe, tmp_path, data_dir):
        file = births_file(tmp_path, births(60))
        row = actions.receive(
            file=file,
            name="b.parquet",
            organisation=universe.organisation("T1"),
            by=universe.people["analyst"],
        )
        actions.reject(submission=row, by=universe.people["analyst"])
        assert (data_dir.submissions / row.pk).exists()

        actions.sweep()

        assert not (data_dir.submissions / row.pk).exists()


class TestSignOff:
    def test_the_latest_word_counts(self, universe):
        place, analyst = universe.organisation("T1"), universe.people["analyst"]
        actions.sign_off(organisation=place, through=date(2024, 6, 1), by=analyst)
        actions.sign_off(organisation=place, through=date(2024, 3, 1), by=analyst)

        assert SignOff.objects.latest()["T1"].through == date(2024, 3, 1)

    @pytest.mark.parametrize("person", ["lead", "colleague", "outsider", "coach", "national"])
    def test_only_the_trust_s_analyst_signs_off(self, universe, person):
        with pytest.raises(NotAllowed):
            actions.sign_off(
                organisation=universe.organisation("T1"), through=date(2024, 6, 1), by=universe.people[person]
            )


@pytest.mark.parametrize(
    ("person", "sees"),
    [("lead", True), ("coach", True), ("colleague", False), ("outsider", False), ("national", False)],
)
def test_who_sees_what_was_sent_in(universe, tmp_path, person, sees):
    send(universe, tmp_path)

    assert Submission.objects.visible_to(universe.viewer(person)).exists() is sees
    assert not Submission.objects.visible_to(ANONYMOUS).exists()


class TestRowsOfOthers:
    def send(self, universe, tmp_path, rows, code="T1"):
        return actions.receive(
            file=births_file(tmp_path, rows),
            name="births.parquet",
            organisation=universe.organisation(code),
            by=universe.people["analyst"],
        )

    def test_a_trust_sends_its_own_rows_and_those_of_a_trust_it_carries_on(self, universe, tmp_path):
        rows = births(30, trusts=(("T1", "S1"), ("T9", "S9")))

        assert self.send(universe, tmp_path, rows).report["findings"]["stop"] == 0

    def test_rows_of_another_trust_stop_the_file(self, universe, tmp_path):
        submission = self.send(universe, tmp_path, births(30, trusts=(("T1", "S1"), ("T2", "S2"))))

        assert [entry["value"] for entry in submission.report["listed"]] == ["T2"]
        assert "15 rows are of trust T2" in submission.report["listed"][0]["sentence"]
        with pytest.raises(Refused):
            actions.accept(submission=submission, by=universe.people["analyst"])

    def test_a_parquet_file_with_an_nhs_number_is_refused_like_any_other(self, universe, tmp_path, data_dir):
        import polars as pl

        file = births_file(tmp_path, births(30))
        pl.read_parquet(file).with_columns(reference=pl.lit(9434765919)).write_parquet(file)
        submission = actions.receive(
            file=file, name="births.parquet", organisation=universe.organisation("ENG"), by=None
        )

        assert submission.state == "refused"
        assert submission.report["identified"] == [{"row": 0, "column": "reference", "kind": "an NHS number"}]
        assert not data_dir.submissions.exists()


@pytest.mark.parametrize(("reason", "says"), [("943 476 5919 was twice in it", "an NHS number"), ("LS1 4AP", "a postcode"), ("\x00", "Say in a few words")])  # fmt: skip
def test_a_reason_for_taking_back_points_at_nobody(universe, tmp_path, reason, says):
    row = actions.accept(submission=send(universe, tmp_path), by=universe.people["lead"])
    with pytest.raises(Refused, match=says):
        actions.withdraw(submission=row, by=universe.people["lead"], reason=reason)

    row.refresh_from_db()
    assert row.state == "accepted"


class TestSheetsOfTypedMeasures:
    def test_a_sheet_may_hold_what_only_teams_count_by_id_and_by_name(self, universe, tmp_path):
        text = "measure,month,numerator,denominator\nSFP-M07,2024-01,4,50\nQuit date set,2024-01,5,50\n"

        actions.accept(submission=send(universe, tmp_path, text), by=universe.people["lead"])

        assert {v.measure for v in values.active_values()} == {"SFP-M07", "SFP-M08"}

    def test_and_a_measure_of_ones_own_but_nobody_elses(self, universe, tmp_path):
        row = actions.add_local_measure(
            organisation=universe.organisation("T1"),
            name="Seen by the same midwife",
            counted="Women seen by one midwife",
            of="Women seen",
            direction="increase",
            family="process",
            by=universe.people["lead"],
        )
        text = f"measure,month,numerator,denominator\n{row.pk},2024-01,4,50\nSeen by the same midwife,2024-02,5,50\n"

        own = send(universe, tmp_path, text)
        others = send(universe, tmp_path, text, by="outsider", code="T2")

        assert own.report["findings"]["stop"] == 0
        assert others.report["findings"]["stop"] == 2

    def test_of_two_measures_with_one_name_the_counted_one_is_meant(self, universe, tmp_path):
        text = "measure,month,numerator,denominator\nSmoking at birth,2024-01,4,50\n"

        actions.accept(submission=send(universe, tmp_path, text), by=universe.people["lead"])

        assert [v.measure for v in values.active_values()] == ["SFP-M01"]
