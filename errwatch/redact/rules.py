"""All rules; where two find the same place, the first names it."""

from __future__ import annotations

from errwatch.redact import addresses, assigned, headers, keys, names, numbers, places, tokens
from errwatch.redact.finding import Rule, matching

RULES = (
    Rule("private-key", keys.BLOCKS_GATE, keys.BLOCKS),
    Rule("private-key", keys.PUTTY_GATE, keys.PUTTY),
    Rule("private-key", keys.ENCODED_GATE, keys.ENCODED),
    Rule("private-key", places.WEB_KEYS_GATE, places.WEB_KEYS),
    Rule("cookie", headers.COOKIES_GATE, headers.COOKIES),
    Rule("cookie", headers.COOKIES_GATE, headers.listed_cookies),
    Rule("authorization", headers.AUTHORIZATION_GATE, headers.SCHEMES),
    Rule("authorization", headers.AUTHORIZATION_GATE, headers.AUTHORIZATIONS),
    Rule("authorization", headers.BEARERS_GATE, headers.BEARERS),
    Rule("authorization", headers.DIGESTS_GATE, headers.DIGESTS),
    Rule("password", places.COMMANDS_GATE, places.COMMANDS),
    Rule("password", names.ELEMENT_GATE, matching(names.ELEMENT)),
    Rule("secret", places.QUERY_GATE, places.QUERY),
    Rule("password", places.URL_GATE, places.url_passwords),
    Rule("password", places.URL_GATE, places.URL_USERS),
    Rule("password", places.BARE_DSN_GATE, places.BARE_DSN),
    Rule("password", places.ORACLE_GATE, places.ORACLE),
    Rule("password", places.AUTH_GATE, places.auth_commands),
    Rule("password", places.SERVER_CONFIG_GATE, places.SERVER_CONFIG),
    Rule("api-key", tokens.KEYS_GATE, tokens.KEYS),
    Rule("api-key", tokens.LOOSE_GATE, tokens.LOOSE_KEYS),
    Rule("api-key", tokens.AWS_GATE, tokens.AWS_PAIRS),
    Rule("api-key", tokens.HOOKS_GATE, tokens.HOOKS),
    Rule("jwt", tokens.WEB_GATE, tokens.WEB_TOKENS),
    Rule("secret", names.NAME_GATE, assigned.assigned),
    Rule("secret", names.FLAG_GATE, assigned.flagged),
    Rule("secret", names.PAIR_GATE, assigned.paired),
    Rule("secret", names.SPOKEN_GATE, assigned.spoken),
    Rule("card", numbers.CARD_GATE, numbers.cards),
    Rule("iban", numbers.IBAN_GATE, numbers.ibans),
    Rule("email", numbers.MAIL_GATE, numbers.mailboxes),
)

ADDRESSES = Rule("ip", addresses.GATE, addresses.addresses)
"""Only where it is asked for: an address tells which of many machines failed."""
