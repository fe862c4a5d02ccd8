"""Versions of the library: two doors, rows that never change, and what the next version has to hold."""

from datetime import date

import pytest

from matneo.accounts.access import NotAllowed
from matneo.audit.models import AuditEvent
from matneo.audit.querysets import AppendOnly
from matneo.library import actions, catalogue, reading
from matneo.library.actions import Unready
from matneo.library.drafting import next_text
from matneo.library.models import LibraryVersion
from matneo.measures.definitions import ContentError
from matneo.utils.viewer import ANONYMOUS

OLD = "name: Referral by itself on the same day"
NEW = "name: Referral on the day itself"


def publish(world, text, note="Said more simply.", by="national"):
    return actions.publish(text=text, note=note, by=world.people[by])


def test_files_come_in_once(shelf):
    again = actions.load(by=None)

    assert (len(again.same), again.added, again.left_out) == (6, [], [])
    assert LibraryVersion.objects.count() == 6
    assert AuditEvent.objects.filter(action="library.load").count() == 1


def test_an_editor_publishes_the_next_version(shelf, text):
    row = publish(shelf, text.replace(OLD, NEW))

    assert (row.version, row.source, row.by_name) == (2, "app", shelf.people["national"].name)
    assert catalogue.load().driver("SFP-S2.1").name.startswith("Referral on the day itself")
    assert catalogue.version("SFP", 1).drivers[5].name.startswith("Referral by itself")
    assert catalogue.load().packages["PTO"].version == 1
    event = AuditEvent.objects.get(action="library.publish")
    assert event.detail["changes"] == "1 driver changed"


@pytest.mark.parametrize("person", ["lead", "colleague", "outsider", "coach", "analyst"])
def test_others_publish_nothing_and_see_no_draft(shelf, text, person):
    actions.keep(package="SFP", text="half a thought", note="", by=shelf.people["national"])

    with pytest.raises(NotAllowed):
        publish(shelf, text.replace(OLD, NEW), by=person)
    with pytest.raises(NotAllowed):
        actions.keep(package="SFP", text=text, note="", by=shelf.people[person])
    assert not LibraryVersion.objects.visible_to(shelf.viewer(person)).filter(status="draft").exists()
    assert LibraryVersion.objects.visible_to(shelf.viewer("national")).filter(status="draft").count() == 1
    assert LibraryVersion.objects.visible_to(ANONYMOUS).count() == 6


def test_a_version_cannot_be_changed_or_removed(shelf):
    row = LibraryVersion.objects.first()

    for change in (
        row.delete,
        LibraryVersion.objects.all().delete,
        lambda: LibraryVersion.objects.update(text="x"),
        lambda: LibraryVersion.objects.bulk_update([row], ["text"]),
    ):
        with pytest.raises(AppendOnly):
            change()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("version: 2", "version: 3", "SFP.yaml line 5: version is 3; version 1 is current, so the next one is 2."),
        ("version: 2", "version: 0", "SFP.yaml line 5: version is 0; version 1 is current, so the next one is 2."),
        ("effective_from: 2025-12-01", "effective_from: 2026-01-01", "SFP.yaml line 6: effective_from is 1 January 2026; a version is read from the moment it is published, so it is 1 December 2025 at the latest."),
        ("# Change", "# The change", "SFP.yaml line 5: version 2 says the same as version 1; there is nothing to publish."),
        ("id: SFP\n", "id: XXX\n", "Text line 2: id is XXX; there are SFP, PTO, DIP, NHG, DET, NAT."),
        ("effort: S", "effort: XL", "effort of SFP-C01 is 'XL'; it may be S, M, L."),
    ],
)  # fmt: skip
def test_what_cannot_be_published_is_named(shelf, text, old, new, sentence):
    assert old in text

    with pytest.raises(ContentError) as problem:
        publish(shelf, text.replace(old, new, 1))

    assert str(problem.value).endswith(sentence)
    assert LibraryVersion.objects.count() == 6


def without_last_evidence(text):
    """The package without its last finding, and that finding's id."""
    at = text.rindex("\n- id: SFP-E")
    name = text[at + 7 :].partition("\n")[0].strip()
    return text[:at] + "\n", name


def test_an_id_stays_or_is_named_as_retired(shelf, text):
    less, name = without_last_evidence(text)

    with pytest.raises(ContentError, match=f"{name} stood in version 1, and projects may use it"):
        publish(shelf, less)
    publish(shelf, f"{less}\nretired: [{name}]\n")
    third = next_text(f"{less}\n", 3, date(2025, 12, 1)).replace(OLD, NEW)
    with pytest.raises(ContentError, match=f"{name} stood in version 2"):
        publish(shelf, third)


def test_a_retired_id_is_never_used_again(shelf, text):
    with pytest.raises(ContentError, match="retired names SFP-C01, which stands in this version"):
        publish(shelf, f"{text}\nretired: [SFP-C01]\n")
    with pytest.raises(ContentError, match="retired names PTO-C01, which is no id of SFP"):
        publish(shelf, f"{text}\nretired: [PTO-C01]\n")


def test_a_sign_off_is_given_to_words_and_not_carried_over(shelf, text):
    signed = text.replace(OLD, NEW).replace(
        "clinical_signoff: none", "clinical_signoff: Dr A, 1 December 2025"
    )
    publish(shelf, signed)
    third = signed.replace("version: 2", "version: 3").replace(NEW, OLD)

    with pytest.raises(ContentError, match="clinical_signoff is that of version 2"):
        publish(shelf, third)
    assert "clinical_signoff: none" in next_text(signed, 3, date(2025, 12, 1))
    row = publish(shelf, third.replace("clinical_signoff: Dr A, 1 December 2025\n", ""))
    assert (row.version, catalogue.load().packages["SFP"].clinical_signoff) == (3, "none")


def test_of_two_editors_the_second_is_told(shelf, text):
    publish(shelf, text.replace(OLD, NEW))

    with pytest.raises(ContentError, match=r"version 2 is there already, published by .*Your text is kept"):
        publish(shelf, text.replace(OLD, "name: Referral at once"))


@pytest.mark.parametrize(
    ("note", "words"), [("", "Say in a sentence"), ("x" * 301, "300 is the most"), ("Ask at jo@example.org", "an e-mail address")]
)  # fmt: skip
def test_a_note_is_needed_short_and_without_people(shelf, text, note, words):
    with pytest.raises(Unready, match=words):
        publish(shelf, text.replace(OLD, NEW), note=note)


class File:
    """A content file of a later software."""

    name = "SFP.yaml"

    def __init__(self, text):
        self.text = text

    def read_text(self, _):
        return self.text


def test_new_software_brings_the_next_version(shelf, text, monkeypatch):
    monkeypatch.setattr(reading, "files", lambda: [File(text.replace(OLD, NEW))])

    assert actions.load(by=None).added == ["SFP version 2"]
    assert actions.load(by=None).same == ["SFP version 2"]
    assert catalogue.load().packages["SFP"].version == 2


def test_a_file_overwrites_nothing_and_stops_nothing(shelf, text, monkeypatch):
    publish(shelf, text.replace(OLD, NEW))
    monkeypatch.setattr(reading, "files", lambda: [File(text.replace(OLD, "name: Referral at once"))])

    (sentence,) = actions.load(by=None).left_out

    assert "says something else. Raise the file's version to 3" in sentence
    assert catalogue.load().driver("SFP-S2.1").name.startswith("Referral on the day itself")


def test_what_is_current_is_asked_once_a_request(shelf, text, django_assert_num_queries):
    with catalogue.held(), django_assert_num_queries(1):
        for _ in range(5):
            assert catalogue.load().packages["SFP"].version == 1
    with catalogue.held():
        catalogue.load()
        publish(shelf, text.replace(OLD, NEW))
        assert catalogue.load().packages["SFP"].version == 2


def test_a_version_that_never_was_is_none(shelf):
    assert catalogue.version("SFP", 9) is None
    assert catalogue.version("SFP", 10**30) is None
    assert catalogue.version("XXX", 1) is None
