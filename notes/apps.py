from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "notes"
    verbose_name = "Clinical record"

    def ready(self) -> None:
        from notes import backed_up, setup  # noqa: F401
