"""What happens on the page for one check: a cause, where its remark stands, and a cure."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.checks.chart import Chart

type Deed = Callable[[Chart], object]


def nothing(chart: Chart) -> None:
    """Leave the chart as it is."""


def in_turn(*deeds: Deed) -> Deed:
    """Do one thing after the other."""

    def do(chart: Chart) -> None:
        for deed in deeds:
            deed(chart)

    return do


@dataclass(frozen=True)
class Scene:
    """The cause and the cure are worked on the pages; the setting is what was there before anybody opened the note."""

    beside: str
    tone: str
    cause: Deed
    cure: Deed
    setting: Deed = nothing
    payer: str = "insurer"
    author: str = "adams"
