"""Commands that make an installation say what is true where there is one already."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError


@pytest.mark.parametrize(
    ("kind", "advice"), [("real", "choose another --data-dir"), ("demo", "./run reset-demo")]
)
def test_a_demonstration_is_never_built_over_what_is_there(data_dir, kind, advice):
    data_dir.make(kind=kind, today=None, seed=None, created="2025-11-17T09:00:00+00:00")

    with pytest.raises(CommandError) as refused:
        call_command("build_demo")

    assert advice in str(refused.value)
    assert ("reset-demo" in str(refused.value)) == (kind == "demo")
