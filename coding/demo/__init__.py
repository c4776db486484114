"""A practice to look at: invented people, six weeks of visits, and a today in every state.

people.py patients.py      who there is, who pays, what costs
stories/ stories.py        the complaints, week by week, as data
writing.py days.py         a note of one visit; who comes when (both pure)
loading.py today.py desk.py    the rows, today's visits, and what signing and the desk make of them
"""
