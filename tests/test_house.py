"""What holds for the whole house."""

from django.db import connection


def test_tests_run_as_the_web_role(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("plumbline_web",)


def test_a_draft_stands(draft, cast):
    assert draft.author == cast.adams
