"""What the background worker does for the library."""

from django_tasks import task

from studyapp.library.services.taking_in import run_intake


@task()
def read_intake(key: str) -> None:
    """Read the vault that the intake ``key`` asks for."""
    run_intake(key)
