from django.apps import AppConfig


class CodingConfig(AppConfig):
    name = "coding"
    verbose_name = "Coding"

    def ready(self) -> None:
        from coding import packet_jobs, setup, superbill_export, verifying  # noqa: F401
