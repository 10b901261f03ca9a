"""What the background worker does for studying."""

from django_tasks import task

from studyapp.study.services.card_exports import run_export


@task()
def make_export(key: str) -> None:
    """Make the file of cards that the export ``key`` asks for."""
    run_export(key)
