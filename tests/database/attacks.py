"""Attacks on what was signed, one a line: what is tried, what refuses it to the web role, and by what verify knows it.

`{note}` is a signed note, `{other}` another one, `{draft}` a draft of the same clinician; `{bill}` is the signed note's
superbill. The owner tries the same with every trigger and foreign key switched off.
"""

from dataclasses import dataclass

DENIED, SIGNED = "InsufficientPrivilege", "signed_note_is_final"
NOTE, LINK, LINES = (
    "it is not what was signed",
    "not what the key makes of it",
    "its superbill, or what the signer decided",
)
ANCHOR = "anchor"
# The next link of the chain, made without its key: of what, by whom, meaning what.
ATTESTED = (
    "INSERT INTO notes_attestation (practice_id, note_id, addendum_id, member_id, name, credential, proof, signed_at, "
    "digest_version, key_id, sequence, previous, link, meaning, content_digest) SELECT n.practice_id, n.id, {of}, {by}, "
    "'Alex Adams', 'DC', 'password', now(), 2, s.key_id, h.sequence + 1, h.link, repeat('0', 64), '{meaning}', "
    "repeat('0', 64) FROM notes_note n JOIN notes_chainhead h USING (practice_id) JOIN notes_signature s ON s.note_id = n.id "
    "WHERE n.id = '{{note}}'"
)


@dataclass(frozen=True)
class Attack:
    """`seen` is part of what verify says; `by_anchor` if only an anchor shows it.

    `refused` is empty where the web role may do such a thing: it writes the log, and it issues superbills anew.
    """

    name: str
    sql: str
    refused: str
    seen: str
    by_anchor: bool = False


ATTACKS = (
    # Parts of a signed note
    Attack("a late part", "INSERT INTO notes_examfinding (practice_id, note_id, written_by_id, position, kind, region, side, "
           "value, unit, comparison, words) SELECT practice_id, '{note}', written_by_id, 9, kind, region, side, value, unit, "
           "comparison, words FROM notes_examfinding WHERE note_id = '{draft}'", SIGNED, NOTE),
    Attack("a part moved in", "UPDATE notes_activity SET note_id = '{note}' WHERE note_id = '{draft}'", SIGNED, NOTE),
    Attack("a part moved out", "UPDATE notes_activity SET note_id = '{draft}' WHERE note_id = '{note}'", SIGNED, NOTE),
    Attack("a part moved between signed notes", "UPDATE notes_activity SET note_id = '{other}' WHERE note_id = '{note}'",
           SIGNED, NOTE),
    Attack("a part deleted", "DELETE FROM notes_alertanswer WHERE note_id = '{note}'", SIGNED, NOTE),
    Attack("minutes", "UPDATE notes_activity SET minutes = minutes + 1 WHERE note_id = '{note}'", SIGNED, NOTE),
    Attack("a row that says it was carried over", "INSERT INTO notes_adjustment (practice_id, note_id, episode_id, "
           "written_by_id, position, region, side, segment, technique, response, diagnosis_ids, is_carried) SELECT "
           "practice_id, note_id, episode_id, written_by_id, 9, region, side, 'L5', technique, response, diagnosis_ids, true "
           "FROM notes_adjustment WHERE note_id = '{note}'", SIGNED, "nobody confirmed"),
    Attack("a search path", "SET LOCAL search_path = pg_temp, public; UPDATE notes_activity SET minutes = 1 "
           "WHERE note_id = '{note}'", SIGNED, NOTE),
    Attack("a temporary table named like the note's", "CREATE TEMPORARY TABLE notes_note AS SELECT id, NULL::timestamptz AS "
           "signed_at FROM public.notes_note; UPDATE public.notes_activity SET minutes = 1 WHERE note_id = '{note}'; "
           "DROP TABLE pg_temp.notes_note", DENIED, NOTE),
    Attack("triggers off", "ALTER TABLE notes_activity DISABLE TRIGGER USER; UPDATE notes_activity SET minutes = 1 "
           "WHERE note_id = '{note}'", DENIED, NOTE),
    Attack("a trigger dropped", "DROP TRIGGER notes_activity_is_final ON notes_activity; UPDATE notes_activity "
           "SET minutes = 1 WHERE note_id = '{note}'", DENIED, NOTE),
    Attack("a replica's session", "SET LOCAL session_replication_role = replica; UPDATE notes_activity SET minutes = 1 "
           "WHERE note_id = '{note}'", DENIED, NOTE),
    Attack("the owner's role", "SET LOCAL ROLE {owner}; UPDATE notes_activity SET minutes = 1 WHERE note_id = '{note}'; "
           "RESET ROLE", DENIED, NOTE),
    Attack("a column's type", "ALTER TABLE notes_activity ALTER minutes TYPE integer USING minutes + 1", DENIED, NOTE),
    Attack("all rows at once", "TRUNCATE notes_activity", DENIED, NOTE),
    # The note itself
    Attack("words", "UPDATE notes_note SET plan = 'something else' WHERE id = '{note}'", SIGNED, NOTE),
    Attack("author", "UPDATE notes_note SET author_id = '{colleague}' WHERE id = '{note}'", SIGNED, NOTE),
    Attack("signer", "UPDATE notes_note SET signed_by_id = '{colleague}' WHERE id = '{note}'", SIGNED, "another signer"),
    Attack("time", "UPDATE notes_note SET signed_at = signed_at - interval '1 day' WHERE id = '{note}'", SIGNED,
           "another signer or another time"),
    Attack("hidden as retracted", "UPDATE notes_note SET retracted_at = now() WHERE id = '{note}'", SIGNED,
           "counts as retracted without a retraction"),
    Attack("unsigned again", "UPDATE notes_note SET signed_at = NULL, signed_by_id = NULL WHERE id = '{note}'", SIGNED,
           "another signer or another time"),
    Attack("a goal as it stood", "UPDATE notes_noteepisode SET as_signed = jsonb_set(as_signed, '{{goals,0,target}}', '\"40\"') "
           "WHERE note_id = '{note}'", SIGNED, NOTE),
    Attack("the day of the visit", "UPDATE clinic_visit SET \"on\" = \"on\" - 1 WHERE id = (SELECT visit_id FROM notes_note "
           "WHERE id = '{note}')", SIGNED, NOTE),
    Attack("another patient", "UPDATE notes_note SET patient_id = '{patient}' WHERE id = '{note}'", SIGNED, NOTE),
    Attack("another practice", "UPDATE notes_note SET practice_id = '{practice}' WHERE id = '{note}'", SIGNED, NOTE),
    Attack("the note deleted", "DELETE FROM notes_note WHERE id = '{note}'", SIGNED, "is not there any more"),
    Attack("its visit deleted", "DELETE FROM clinic_visit WHERE id = (SELECT visit_id FROM notes_note WHERE id = '{note}')",
           DENIED, "is not there any more"),
    Attack("a note born signed", "INSERT INTO notes_note (practice_id, visit_id, patient_id, author_id, care_phase, "
           "subjective, objective, assessment, plan, version, saved_at, signed_at, signed_by_id) SELECT practice_id, "
           "uuidv7(), patient_id, author_id, care_phase, 'new', '', '', '', 1, now(), now(), author_id FROM notes_note "
           "WHERE id = '{note}'", SIGNED, "it counts as signed and has no signature"),
    # Signatures and the chain
    Attack("a signature's name", "UPDATE notes_signature SET name = 'Blair Baker' WHERE note_id = '{note}'", DENIED, LINK),
    Attack("a signature's proof", "UPDATE notes_signature SET proof = 'passkey' WHERE note_id = '{note}'", DENIED, LINK),
    Attack("a signature's credential", "UPDATE notes_signature SET credential = 'MD' WHERE note_id = '{note}'", DENIED, LINK),
    Attack("a supervisor", "UPDATE notes_signature SET supervisor_id = '{colleague}' WHERE note_id = '{note}'", DENIED, LINK),
    Attack("back-dated, note and signature", "UPDATE notes_note SET signed_at = signed_at - interval '1 day' "
           "WHERE id = '{note}'; UPDATE notes_signature SET signed_at = signed_at - interval '1 day' WHERE note_id = '{note}'",
           SIGNED, LINK),
    Attack("signed by somebody else, note and signature", "UPDATE notes_note SET signed_by_id = '{colleague}', author_id = "
           "'{colleague}' WHERE id = '{note}'; UPDATE notes_signature SET member_id = '{colleague}', name = 'Blair Baker' "
           "WHERE note_id = '{note}'", SIGNED, LINK),
    Attack("words, with a digest to fit", "UPDATE notes_note SET plan = 'x' WHERE id = '{note}'; UPDATE notes_signature SET "
           "note_digest = repeat('0', 64) WHERE note_id = '{note}'", SIGNED, LINK),
    Attack("a signature swapped with another's", "UPDATE notes_signature SET note_id = '{draft}' WHERE note_id = '{note}'; "
           "UPDATE notes_signature SET note_id = '{note}' WHERE note_id = '{other}'; UPDATE notes_signature SET note_id = "
           "'{other}' WHERE note_id = '{draft}'", DENIED, LINK),
    Attack("a signature deleted", "DELETE FROM notes_signature WHERE note_id = '{note}'", DENIED, "was taken out"),
    Attack("all signatures at once", "TRUNCATE notes_signature", DENIED, "the head says"),
    Attack("a signature under a draft", "INSERT INTO notes_signature (practice_id, note_id, member_id, name, credential, "
           "meaning, proof, signed_at, digest_version, note_digest, line_digest, key_id, sequence, previous, link) SELECT "
           "practice_id, '{draft}', member_id, name, credential, meaning, proof, now(), digest_version, note_digest, "
           "line_digest, key_id, sequence + 100, link, repeat('0', 64) FROM notes_signature WHERE note_id = '{note}'",
           "note_is_signed", LINK),
    Attack("the head set back", "UPDATE notes_chainhead SET sequence = 1 WHERE practice_id = '{own}'",
           "head_moves_with_a_link", "the head says"),
    Attack("the head deleted", "DELETE FROM notes_chainhead WHERE practice_id = '{own}'", DENIED, "the head says"),
    Attack("a second chain", "INSERT INTO notes_chainhead (practice_id, sequence, link) VALUES ('{colleague}', 7, 'x')",
           "head_moves_with_a_link", "it has a chain and is not there"),
    Attack("an addendum's words", "UPDATE notes_addendum SET text = 'something else' WHERE note_id = '{note}'", DENIED,
           "the addendum to it is not what was signed"),
    Attack("an addendum deleted", "DELETE FROM notes_addendum WHERE note_id = '{note}'", DENIED,
           "the addendum to it is not what was signed"),
    Attack("an attestation's name", "UPDATE notes_attestation SET name = 'Blair Baker' WHERE note_id = '{note}'", DENIED, LINK),
    Attack("an attestation moved", "UPDATE notes_attestation SET note_id = '{other}' WHERE note_id = '{note}'", DENIED, LINK),
    Attack("an attestation deleted", "DELETE FROM notes_attestation WHERE note_id = '{note}'", DENIED, "taken out"),
    Attack("a note signed without a signature", "UPDATE notes_note SET signed_at = now(), signed_by_id = author_id "
           "WHERE id = '{draft}'", "signed_note_has_its_signature", "it counts as signed and has no signature"),
    Attack("an addendum that nobody signed", "INSERT INTO notes_addendum (practice_id, note_id, written_by_id, name, text) "
           "SELECT practice_id, id, signed_by_id, 'Alex Adams, DC', 'all was well' FROM notes_note WHERE id = '{note}'",
           "addendum_is_signed", "it has no signature"),
    Attack("an addendum under a colleague's signature", "WITH new AS (INSERT INTO notes_addendum (practice_id, note_id, "
           "written_by_id, name, text) SELECT practice_id, id, signed_by_id, 'Alex Adams, DC', 'all was well' FROM notes_note "
           "WHERE id = '{note}' RETURNING id, note_id) " + ATTESTED.format(by="'{colleague}'", meaning="addendum", of="(SELECT "
           "id FROM new)"), "addendum_is_signed", LINK),
    Attack("a retraction signed and not written", ATTESTED.format(by="n.signed_by_id", meaning="retraction", of="NULL"),
           "attestation_is_of_something", LINK),
    Attack("a co-signature that nobody waits for", ATTESTED.format(by="'{colleague}'", meaning="co-signature", of="NULL"),
           "attestation_is_of_something", LINK),
    Attack("a correction in an addendum that is there", "INSERT INTO notes_correction (practice_id, note_id, addendum_id, "
           "position, kind, row_id, deed, field, old, new, reason) SELECT practice_id, note_id, id, 9, 'note', note_id, "
           "'changed', 'plan', '\"a\"', '\"b\"', 'x' FROM notes_addendum WHERE note_id = '{note}'", "notes_addendum_is_whole",
           "the addendum to it is not what was signed"),
    Attack("taken back by a reason that nobody signed", "INSERT INTO notes_retraction (practice_id, note_id, retracted_by_id, "
           "name, reason) SELECT practice_id, id, signed_by_id, 'Alex Adams, DC', 'x' FROM notes_note WHERE id = '{note}'; "
           "UPDATE notes_note SET retracted_at = now() WHERE id = '{note}'; SET CONSTRAINTS ALL IMMEDIATE",
           "retraction_takes_back", "it has no signature"),
    # The end of the chain
    Attack("the last signature out, the head set back", "DELETE FROM notes_signature WHERE note_id = '{last}'; {head_back}",
           DENIED, "it counts as signed and has no signature"),
    Attack("and the note a draft again", "DELETE FROM notes_signature WHERE note_id = '{last}'; {head_back}; UPDATE notes_note "
           "SET signed_at = NULL, signed_by_id = NULL WHERE id = '{last}'", DENIED, "the log says that it was signed"),
    Attack("and the log clean", "DELETE FROM notes_signature WHERE note_id = '{last}'; {head_back}; UPDATE notes_note SET "
           "signed_at = NULL, signed_by_id = NULL WHERE id = '{last}'; DELETE FROM coding_superbill WHERE note_id = '{last}'; "
           "DELETE FROM clinic_accessevent WHERE object_id = '{last}'", DENIED, "the end of the chain was cut off",
           by_anchor=True),
    Attack("the practice gone with all it has", "DELETE FROM notes_signature WHERE practice_id = '{practice}'; DELETE FROM "
           "notes_chainhead WHERE practice_id = '{practice}'; DELETE FROM clinic_practice WHERE id = '{practice}'", DENIED,
           "it has a chain and is not there", by_anchor=True),
    # Superbills, and what the signer decided
    Attack("units", "UPDATE coding_serviceline SET units = units + 1 WHERE superbill_id = '{bill}'", DENIED, LINES),
    Attack("a code", "UPDATE coding_serviceline SET code = '97110' WHERE superbill_id = '{bill}'", DENIED, LINES),
    Attack("a line deleted", "DELETE FROM coding_serviceline WHERE superbill_id = '{bill}' AND position = 1", DENIED, LINES),
    Attack("a line added", "INSERT INTO coding_serviceline (practice_id, superbill_id, position, code, title, units, "
           "modifiers, regions, pointers, charge) SELECT practice_id, superbill_id, 9, '97112', title, 1, '[]', '{{}}', '{{}}', "
           "0 FROM coding_serviceline WHERE superbill_id = '{bill}' AND position = 1", "coding_superbill_is_whole", LINES),
    Attack("a payer", "UPDATE coding_superbill SET payer_name = 'Another' WHERE id = '{bill}'", DENIED, LINES),
    Attack("diagnoses", "UPDATE coding_superbill SET diagnoses = '[]' WHERE id = '{bill}'", DENIED, LINES),
    Attack("the edition of the rules", "UPDATE coding_superbill SET edition = 'x' WHERE id = '{bill}'", DENIED, LINES),
    Attack("a superbill deleted", "DELETE FROM coding_superbill WHERE id = '{bill}'", DENIED, LINES),
    Attack("a superbill of another note", "UPDATE coding_superbill SET note_id = '{other}' WHERE id = '{bill}'", DENIED, LINES),
    Attack("a superbill that replaces it and says more", "WITH new AS (INSERT INTO coding_superbill (practice_id, visit_id, "
           "note_id, patient_id, number, edition, payer_name, diagnoses, flags, timed_minutes, unit_method, issued_by_id, "
           "question, answer, void_reason, replaces_id) SELECT practice_id, visit_id, note_id, patient_id, number + 500, "
           "edition, payer_name, diagnoses, flags, timed_minutes, unit_method, issued_by_id, '', '', '', id FROM "
           "coding_superbill WHERE id = '{bill}' RETURNING id, practice_id) INSERT INTO coding_serviceline (practice_id, "
           "superbill_id, position, code, title, units, modifiers, regions, pointers, charge) SELECT practice_id, id, 1, "
           "'97112', 'x', 4, '[]', '{{}}', '{{}}', 400 FROM new", "", "says something else than"),
    Attack("a superbill of a draft", "INSERT INTO coding_superbill (practice_id, visit_id, note_id, patient_id, number, edition, "
           "payer_name, diagnoses, flags, timed_minutes, unit_method, issued_by_id, question, answer, void_reason) SELECT "
           "n.practice_id, n.visit_id, n.id, n.patient_id, 9999, 'x', 'x', '[]', '[]', 15, 'x', n.author_id, '', '', '' "
           "FROM notes_note n WHERE n.id = '{draft}'", "superbill_of_a_signed_note", "is of a note that nobody signed"),
    Attack("record only", "INSERT INTO coding_recordonly (practice_id, note_id, row_id, marked_by_id) SELECT practice_id, "
           "note_id, id, written_by_id FROM notes_activity WHERE note_id = '{note}'", SIGNED, LINES),
    Attack("how long a reason holds", "UPDATE coding_acknowledgement a SET episode_id = e.episode_id, causes = '{{warn}}' "
           "FROM notes_noteepisode e WHERE e.note_id = a.note_id AND a.note_id = '{note}'", SIGNED, LINES),
    Attack("a reason taken back", "INSERT INTO coding_endedreason (practice_id, note_id, episode_id, acknowledgement_id, "
           "ended_by_id) SELECT a.practice_id, a.note_id, e.episode_id, a.id, a.given_by_id FROM coding_acknowledgement a "
           "JOIN notes_noteepisode e USING (note_id) WHERE a.note_id = '{note}'", SIGNED, LINES),
    Attack("a reason", "UPDATE coding_acknowledgement SET reason = 'something else' WHERE note_id = '{note}'", SIGNED, LINES),
    Attack("why a service was picked", "UPDATE coding_pickedservice SET reason = 'something else' WHERE note_id = '{note}'",
           SIGNED, LINES),
    # What is not chained: the log, money, what patients asked for
    Attack("the log: who signed", "UPDATE clinic_accessevent SET object_id = '{other}' WHERE object_id = '{note}' "
           "AND kind = 'note-signed'", DENIED, "does not say that this note was signed"),
    Attack("the log: any row changed", "UPDATE clinic_accessevent SET kind = 'other' WHERE kind = 'addendum-added'", DENIED,
           "a row of that day was changed", by_anchor=True),
    Attack("the log: a row deleted", "DELETE FROM clinic_accessevent WHERE kind = 'addendum-added'", DENIED,
           "rows and has", by_anchor=True),
    Attack("the log: a row of that day added", "INSERT INTO clinic_accessevent (at, practice_id, kind) SELECT at, "
           "practice_id, 'note-printed' FROM clinic_accessevent LIMIT 1", "", "rows and has", by_anchor=True),
    Attack("the log: a row of a day without any", "INSERT INTO clinic_accessevent (at, practice_id, kind) SELECT "
           "at - interval '3 days', practice_id, 'note-printed' FROM clinic_accessevent LIMIT 1", "", "it had 0 rows and has 1",
           by_anchor=True),
    Attack("a price", "UPDATE coding_serviceline SET charge = charge + 100 WHERE superbill_id = '{bill}'", DENIED,
           "a row of that day was changed", by_anchor=True),
    Attack("a payment", "UPDATE clinic_payment SET amount = amount + 100", DENIED, "a row of that day was changed",
           by_anchor=True),
    Attack("a payment deleted", "DELETE FROM clinic_payment", DENIED, "rows and has", by_anchor=True),
    Attack("what a patient asked for", "UPDATE notes_amendmentrequest SET asked = 'nothing' WHERE note_id = '{note}'", DENIED,
           "a row of that day was changed", by_anchor=True),
    Attack("a request to amend deleted", "DELETE FROM notes_amendmentrequest WHERE note_id = '{note}'", DENIED,
           "rows and has", by_anchor=True),
    Attack("an answer that nobody gave", "INSERT INTO notes_amendmentstep (practice_id, request_id, kind, words, taken_by_id, "
           "name) SELECT practice_id, id, 'refused', 'x', entered_by_id, 'Alex Adams, DC' FROM notes_amendmentrequest "
           "WHERE note_id = '{note}'", "", "rows and has", by_anchor=True),
)  # fmt: skip

# What nobody signed. Each has its reason; docs/record.md says the same.
UNSEEN = {
    "the patient's name: demographics are put right for all of a patient's notes at once":
        "UPDATE clinic_patient SET last_name = 'Other'",
    "how often a draft was saved: it says nothing of the record": "UPDATE notes_note SET version = version + 1",
    "what the desk did with a superbill: the log tells, and a void is final":
        "UPDATE coding_superbill SET question = 'x', held_at = now(), held_by_id = issued_by_id WHERE id = '{bill}'",
    "the guidance that was cited: it explains codes and is no part of the record":
        "DELETE FROM coding_citation WHERE note_id = '{note}'",
    "the episode as it stands today: the note keeps it as it stood":
        "UPDATE notes_episode SET complaint = 'something else'",
}  # fmt: skip
