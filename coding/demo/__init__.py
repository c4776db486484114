"""A practice to look at: invented people, six weeks of visits, and a today in every state.

people.py patients.py      who there is, who pays, what costs
stories/ stories.py        the complaints, week by week, as data
writing.py days.py         a note of one visit; who comes when (both pure)
loading.py charting.py today.py     the rows: people and complaints, past visits with their notes, today
opening.py timing.py       the order in which all of it is done, and when
signing.py desk.py planning.py      what clinicians and the desk do with it, through the app's own verbs
"""
