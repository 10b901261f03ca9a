"""A pool's domain: the pages on which people sign up and in, and the endpoints of OAuth 2.0 and
OpenID Connect. As all of the sandbox is one address, a domain is a path of it."""
