"""Setting up a practice: its particulars, locations, payers, and what is still missing."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from clinic.forms.payers import PayerForm
from clinic.forms.practice import PracticeForm
from clinic.management.commands.serve import gunicorn
from clinic.models import AccessEvent, Location, Membership, Payer, Practice
from clinic.operations import serving
from clinic.practice.setup import steps, tells
from clinic.requests.deeds import new_key
from coding.models import Fee


def url(name, practice):
    return reverse(f"clinic:{name}", kwargs={"practice": practice.slug})


def opened(form, **fields):
    sent = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in sent.items() if value is not False} | fields


PAYER = {
    "name": "Piedmont Health", "kind": "insurer", "unit_method": "per_code", "unattended_stimulation_code": "G0283",
    "distinct_modifier": "X", "wants_gp": "therapy", "follows_pair_edits": "on",
}  # fmt: skip


def test_a_new_practice_lacks_everything_in_order(cast):
    assert [step.view for step in steps(cast.stranger.practice)] == [
        "clinic:people", "clinic:practice", "clinic:payer-add", "coding:fee-add", "clinic:location-add",
        "clinic:patient-add",
    ]  # fmt: skip
    assert not any(step.is_done for step in steps(cast.stranger.practice))


def test_what_is_there_is_ticked(cast, practice, pat, main_street, blue_ridge):
    assert [step.is_done for step in steps(practice)] == [True, True, True, False, True, True]


@pytest.mark.parametrize(
    ("fee", "is_done"),
    [
        ({"code": "97110", "amount": 42}, True),
        ({"code": "97110", "amount": 42, "is_active": False}, False),
        ({"code": "97110", "amount": 0}, False),
        ({"code": "99203", "amount": 145, "is_picked": True}, False),
    ],
)
def test_fees_are_ticked_when_notes_can_be_billed(practice, fee, is_done):
    Fee.objects.create(practice=practice, title="In our words", **fee)
    assert steps(practice)[3].is_done is is_done


def test_a_step_that_has_no_place_is_refused():
    with pytest.raises(ValueError, match="no place"):
        tells("parking")


def test_an_admin_begins_with_what_is_missing(as_, cast, practice):
    assert as_(cast.olga).get("/").url == url("setup", practice)
    page = as_(cast.olga).get(url("setup", practice)).content.decode()
    assert url("location-add", practice) in page
    assert url("patient-add", practice) not in page


def test_what_is_done_is_only_looked_at_again(as_, cast, practice, main_street):
    step = steps(practice)[4]
    assert (step.says, step.leads_to) == ("Look again", "clinic:locations")
    assert "Fill it in" not in as_(cast.olga).get(url("setup", practice)).content.decode()


@pytest.mark.parametrize("name", ["setup", "practice", "locations", "location-add"])
def test_only_admins_set_up(as_, cast, practice, name):
    assert [as_(who).get(url(name, practice)).status_code for who in (cast.bill, cast.adams, cast.stranger)] == [
        403,
        403,
        404,
    ]


def test_the_practice_is_changed(as_, cast, practice):
    sent = opened(PracticeForm(instance=practice), time_zone="America/Denver")
    assert as_(cast.olga).post(url("practice", practice), sent).status_code == 302
    assert Practice.objects.get(pk=practice.pk).time_zone == "America/Denver"
    assert AccessEvent.objects.get(kind="practice-changed").detail["changed"]["time_zone"][1] == "America/Denver"


@pytest.mark.parametrize(
    ("field", "value"),
    [("npi", "1234567890"), ("tax_id", "12"), ("time_zone", "Mars/Base"), ("state", "1"), ("name", "")],
)
def test_wrong_particulars_are_said(as_, cast, practice, field, value):
    answer = as_(cast.olga).post(url("practice", practice), opened(PracticeForm(instance=practice), **{field: value}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Riverside Chiropractic" in answer.content.decode()


def test_a_location_is_added_and_taken_out_of_use(as_, cast, practice):
    sent = {"name": "Oak Street", "place_of_service": "11", "key": str(new_key())}
    assert as_(cast.olga).post(url("location-add", practice), sent).status_code == 302
    oak = Location.objects.get()
    edit = reverse("clinic:location-edit", kwargs={"pk": oak.pk})
    form = as_(cast.olga).get(edit).context["form"]
    answer = as_(cast.olga).post(edit, sent | {"seen": form["seen"].value()})
    assert answer.status_code == 302
    assert not Location.objects.get().is_active


@pytest.mark.parametrize(
    ("field", "value"), [("name", "main street"), ("place_of_service", "1"), ("place_of_service", "１１")]
)
def test_a_wrong_location_is_said(as_, cast, practice, main_street, field, value):
    sent = {"name": "Oak Street", "place_of_service": "11", "key": str(new_key())} | {field: value}
    answer = as_(cast.olga).post(url("location-add", practice), sent)
    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize("who", ["olga", "bill"])
def test_admins_and_billers_keep_payers(as_, cast, practice, who):
    client = as_(getattr(cast, who))
    assert client.post(url("payer-add", practice), PAYER | {"key": str(new_key())}).status_code == 302
    payer = Payer.objects.get()
    assert (payer.unit_method, payer.is_active, payer.applies_daily_maxima) == ("per_code", True, False)
    assert b"Piedmont Health" in client.get(url("payers", practice)).content


def test_a_biller_comes_to_the_payers_by_the_bar(as_, cast, practice):
    assert url("payers", practice) in as_(cast.bill).get(url("patients", practice)).content.decode()


def test_the_desk_keeps_no_payers(as_, cast, practice, blue_ridge):
    assert as_(cast.frances).get(url("payers", practice)).status_code == 403
    edit = reverse("clinic:payer-edit", kwargs={"pk": blue_ridge.pk})
    assert as_(cast.frances).get(edit).status_code == 403
    assert as_(cast.stranger).get(edit).status_code == 403


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"name": "blue ridge ppo"}, "name"),
        ({"kind": "king"}, "kind"),
        ({"kind": "medicare"}, "unit_method"),
        ({"unit_method": ""}, "unit_method"),
        ({"distinct_modifier": "XX"}, "distinct_modifier"),
    ],
)
def test_a_wrong_payer_is_said(as_, cast, practice, blue_ridge, fields, beside):
    answer = as_(cast.bill).post(url("payer-add", practice), PAYER | {"key": str(new_key())} | fields)
    assert list(answer.context["form"].errors) == [beside]


def test_a_payer_is_changed(as_, cast, blue_ridge):
    edit = reverse("clinic:payer-edit", kwargs={"pk": blue_ridge.pk})
    assert (
        as_(cast.bill).post(edit, opened(PayerForm(instance=blue_ridge), unit_method="total_time")).status_code == 302
    )
    assert AccessEvent.objects.get(kind="payer-changed").detail["changed"] == {
        "unit_method": ["per_code", "total_time"]
    }


# Commands

START = {
    "name": "Harbor Chiropractic", "slug": "harbor", "time_zone": "America/Chicago", "admin_username": "hana",
    "admin_first": "Hana", "admin_last": "Hill",
}  # fmt: skip


def test_a_practice_starts_with_an_admin_and_a_link(client, db, capsys):
    call_command("start_practice", **START)
    hana = Membership.objects.get()
    assert (hana.practice.slug, hana.roles, hana.practice.time_zone) == ("harbor", ["admin"], "America/Chicago")
    link = capsys.readouterr().out.split("http://127.0.0.1:8000")[1].strip()
    password = {"new_password1": "a plumb line hangs true", "new_password2": "a plumb line hangs true"}
    assert client.post(link, password).status_code == 302
    assert client.login(username="hana", password="a plumb line hangs true")
    assert client.get("/").url == "/harbor/setup/"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"slug": "riverside"}, "short name"),
        ({"slug": "two words"}, "short name"),
        ({"admin_username": "Olga"}, "taken"),
        ({"time_zone": "Mars/Base"}, "time zone"),
    ],
)
def test_a_practice_that_cannot_start_leaves_nothing(cast, fields, says):
    with pytest.raises(CommandError, match=says):
        call_command("start_practice", **START | fields)
    assert not Practice.objects.filter(name="Harbor Chiropractic").exists()


def test_what_is_missing_is_asked_for(db, monkeypatch, capsys):
    answers = iter(["", "harbor", ""])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    call_command("start_practice", **START | {"slug": None, "time_zone": None})
    assert Practice.objects.get().time_zone == "America/New_York"


def test_where_nobody_answers_the_missing_is_named(db):
    with pytest.raises(CommandError, match="Short name"):
        call_command("start_practice", **START | {"slug": None}, no_input=True)


def test_one_process_serves_with_threads_and_logs_no_paths(settings):
    settings.THREADS = 5
    command = gunicorn("127.0.0.1:8000")
    assert command[command.index("--threads") + 1] == "20"  # more than may ask the database, so that who waits is told
    assert "--no-control-socket" in command
    assert "--access-logfile" not in command


def test_a_server_is_found_by_its_lock_and_stopped(tmp_path):
    pid_file = tmp_path / "serve.pid"
    taking = f"from pathlib import Path; serving.take(Path({str(pid_file)!r})); print(1, flush=True)"
    program = f"import time; from clinic.operations import serving; {taking}; time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as server:
        assert server.stdout and server.stdout.readline()
        with pytest.raises(serving.AlreadyServing):
            serving.take(pid_file)
        assert serving.stop(pid_file)
        assert server.wait(10) == -signal.SIGTERM


def test_a_stale_pid_file_stops_nobody(tmp_path):
    pid_file = tmp_path / "serve.pid"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as innocent:
        pid_file.write_text(str(innocent.pid))
        assert not serving.stop(pid_file)
        time.sleep(0.1)
        assert innocent.poll() is None
        os.kill(innocent.pid, signal.SIGKILL)


def test_nothing_to_stop(tmp_path):
    assert not serving.stop(tmp_path / "serve.pid")
