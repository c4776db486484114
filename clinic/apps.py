from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "clinic"
    verbose_name = "Practice"

    def ready(self) -> None:
        from clinic.entry import sentences
        from clinic.exports import trail_sheet  # noqa: F401
        from clinic.operations import checks  # noqa: F401
        from clinic.signin import sessions  # noqa: F401

        sentences.become_the_default()
