"""``manage.py check_templates``: compile every template, so that a typing error fails the checks
and not a learner."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateSyntaxError
from django.template.loader import get_template


class Command(BaseCommand):
    help = "Compile every template and name those that do not."

    def handle(self, *args: Any, **options: Any) -> None:
        root = settings.BASE_DIR / "templates"
        names = sorted(str(path.relative_to(root)) for path in root.rglob("*.html"))
        broken = []
        for name in names:
            try:
                get_template(name)
            except TemplateSyntaxError as error:
                broken.append(f"templates/{name}: {error}")
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write(f"{len(names)} templates compile.")
