from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "studyapp.quizzes"

    def ready(self) -> None:
        from studyapp.library.access import close_while, show_where
        from studyapp.quizzes.access import is_asked_with, vaults_under_exam

        close_while(vaults_under_exam)
        show_where(is_asked_with)
