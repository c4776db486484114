"""The roles that a member of a practice may hold, several at once."""

from django.db import models


class Role(models.TextChoices):
    CLINICIAN = "clinician", "clinician"
    ASSISTANT = "assistant", "assistant"
    DESK = "desk", "front desk"
    BILLER = "biller", "biller"
    ADMIN = "admin", "admin"
    AUDITOR = "auditor", "auditor"


# Groups that several pages share. Who may see what within a page is a queryset's business.
CARE = (Role.CLINICIAN, Role.ASSISTANT)
OFFICE = (Role.DESK, Role.BILLER)
EVERYONE = tuple(Role)
