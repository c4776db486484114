from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "clinic"
    verbose_name = "Practice"

    def ready(self) -> None:
        from clinic import checks, sentences, sessions, trail_sheet  # noqa: F401

        sentences.become_the_default()
