"""Users there are not, who look like some, where a client hides who has an account."""

from __future__ import annotations

import hmac

from studyapp.aws.cognito_idp.signing_keys import keys_of
from studyapp.aws.cognito_idp.srp import Verifier, make_verifier
from studyapp.aws.cognito_idp.users import User, UserStatus
from studyapp.aws.cognito_idp.visits import Site


def pretended_user(site: Site, name: str) -> User:
    """Nobody, who looks like somebody: the same salt, id and address whenever it is asked for.

    It was never stored (its version is 0) and has no password anybody knows.
    """
    secret = keys_of(site.ctx, site.pool_id).sealing
    folded = site.naming.folded(name)
    digest = hmac.digest(secret, folded.encode(), "sha256")
    sub = f"{digest.hex()[:8]}-{digest.hex()[8:12]}-4{digest.hex()[13:16]}-a{digest.hex()[17:20]}-"
    sub += digest.hex()[20:32]
    is_address = site.naming.attribute_of(name) is not None
    username = sub if is_address else name
    return User(
        pool_id=site.pool_id,
        name_key=site.naming.folded(username),
        username=username,
        sub=sub,
        created=site.now,
        modified=site.now,
        status=UserStatus.CONFIRMED,
        attributes={
            "sub": sub,
            "email": name if "@" in name else f"{folded[:1]}@{digest.hex()[:1]}",
            "phone_number": name if name.startswith("+") else f"+{int.from_bytes(digest[:5])}",
        },
        verifier=Verifier(
            int.from_bytes(digest[:16]),
            make_verifier("", "", digest.hex(), int.from_bytes(digest[16:])).value,
        ),
    )
