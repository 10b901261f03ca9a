from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "studyapp.quizzes"

    def ready(self) -> None:
        from studyapp.library.access import close_while
        from studyapp.quizzes.access import vaults_under_exam

        close_while(vaults_under_exam)
