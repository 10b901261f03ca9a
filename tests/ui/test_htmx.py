import pytest
from django.test import RequestFactory
from django.test.utils import override_settings

from studyapp.ui.htmx import render_page_or_partial, wants_partial

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.locmem.Loader",
                            {
                                "page.html": "{% load partials %}<html>"
                                "{% partialdef part inline %}part of {{ name }}{% endpartialdef %}"
                                "</html>"
                            },
                        )
                    ],
                )
            ]
        },
    }
]


@pytest.mark.parametrize(
    ("headers", "partial"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_only_a_plain_htmx_request_gets_the_partial(headers: dict[str, str], partial: bool) -> None:
    request = RequestFactory().get("/", headers=headers)
    assert wants_partial(request) is partial
    with override_settings(TEMPLATES=TEMPLATES):
        response = render_page_or_partial(request, "page.html", "part", {"name": "it"})
    assert response.content.decode() == ("part of it" if partial else "<html>part of it</html>")
    assert response["Vary"] == "HX-Request"


def test_the_status_is_kept() -> None:
    with override_settings(TEMPLATES=TEMPLATES):
        response = render_page_or_partial(
            RequestFactory().get("/"), "page.html", "part", status=422
        )
    assert response.status_code == 422
