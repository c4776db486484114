"""What holds for the whole house."""

import re

from django.conf import settings
from django.db import connection


def test_tests_run_as_the_web_role(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("plumbline_web",)


def test_a_draft_stands(draft, cast):
    assert draft.author == cast.adams


def test_notes_templates_reach_the_coding_side_by_agreed_urls_alone():
    """Notes stand below coding: their pages know a few of its URLs and nothing else of it."""
    agreed = {"addendum", "retract", "suggestions", "review", "questions", "signed-lines", "to-sign"}
    for template in (settings.BASE_DIR / "templates" / "notes").rglob("*.html"):
        assert set(re.findall(r"coding:([a-z-]+)", template.read_text())) <= agreed, template.name
