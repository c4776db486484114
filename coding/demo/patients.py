"""The sixty patients of the demo practice, invented: who they are, what they come with, who treats and who pays.

Some of them stand in the pictures of the drawings. Names are in several scripts, because names are.
"""

from datetime import date
from typing import Any, NamedTuple

ADAMS, BAKER, COLE = "adams", "baker", "cole"
F, M, U = "female", "male", "unknown"
L, R = "left", "right"


class Invented(NamedTuple):
    """A patient. `days` are the weekdays of their visits (1 is Monday; two digits after a w: every that many weeks).

    `start` is the working day of the six weeks on which care began, `pace` how far it leads in twelve visits, and `active`
    how many of ten visits hold activities beside the adjustment.
    """

    chart: str
    first: str
    last: str
    preferred: str
    born: date
    sex: str
    story: str
    side: str
    clinician: str
    payer: str
    days: str
    start: int
    pace: float
    active: int
    second: str = ""  # another story, and who pays for it: "whiplash:auto"


def _invented(chart: str, first: str, last: str, preferred: str, born: str, *rest: Any) -> Invented:
    return Invented(chart, first, last, preferred, date.fromisoformat(born), *rest)


PATIENTS = tuple(
    _invented(*row)
    for row in (
        ("10401", "Jon", "Okafor", "", "1949-05-17", M, "stenosis", R, BAKER, "medicare", "14", 2, 0.8, 0),
        ("10402", "Lena", "Hoff", "", "1991-02-08", F, "neck-desk", R, ADAMS, "ppo", "25", 8, 0.9, 6),
        ("10403", "Sam", "Ito", "", "1987-11-30", M, "whiplash", L, ADAMS, "auto", "135", 6, 0.9, 6),
        ("10404", "Ana", "Petrova", "", "1979-06-21", F, "headache", R, BAKER, "self", "3", 4, 0.9, 3),
        ("10405", "Mira", "Chen", "", "1983-09-14", F, "si-joint", L, ADAMS, "ppo", "24", 3, 0.9, 6, "whiplash:auto"),
        ("10406", "Theo", "Grant", "", "1975-01-26", M, "low-back-lifting", R, BAKER, "comp", "135", 5, 0.8, 7, "shoulder:comp"),
        ("10407", "Łukasz", "Wiśniewski", "", "1982-07-03", M, "low-back-lifting", L, ADAMS, "comp", "135", 9, 0.8, 7),
        ("10408", "Zoë", "Lindqvist", "", "1996-12-11", F, "knee", R, COLE, "ppo", "24", 4, 0.9, 8),
        ("10409", "Ngọc Anh", "Nguyễn", "", "1990-03-29", F, "wrist", R, COLE, "foothills", "25", 6, 0.9, 6),
        ("10410", "美玲", "陈", "Meiling Chen", "1972-10-02", F, "shoulder", R, BAKER, "foothills", "14", 3, 0.9, 7),
        ("10411", "Ирина", "Соколова", "Irina Sokolova", "1968-04-18", F, "neck-desk", L, COLE, "ppo", "3", 1, 0.9, 4),
        ("10412", "Ελένη", "Παπαδάκη", "Eleni Papadaki", "1958-08-25", F, "medicare-neck", R, BAKER, "medicare", "25", 5, 0.9, 0),
        ("10413", "محمد", "الحداد", "Mohammad Al-Haddad", "1986-05-06", M, "sciatica", L, COLE, "foothills", "24", 2, 0.9, 6),
        ("10414", "유나", "김", "Yuna Kim", "2001-01-19", F, "headache", L, ADAMS, "ppo", "25", 10, 0.9, 4),
        ("10415", "健一", "佐藤", "Kenichi Sato", "1964-11-08", M, "shoulder", L, COLE, "ppo", "14", 2, 0.8, 7),
        ("10416", "רותם", "לוי", "Rotem Levi", "1993-06-15", U, "elbow", R, ADAMS, "foothills", "24", 11, 0.9, 8),
        ("10417", "प्रिया", "शर्मा", "Priya Sharma", "1988-09-27", F, "neck-desk", R, COLE, "foothills", "25", 0, 0.9, 5),
        ("10418", "José Luis", "Ibáñez Muñoz", "", "1970-02-14", M, "low-back-lifting", R, COLE, "comp", "24", 1, 0.7, 6),
        ("10419", "Siobhán", "O'Rourke", "", "1954-12-01", F, "medicare-neck", L, ADAMS, "medicare", "14", 3, 0.9, 0),
        ("10420", "Walter", "Hargrove", "", "1944-03-22", M, "stenosis", L, ADAMS, "medicare", "25", 0, 0.7, 1),
        ("10421", "Dolores", "Whitfield", "", "1951-07-09", F, "medicare-neck", R, COLE, "medicare", "3", 0, 0.9, 0),
        ("10422", "Eugene", "Marsh", "", "1947-10-30", M, "stenosis", R, COLE, "medicare", "24", 8, 0.8, 0),
        ("10423", "Ruth", "Abernathy", "", "1959-01-13", F, "medicare-neck", L, BAKER, "medicare", "25", 9, 0.9, 0),
        ("10424", "Harold", "Dunning", "", "1953-04-05", M, "medicare-neck", R, ADAMS, "medicare", "4", 2, 0.8, 0),
        ("10425", "Calvin", "Brooks", "", "1969-08-16", M, "balance", R, BAKER, "va", "24", 4, 0.8, 9),
        ("10426", "Raymond", "Teague", "", "1957-02-27", M, "balance", L, COLE, "va", "14", 1, 0.7, 9),
        ("10427", "Denise", "Yarbrough", "", "1981-05-31", F, "shoulder", R, ADAMS, "va", "25", 7, 0.9, 7),
        ("10428", "Marcus", "Ellery", "", "1985-12-20", M, "sciatica", R, BAKER, "va", "14", 6, 0.9, 6),
        ("10429", "Tomás", "Quintero", "", "1994-04-12", M, "ankle", L, COLE, "ppo", "135", 12, 0.9, 9),
        ("10430", "Grace", "Holloway", "", "1999-10-23", F, "ankle", R, ADAMS, "foothills", "24", 9, 0.9, 9),
        ("10431", "Noah", "Sizemore", "", "2011-06-04", M, "young-back", R, COLE, "ppo", "3", 7, 0.9, 4),
        ("10432", "Amelia", "Rudd", "", "2010-09-18", F, "young-back", L, BAKER, "foothills", "4", 3, 0.9, 4),
        ("10433", "Pilar", "Escobedo", "", "1966-03-07", F, "hip", L, BAKER, "ppo", "25", 2, 0.8, 7),
        ("10434", "Judith", "Farnham", "", "1962-11-25", F, "hip", R, COLE, "foothills", "14", 5, 0.9, 6),
        ("10435", "Adaeze", "Nwosu", "", "1978-08-02", F, "foot", R, ADAMS, "ppo", "25", 5, 0.8, 6),
        ("10436", "Craig", "Pennell", "", "1974-06-29", M, "foot", L, BAKER, "foothills", "3", 4, 0.9, 6),
        ("10437", "Björn", "Halvorsen", "", "1984-01-10", M, "elbow", L, BAKER, "ppo", "14", 6, 0.9, 8),
        ("10438", "Fatou", "Diallo", "", "1989-12-05", F, "jaw", R, COLE, "ppo", "2", 3, 0.9, 6),
        ("10439", "Kristen", "Maddox", "", "1992-07-28", F, "jaw", L, ADAMS, "self", "4", 5, 0.9, 5),
        ("10440", "Vernon", "Castleberry", "", "1963-09-11", M, "low-back-lifting", L, BAKER, "ppo", "24", 11, 0.9, 6),
        ("10441", "Imani", "Fairchild", "", "1997-05-20", F, "whiplash", R, BAKER, "auto", "24", 4, 0.9, 5),
        ("10442", "Diego", "Arellano", "", "1980-10-14", M, "whiplash", L, COLE, "auto", "135", 11, 0.8, 6),
        ("10443", "Hannah", "Vestal", "", "1976-02-03", F, "mid-back", R, ADAMS, "ppo", "2", 0, 0.9, 3),
        ("10444", "Oksana", "Melnyk", "", "1971-08-31", F, "mid-back", L, COLE, "foothills", "14", 9, 0.9, 4),
        ("10445", "Leonard", "Stroud", "", "1967-12-17", M, "sciatica", R, ADAMS, "ppo", "24", 6, 0.8, 5),
        ("10446", "Beatriz", "Cordeiro", "", "1986-04-26", F, "si-joint", R, COLE, "foothills", "25", 4, 0.9, 6),
        ("10447", "Patrick", "Gentry", "", "1973-11-06", M, "knee", L, BAKER, "self", "3", 6, 0.9, 5),
        ("10448", "Soledad", "Ferrer", "", "1990-06-12", F, "headache", R, COLE, "ppo", "2", 2, 0.9, 2),
        ("10449", "Andre", "Lockhart", "", "1995-09-02", M, "shoulder", L, BAKER, "ppo", "24", 13, 0.9, 7),
        ("10450", "Marjorie", "Poole", "", "1955-05-24", F, "maintenance", R, ADAMS, "self", "1w4", 2, 0.5, 0),
        ("10451", "Dale", "Kirkland", "", "1961-01-29", M, "maintenance", L, ADAMS, "self", "2w3", 1, 0.5, 0),
        ("10452", "Yvonne", "Tatum", "", "1970-07-15", F, "maintenance", R, BAKER, "self", "4w3", 5, 0.5, 0),
        ("10453", "Gordon", "Ashby", "", "1965-03-18", M, "maintenance", R, BAKER, "self", "5w4", 4, 0.5, 0),
        ("10454", "Lucille", "Sexton", "", "1952-10-07", F, "maintenance", L, COLE, "medicare", "3w4", 7, 0.5, 0),
        ("10455", "Emeka", "Adeyemi", "", "1987-08-09", M, "maintenance", R, COLE, "self", "1w3", 0, 0.5, 0),
        ("10456", "Carla", "Brightwell", "", "1977-12-28", F, "maintenance", L, BAKER, "self", "2w4", 6, 0.5, 0),
        ("10457", "Irene", "Castellano", "", "1969-02-19", F, "maintenance", R, COLE, "self", "4w4", 8, 0.5, 0),
        ("10458", "Nadia", "Rahman", "", "1998-11-13", F, "sciatica", R, ADAMS, "ppo", "24", 99, 0.9, 6),
        ("10459", "Wendell", "Pruitt", "", "1956-06-08", M, "mid-back", R, COLE, "foothills", "24", 10, 0.9, 4),
        ("10482", "Pat", "Rivera", "", "1984-03-04", U, "low-back-lifting", R, ADAMS, "ppo", "25", 14, 0.9, 7),
    )
)  # fmt: skip

# kind, text, regions that it concerns; under the patient's chart number
ALERTS = (
    ("10482", "contraindication", "Osteopenia: no high-velocity thrust T6-T12", ("thoracic",)),
    ("10423", "contraindication", "Osteopenia (T-score -2.2): no high-velocity thrust to the thoracic spine", ("thoracic",)),
    ("10420", "precaution", "Takes an anticoagulant (apixaban): low-force techniques, ask about bruising", ()),
    ("10454", "precaution", "Takes an anticoagulant (warfarin): low-force techniques", ()),
    ("10431", "consent", "Minor: the mother consents to care, on file; she stays in the room", ()),
    ("10432", "consent", "Minor: the father consents to care, on file", ()),
    ("10425", "precaution", "Fall risk: contact guard on unstable surfaces", ()),
    ("10458", "consent", "Asks for a chaperone at examinations", ()),
    ("10438", "precaution", "Latex allergy: no latex bands or gloves", ()),
)  # fmt: skip

# how a contraindication was weighed, each time its region was adjusted
ANSWERS = {
    "10423": "Low-force mobilisation only, no thrust at T1 to T12; patient comfortable and agrees",
    "10482": "Not adjusted by thrust; low-force technique only",
}
