"""What a pool asks of people, in words."""

from __future__ import annotations

from studyapp.aws.cognito_idp.visits import Site


def name_in_words(site: Site) -> str:
    """What people type to say who they are."""
    naming = site.naming
    names = {"email": "E-mail", "phone_number": "Phone number"}
    known = [names[name] for name in naming.username_attributes]
    if not known:
        more = [names[name].lower() for name in naming.alias_attributes if name in names]
        known = ["Username", *more]
    return " or ".join([known[0], *(name.lower() for name in known[1:])])


def policy_in_words(site: Site) -> str:
    """What a password has to have."""
    policy = site.settings.get("Policies", {}).get("PasswordPolicy", {})
    wanted = {
        "RequireUppercase": "a capital letter",
        "RequireLowercase": "a small letter",
        "RequireNumbers": "a digit",
        "RequireSymbols": "a special character",
    }
    kinds = [words for member, words in wanted.items() if policy.get(member)]
    least = f"At least {policy.get('MinimumLength', 8)} characters"
    return f"{least}, with {', '.join(kinds)}." if kinds else f"{least}."
