"""What the pages say: each a function of what it shows. Their forms work without a script, and the
classes that end in -customizable are those that a pool's own CSS may style."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from studyapp.aws.cognito_idp.hosted.html import Markup, join, tag

# Of attributes that browsers and keyboards know something about.
_INPUTS: Mapping[str, tuple[str, str]] = {
    "email": ("email", "email"),
    "phone_number": ("tel", "tel"),
    "birthdate": ("date", "bday"),
    "name": ("text", "name"),
    "given_name": ("text", "given-name"),
    "family_name": ("text", "family-name"),
    "nickname": ("text", "nickname"),
    "website": ("url", "url"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page: ``styles`` are addresses of CSS, ``logo`` of a picture, ``title``
    the app's name; ``notes`` stand below the form."""

    title: str
    styles: Sequence[str] = ()
    logo: str = ""
    managed: bool = False
    scheme: str = ""

    def page(self, heading: str, *body: str | None) -> Markup:
        banner = (
            tag("img", class_="logo-customizable", src=self.logo, alt=self.title)
            if self.logo
            else tag("span", self.title, class_="name")
        )
        return join(
            Markup("<!doctype html>\n"),
            tag(
                "html",
                tag(
                    "head",
                    tag("meta", charset="utf-8"),
                    tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
                    tag("title", f"{heading} · {self.title}"),
                    *(tag("link", rel="stylesheet", href=style) for style in self.styles),
                ),
                tag(
                    "body",
                    tag(
                        "main",
                        tag("header", banner, class_="banner-customizable"),
                        tag("h1", heading),
                        *body,
                    ),
                    class_="background-customizable",
                ),
                lang="en",
                class_="managed" if self.managed else "classic",
                data_scheme=self.scheme or None,
            ),
        )


@dataclass(frozen=True, slots=True)
class Form:
    """Where a form goes, and what it carries unseen."""

    action: str
    hidden: Mapping[str, str] = field(default_factory=dict)

    def html(self, *body: str | None, button: str, kind: str = "submit") -> Markup:
        style = "submitButton-customizable" if kind == "submit" else f"{kind}Button"
        return tag(
            "form",
            *(tag("input", type="hidden", name=k, value=v) for k, v in self.hidden.items()),
            *body,
            tag("button", button, type="submit", class_=style),
            method="post",
            action=self.action,
        )


def error(words: str) -> Markup | None:
    if not words:
        return None
    return tag("p", words, class_="errorMessage-customizable", role="alert")


def notice(words: str) -> Markup | None:
    return tag("p", words, class_="notice", role="status") if words else None


def described(words: str) -> Markup:
    return tag("p", words, class_="textDescription-customizable")


def passkey_field(options: str, *, new: bool = False) -> Markup:
    """What ``passkey.js`` fills in: a browser's answer to ``options``, JSON, with a passkey that it
    has or a ``new`` one."""
    return join(
        described("Your browser asks you for it: a finger, a face, or the PIN of this device."),
        tag("input", type="hidden", name="credential", data_options=options, data_new=new),
        tag("p", class_="errorMessage-customizable", role="alert", hidden=True),
        tag("noscript", described("A passkey needs JavaScript, which is off in your browser.")),
    )


def box(
    name: str,
    label: str,
    *,
    kind: str = "text",
    value: str = "",
    complete: str = "off",
    hint: str = "",
    required: bool = True,
    focus: bool = False,
    digits: bool = False,
) -> Markup:
    """A label and its field."""
    return tag(
        "div",
        tag("label", label, for_=name, class_="label-customizable"),
        tag("span", hint, class_="hint", id=f"{name}-hint") if hint else None,
        tag(
            "input",
            id=name,
            name=name,
            type=kind,
            value=value or None,
            autocomplete=complete,
            required=required,
            autofocus=focus,
            inputmode="numeric" if digits else None,
            autocapitalize="none" if kind in ("text", "email") else None,
            spellcheck="false" if kind in ("text", "email") else None,
            aria_describedby=f"{name}-hint" if hint else None,
            class_="inputField-customizable",
        ),
        class_="field",
    )


def attribute_box(name: str, value: str = "", *, required: bool = True) -> Markup:
    kind, complete = _INPUTS.get(name, ("text", "off"))
    return box(
        f"attribute.{name}",
        spoken(name),
        kind=kind,
        value=value,
        complete=complete,
        required=required,
        hint="With the country's code, as +15550100." if name == "phone_number" else "",
    )


def spoken(name: str) -> str:
    """An attribute as people call it."""
    if name == "email":
        return "E-mail"
    bare = name.removeprefix("custom:").replace("_", " ")
    return bare[:1].upper() + bare[1:]


def password_box(name: str, label: str, *, is_new: bool = False, hint: str = "") -> Markup:
    complete = "new-password" if is_new else "current-password"
    return box(name, label, kind="password", complete=complete, hint=hint)


def code_box(*, focus: bool = True) -> Markup:
    return box("code", "Code", complete="one-time-code", digits=True, focus=focus)


def choices(name: str, legend: str, offered: Iterable[tuple[str, str]]) -> Markup:
    radios = [
        tag(
            "label",
            tag("input", type="radio", name=name, value=value, required=True, checked=not number),
            label,
        )
        for number, (value, label) in enumerate(offered)
    ]
    return tag("fieldset", tag("legend", legend), *radios)


def link(words: str, address: str, *, class_: str = "redirect-customizable") -> Markup:
    return tag("a", words, href=address, class_=class_)


def below(*links: Markup | None) -> Markup | None:
    shown = [tag("p", each) for each in links if each]
    return tag("footer", *shown) if shown else None


def providers(buttons: Iterable[tuple[str, str, str]]) -> Markup | None:
    """Links to sign in elsewhere: name, address, and the class its kind of provider has."""
    shown = [link(f"Continue with {name}", to, class_=kind) for name, to, kind in buttons]
    if not shown:
        return None
    return tag("nav", *shown, class_="providers", aria_label="Sign in with another account")


def divider() -> Markup:
    return tag("p", "or", class_="divider")
