"""People of the small world at their browsers, and a project of its lead."""

import pytest
from django.test import Client
from tests.improvement.conftest import AIM, project, world  # noqa: F401  (the same project as the actions' tests)


@pytest.fixture
def signed_in(world):  # noqa: F811
    """A browser for a person by key; `public` for nobody."""

    def as_person(person):
        client = Client()
        if person != "public":
            client.force_login(
                world.people[person], backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return client

    return as_person
