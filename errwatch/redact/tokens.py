"""Keys that show by their shape what they are: the providers' prefixes, and JSON web tokens."""

from __future__ import annotations

from errwatch.redact.finding import matching

_AN = "[A-Za-z0-9]"
_W = "[A-Za-z0-9_-]"
_HEX = "[A-Fa-f0-9]"

_SHAPES = (
    ("sk-", f"{_W}{{16,}}"),
    ("gh[oprsu]_|github_pat_", "[A-Za-z0-9_]{16,}"),
    ("gl(?:pat|[dr]t|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-", "[A-Za-z0-9_.-]{16,}"),
    ("glsa_|glc_", "[A-Za-z0-9_+/=]{20,}"),
    ("(?:AKI|ASI|ABI|ACC)A", "[A-Z0-9]{12,}"),
    ("LTAI|AKID", f"{_AN}{{16,}}"),
    ("AIza", f"{_W}{{30,}}"),
    (r"ya29\.|1//0|GOCSPX-", f"{_W}{{20,}}"),
    (r"xox[a-z](?:\.xox[a-z])?-|xapp-|xwfp-", "[A-Za-z0-9-]{10,}"),
    (
        "[srp]k_(?:live|test|prod)_|sk_org_(?:live|test)_|whsec_|rzp_(?:live|test)_",
        "[A-Za-z0-9+/=_]{10,}",
    ),
    ("pdl_(?:live|sdbx)_apikey_", "[A-Za-z0-9_]{20,}"),
    ("(?:npm|hf|gsk|api_org|nfp|ntn|figd|fw|pnu|tfp|rdme)_", f"{_W}{{30,}}"),
    ("(?:re|ion|aio|sbp|bkua|cfut|cfat)_|xai-|pplx-", f"{_W}{{30,}}"),
    ("pypi-", f"{_W}{{40,}}"),
    (r"SG\.", rf"{_W}{{16,}}\.{_W}{{16,}}"),
    ("shp[a-z]{2,3}_", f"{_AN}{{32}}"),
    ("do[opr]_v1_", f"{_HEX}{{40,}}"),
    ("[0-9]{6,12}:AA", f"{_W}{{30,}}"),
    (rf"[MNO]{_W}{{23,28}}\.", rf"{_W}{{6,7}}\.{_W}{{27,}}"),
    (r"mfa\.", f"{_W}{{60,}}"),
    (r"hv[sbr]\.", f"{_W}{{20,}}"),
    (r"\bs\.", rf"{_AN}{{24}}\b"),
    ("dapi|dkea", f"{_HEX}{{32}}(?:-[0-9])?"),
    ("sntry[su]_", "[A-Za-z0-9_+/=-]{20,}"),
    ("(?:pub)?key-", rf"{_HEX}{{32}}\b"),
    (f"{_HEX}{{32}}-", rf"(?:{_HEX}{{8}}-{_HEX}{{8}}|us[0-9]{{1,2}})\b"),
    ("sq0[a-z]{3}-|EAA[A-Za-z0-9]", f"{_W}{{20,}}"),
    ("sq[apu]_", f"{_HEX}{{40}}"),
    ("AT[AC]TT3x|ATBB", "[A-Za-z0-9_=-]{20,}"),
    ("lin_(?:api|oauth)_", f"{_AN}{{20,}}"),
    ("secret_", f"{_AN}{{40,}}"),
    ("sb_secret_", f"{_W}{{20,}}"),
    ("PMAK-", "[A-Za-z0-9-]{20,}"),
    ("pat-[a-z]{2}[0-9]-", "[A-Fa-f0-9-]{20,}"),
    (rf"pat{_AN}{{14}}\.", f"{_HEX}{{40,}}"),
    ("r8_|nvapi-|HRKU-", f"{_W}{{20,}}"),
    ("(?i:AGE-SECRET-KEY-1)", f"{_AN}{{20,}}"),
    ("SK[a-f0-9]{4}", r"[a-f0-9]{28}\b"),
    ("dckr_(?:pat|oat)_", f"{_W}{{20,}}"),
    (rf"{_AN}{{10,20}}\.atlasv1\.", f"{_W}{{20,}}"),
    ("NR(?:AK|II|JS|RA|BR)-", f"{_W}{{18,}}"),
    (f"(?:[a-z]{{2}}01xx)?{_HEX}{{30,36}}NRAL", r"\b"),
    ("[A-Za-z0-9_~.-]{3}[0-9]Q~", "[A-Za-z0-9_~.-]{31,34}"),
    (r"dp\.(?:pt|st|ct|sa|scim|audit)\.", "[A-Za-z0-9_.-]{30,}"),
    (r"dt0[a-z][0-9]{2}\.", r"[A-Z0-9]{24}\.[A-Z0-9]{60,}"),
    ("pscale_(?:tkn|pw|oauth)_", "[A-Za-z0-9_.=-]{30,}"),
    ("pul-|rubygems_", f"{_HEX}{{40,}}"),
    ("xkeysib-", f"{_HEX}{{60,}}-{_AN}+"),
    ("FlyV1 |fm[12]_|fo1_", "[A-Za-z0-9+/=_,-]{40,}"),
    ("tskey-[a-z]+-|CCIPAT_", f"{_W}{{10,}}"),
    ("CFPAT-|ops_eyJ", f"{_W}{{40,}}"),
    (r"access_token\$production\$", r"[a-z0-9]{16}\$[a-f0-9]{32}"),
    ("access-(?:production|sandbox)-", "[a-f0-9-]{36}"),
    ("(?:sdk|api|mob)-", "[a-f0-9]{8}-(?:[a-f0-9]{4}-){3}[a-f0-9]{12}"),
    ("AKCp|EZ[AT]K|cmVmdGtu", f"{_AN}{{50,}}"),
    ("ABSK|bedrock-api-key-", "[A-Za-z0-9+/=]{40,}"),
    (r"AQ\.Ab8", f"{_W}{{30,}}"),
    ("dd(?:pat|app)_|rnd_|tvly-|duffel_(?:live|test)_|esecret_|testsk_|fio-u-", f"{_W}{{20,}}"),
    ("csk-|tgp_v1_|pcsk_|phx_|napi_|vc[acikpr]_|wandb_v1_|rpa_|polar_[a-z]{2,4}_", f"{_W}{{24,}}"),
    ("pa-|hc[a-z]{3}_|sgp_|y[0-3]_|AQVN", f"{_W}{{36,}}"),
    ("fw_|aio_|tr_(?:dev|prod|stg)_|unkey_|zpka_", f"{_AN}{{20,}}"),
    ("lsv2_[a-z]{2}_|e2b_|fc-|crsr_|FLWSECK(?:_TEST)?-|signkey-[a-z]+-", f"{_HEX}{{32,}}"),
    (r"sk_|mlsn\.|s-s4t2(?:ud|af)-", f"{_HEX}{{48,}}"),
    ("live_|test_", rf"{_HEX}{{35}}\b"),
    ("ico-|cio", rf"{_AN}{{32}}\b"),
    ("oy2", r"[a-z0-9]{43}\b"),
    ("tk-us-", f"{_W}{{48}}"),
    ("[0-9]/[0-9]{16}/[0-9]{16}:", f"{_HEX}{{32}}"),
    (r"v1\.0-", f"{_HEX}{{24}}-{_HEX}{{100,}}"),
    (r"snyk_[us]at\.", r"[a-f0-9]{8}\.[A-Za-z0-9_.-]{30,}"),
    (r"pat\.[A-Za-z0-9_-]{22}\.", rf"{_HEX}{{24}}\.{_AN}{{20}}"),
    ("A{20}", "[A-Za-z0-9%]{60,}"),
    (r"[sp]k\.eyJ", rf"{_W}{{20,}}\.{_W}{{20,}}"),
)
"""How a key begins, and how it goes on."""

_BORDER = "(?:^|[^A-Za-z0-9])"
KEYS = matching(_BORDER + "(" + "|".join(f"(?:{head})(?:{rest})" for head, rest in _SHAPES) + ")")
KEYS_GATE = _BORDER + "(?:" + "|".join(f"(?:{head})" for head, _rest in _SHAPES) + f"){_W}{{0,6}}"

_SIGNED = "(?:JQQJ99|[+]ASt|ACDb|[+]ACR|AzSe|AzFu|AIoT)"
"""What Azure writes into its keys, so that they can be told."""

LOOSE_KEYS = matching(
    f"gh[oprsu]_{_AN}{{36}}|github_pat_[A-Za-z0-9_]{{30,}}|A[KS]IA[A-Z0-9]{{16}}"
    f"|AIza{_W}{{35}}|xox[abps]-[0-9A-Za-z-]{{20,}}|sk_live_{_AN}{{20,}}"
    f"|[A-Za-z0-9+/_-]{{30,}}{_SIGNED}[A-Za-z0-9+/_-]{{4,}}={{0,2}}"
)
"""Shapes so rare that they need no border before them."""
LOOSE_GATE = (
    f"gh[oprsu]_{_AN}{{9}}|github_pat_|A[KS]IA[A-Z0-9]{{9}}|AIza|xox[abps]-|sk_live_|{_SIGNED}"
)

AWS_PAIRS = matching(r"A[KS]IA[A-Z0-9]{16}[\s,:;\"'|]{1,20}([A-Za-z0-9/+]{40})\b")
"""The secret that stands behind its key, as a table has them."""
AWS_GATE = "A[KS]IA[A-Z0-9]{9}"

HOOKS = matching(
    r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,})"
    rf"|discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/([0-9]+/{_W}{{20,}})"
    r"|hooks\.zapier\.com/hooks/catch/([A-Za-z0-9/]{8,})"
    r"|webhook\.office\.com/webhookb2/([A-Za-z0-9@/_-]{30,})"
    rf"|api\.telegram\.org/bot([0-9]+:{_W}{{20,}})"
)
"""URLs that whoever knows them may post to."""
HOOKS_GATE = r"hooks\.slack|/webhooks/|hooks\.zapier|webhook\.office|api\.telegram"

WEB_TOKENS = matching(rf"eyJ{_W}{{6,}}\.{_W}{{6,}}(?:\.{_W}*){{0,3}}(?:\r?\n{_W}{{20,}})*")
"""JSON web tokens, also wrapped."""
WEB_GATE = f"eyJ{_W}{{6}}"
