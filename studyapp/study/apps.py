from django.apps import AppConfig


class StudyConfig(AppConfig):
    name = "studyapp.study"

    def ready(self) -> None:
        from studyapp.library.services.histories import hand_over_to
        from studyapp.study.services.taking_over import take_over_histories

        hand_over_to(take_over_histories)
