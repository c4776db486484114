"""Every way of saving, as many people at once would use it: what each sends, and how one sees that it was kept."""

from tests.notes.saves import desk, episode, note, review, rows, superbills

# Each save of these takes a version of the note, and no save takes two.
OF_THE_NOTE = (
    note.texts, note.said, note.pressed, note.progress, note.heeded, note.served, note.picked, note.unpicked,
    rows.row, rows.new_rows, rows.lines, rows.moved, rows.removed, rows.confirmed, rows.confirmed_all, rows.declined,
    review.decided, review.billed_again, review.last_unit, review.acknowledged, review.taken_back,
)  # fmt: skip
OF_THE_EPISODE = (
    episode.new_episodes, episode.about, episode.plan, episode.reviewed, episode.goal, episode.new_goals, episode.closed,
    episode.reopened, episode.new_services, episode.ended_services, episode.new_diagnoses, episode.diagnoses,
    episode.ended_diagnoses,
)  # fmt: skip
OF_THE_DESK = (
    desk.started, desk.entered, desk.paid, desk.edited, desk.retired, desk.moved, desk.reversed_payments,
    desk.amendments, superbills.reviewed, superbills.held, superbills.released, superbills.voided,
)  # fmt: skip
WAYS = (*OF_THE_NOTE, *OF_THE_EPISODE, *OF_THE_DESK)
