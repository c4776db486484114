"""What the front desk does with superbills and money, through the same verbs as its pages, in the order of time."""

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from itertools import count

from clinic.models import Membership, Payment, Visit
from coding import superbills
from coding.demo.timing import done_at, pays, settles
from coding.models import Superbill

type Work = Callable[[Superbill], object]


class Desk:
    """Frances, who works off what the signatures bring her."""

    def __init__(self, frances: Membership) -> None:
        self.frances, self._waiting, self._number = frances, list[tuple[datetime, int, Visit, Work]](), count()

    def review(self, visit: Visit) -> None:
        self._put(visit, lambda bill: superbills.review(bill, by=self.frances))

    def hold(self, visit: Visit, question: str) -> None:
        self._put(visit, lambda bill: superbills.hold(bill, by=self.frances, question=question))

    def void(self, visit: Visit, reason: str, *, reissue: bool) -> None:
        self._put(visit, lambda bill: superbills.void(bill, by=self.frances, reason=reason, reissue=reissue))

    def _put(self, visit: Visit, work: Work) -> None:
        heapq.heappush(self._waiting, (settles(visit), next(self._number), visit, work))

    def work_until(self, instant: datetime | None = None) -> None:
        """Do what is due before an instant, or all that waits."""
        while self._waiting and (instant is None or self._waiting[0][0] < instant):
            due, _, visit, work = heapq.heappop(self._waiting)
            with done_at(due):
                for bill in Superbill.objects.standing().filter(visit=visit).order_by("number"):
                    work(bill)

    def take_money(self, visits: list[Visit]) -> None:
        """Take the copay of those who have one, and the whole charge of those who pay themselves; a few pay later."""
        charged: Counter[object] = Counter()
        for bill in Superbill.objects.standing().filter(visit__in=visits).prefetch_related("lines"):
            charged[bill.visit_id] += bill.total
        payments = [self._payment(visit, place, Decimal(charged[visit.pk])) for place, visit in enumerate(visits)]
        Payment.objects.bulk_create([payment for payment in payments if payment.amount and payment.amount > 0])

    def _payment(self, visit: Visit, place: int, charged: Decimal) -> Payment:
        amount = (visit.coverage.copay or Decimal(0)) if visit.coverage else charged
        return Payment(
            practice=visit.practice, visit=visit, amount=Decimal(0) if place % 9 == 8 else amount,
            method=("card", "card", "cash", "check")[place % 4], taken_by=self.frances, created_at=pays(visit),
        )  # fmt: skip
