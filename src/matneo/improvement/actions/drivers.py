"""Making the driver diagram local: add, reword, move, order, hide."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from matneo.improvement import diagram
from matneo.improvement.diagram import Diagram, Tangled
from matneo.improvement.doing import done, name, need_work
from matneo.improvement.local import diagram_of
from matneo.improvement.models import LocalDriver, Project
from matneo.improvement.saying import Changed, Unsuitable, line
from matneo.library import catalogue


def add(*, project: Project, title: str, serves: Sequence[str], by) -> LocalDriver:
    """Add a driver of the team's own, under what it serves (an aim, or a primary driver)."""
    need_work(by, project)
    with transaction.atomic():
        now = _locked(project)
        targets = _targets(now, serves)
        numbers = [int(n.key[1:]) for n in now.nodes if not n.national]
        row = LocalDriver(
            project=project,
            key=f"L{max(numbers, default=0) + 1}",
            name=line(title, field="title", name="what the driver is called", most=160, needed=True),
            serves=list(targets),
            edited_by=name(by),
            at=settings.CLOCK.now(),
        )
        row.save(force_insert=True)
        _check(project)
        done("add_driver", project, by, f"{row.key} {row.name}")
    return row


def reword(*, project: Project, key: str, title: str, seen: int, by) -> LocalDriver:
    """Say a driver in the team's words; blank words bring the national ones back."""
    return _change(
        project, key, seen, by, "reworded", name=line(title, field="title", name="the driver", most=160)
    )


def move(*, project: Project, key: str, serves: Sequence[str], seen: int, by) -> LocalDriver:
    """Let a driver serve something else; several are allowed, the first is where it is drawn."""
    return _change(project, key, seen, by, "moved", serves=list(serves))


def order(*, project: Project, key: str, up: bool, by) -> None:
    """One place up or down among its siblings; at the end nothing happens."""
    need_work(by, project)
    with transaction.atomic():
        now = _locked(project)
        node = now.node(key)
        if node is None:
            raise Unsuitable(f"There is no driver {key} in this diagram.", "key")
        siblings = [
            n.key for n in now.nodes if n.level == node.level and (n.level == 1 or n.home == node.home)
        ]
        place = siblings.index(key)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(siblings):
            return
        siblings[place], siblings[other] = siblings[other], siblings[place]
        for number, sibling in enumerate(siblings):
            _put(project, sibling, by, order=number)
        done("order_driver", project, by, key)


def hide(*, project: Project, key: str, hidden: bool, seen: int, by) -> LocalDriver:
    """Leave a driver out, or show it again. What hangs under it goes along."""
    return _change(project, key, seen, by, "hidden" if hidden else "shown again", hidden=hidden)


@transaction.atomic
def follow_version(*, project: Project, version: int, by) -> Project:
    """Let the project stand on a newer version of its change package. What the team made local stays; where both
    together would lead in a circle, Unsuitable says which driver to move first."""
    need_work(by, project)
    row = Project.objects.select_for_update().get(pk=project.pk)
    current = catalogue.load().packages[row.area]
    if row.package_version == version:
        return row
    if version < row.package_version or version > current.version:
        raise Unsuitable(f"Version {current.version} is the newest; choose that, or stay.", "version")
    if catalogue.version(row.area, version) is None:
        raise Unsuitable(f"There is no version {version} of this change package.", "version")
    before, row.package_version = row.package_version, version
    row.save(update_fields=["package_version"])
    _check(row)
    done("follow_version", row, by, f"version {version}", before=before, version=version)
    return row


@transaction.atomic
def stay_on_version(*, project: Project, version: int, by) -> Project:
    """Let the project stay on its version although a newer one is there: that one is no longer announced. It can still
    be taken at any time, and the next one is announced again."""
    need_work(by, project)
    row = Project.objects.select_for_update().get(pk=project.pk)
    if version <= row.package_version:
        raise Unsuitable(
            f"The project stands on version {row.package_version}, which is not older.", "version"
        )
    if version > catalogue.load().packages[row.area].version:
        raise Unsuitable(f"There is no version {version} of this change package.", "version")
    if row.stayed_at == version:
        return row
    row.stayed_at = version
    row.save(update_fields=["stayed_at"])
    done(
        "stay_on_version",
        row,
        by,
        f"version {row.package_version}",
        version=row.package_version,
        stayed_at=version,
    )
    return row


def _change(project: Project, key: str, seen: int, by, verb: str, **fields) -> LocalDriver:
    need_work(by, project)
    with transaction.atomic():
        now = _locked(project)
        node = now.node(key)
        if node is None:
            raise Unsuitable(f"There is no driver {key} in this diagram.", "key")
        if node.version != seen:
            raise _changed(project, key)
        if "serves" in fields:
            fields["serves"] = list(_targets(now, fields["serves"], key))
        if not node.national and fields.get("name") == "":
            raise Unsuitable("Say what the driver is called; a few words are enough.", "title")
        if fields.get("name") == node.national_name:
            fields["name"] = ""
        row = _put(project, key, by, **fields)
        _check(project)
        done(
            "change_driver",
            project,
            by,
            f"{key} {verb}",
            **{k: v for k, v in fields.items() if v is not None},
        )
    return row


def _changed(project: Project, key: str) -> Exception:
    row = LocalDriver.objects.filter(project=project, key=key).first()
    if row is None:
        return Unsuitable(
            "Open the diagram again: nobody changed this driver yet, so there is no such version.", "key"
        )
    return Changed(f"driver {key}", row)


def _locked(project: Project) -> Diagram:
    """The diagram, while nobody else changes it."""
    Project.objects.select_for_update().get(pk=project.pk)
    return diagram_of(project)


def _targets(now: Diagram, serves: Sequence[str], key: str = "") -> tuple[str, ...]:
    targets = tuple(dict.fromkeys(serves))
    allowed = {*now.aims, *(n.key for n in now.nodes if n.level == 1)} - {key}
    for target in targets:
        if target not in allowed:
            raise Unsuitable(
                f"A driver cannot serve {target[:24]}: choose an aim or a primary driver.", "serves"
            )
    if not targets:
        raise Unsuitable("Say what the driver serves: an aim or a primary driver.", "serves")
    return targets


def _put(project: Project, key: str, by, **fields) -> LocalDriver:
    row = LocalDriver.objects.filter(project=project, key=key).first() or LocalDriver(
        project=project, key=key, version=0
    )
    for field, value in fields.items():
        setattr(row, field, value)
    row.version += 1
    row.edited_by, row.at = name(by), settings.CLOCK.now()
    row.save()
    return row


def _check(project: Project) -> None:
    try:
        diagram.check(diagram_of(project))
    except Tangled as tangle:
        raise Unsuitable(str(tangle), "serves") from tangle
