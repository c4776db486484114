"""What is written by month and never shown as it is: who did what, and which deeds were done."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import UUID7, Now

from clinic.querysets import AccessEventQuerySet


class AccessEvent(models.Model):
    """Who did what to whom, when and from where. Append-only, partitioned by month."""

    pk = models.CompositePrimaryKey("at", "id")
    id = models.UUIDField(db_default=UUID7(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    practice_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    patient_ids = ArrayField(models.UUIDField(), default=list)
    object_id = models.UUIDField(null=True)
    address = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    objects = AccessEventQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "clinic_accessevent"


class Deed(models.Model):
    """A deed that creates something, by its key: the second request with the same key finds the first one's result.

    `on` is read from the key, a UUIDv7 that the server put into the form, so the same key always falls into one month.
    """

    pk = models.CompositePrimaryKey("on", "user_id", "key")
    on = models.DateField()
    user_id = models.UUIDField()
    key = models.UUIDField()
    kind = models.CharField(max_length=40)
    body_digest = models.CharField(max_length=64)
    object_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        managed = False
        db_table = "clinic_deed"
