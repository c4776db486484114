"""What a line costs. One rule for what is expected of a draft, what a superbill charges, and what one issued anew charges."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self
from uuid import UUID

from coding.models import Fee, PickedService


@dataclass(frozen=True)
class PriceList:
    """The fees that a practice has in use."""

    fees: tuple[Fee, ...]

    @classmethod
    def of(cls, practice_id: UUID) -> Self:
        return cls(tuple(Fee.objects.filter(practice_id=practice_id, is_active=True)))

    def fee(self, code: str, title: str, picked: Iterable[PickedService]) -> Fee | None:
        """Return the fee of the service that was picked under this name; of what was read from the note, its code's.

        Fees that are picked by name stand back for those that are not. Where two are left, nothing says which, and none
        is taken: a line without a fee is seen on the superbill, a wrong one is not.
        """
        by_name = {(service.code, service.title): service.fee for service in picked}
        if found := by_name.get((code, title)):
            return found
        same = [fee for fee in self.fees if fee.code == code]
        left = [fee for fee in same if not fee.is_picked] or same
        return left[0] if len(left) == 1 else None


def charge(fee: Decimal | None, units: int) -> Decimal:
    """Return what a line charges; one without a fee charges nothing, and says so."""
    return fee * units if fee is not None else Decimal(0)
