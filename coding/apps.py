from django.apps import AppConfig


class CodingConfig(AppConfig):
    name = "coding"
    verbose_name = "Coding"

    def ready(self) -> None:
        from clinic.operations.starting import about_to_serve
        from coding import packet_jobs, rules, setup, superbill_export, verifying  # noqa: F401

        about_to_serve.connect(rules.read_ahead)
