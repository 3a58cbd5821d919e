r"""Names that a secret stands after, in every usual way to assign: `password=`, `"api_key": `,
`('token', `, `<apiKey>`, `"name": "DB_PASSWORD", "value": `, `--password `.
"""

from __future__ import annotations

from errwatch.redact.finding import compiled

_KEYS = (
    r"api|app|application|access|secret|private|auth|signing|encryption|account|shared|storage"
    r"|master|hmac|jwt|webhook|subscription|functions?|consumer|service[_-]?role|anon"
)
_TOKENS = r"access|refresh|auth|api|bearer|bot|csrf|xsrf|secret|security|personal|private|id|deploy"
_PASSWORDS = r"password|passwd|passphrase|passwort|kennwort|passcode|pwd"
_STRONG = (
    rf"(?:{_PASSWORDS}|secret|(?:{_KEYS})[._ -]?key(?:[_-]?(?:id|base))?|(?:{_TOKENS})[._ -]?token"
    r"|(?:\b|_)(?:pass|pw|otp|cvv2?|cvc2?)|key[_-]base|fernet[_-]key|client[_-]key[_-]data)s?"
)
_WEAK = (
    r"tokens?|credentials?|signature|sig|session(?:[_-]?(?:id|key|token))?|sid|cookie|license[_-]?key"
    r"|sessid|(?:\b|_)auth|(?:\b|_)key|(?:\b|_)pat"
)
_SUFFIX = r"(?:[_-]?(?:value|hash|plain|raw|text|confirm(?:ation)?|again|data|base64|b64|[0-9]))?"
_QUOTE = r"\\*[\"'`]"
_SIGN = (
    rf"(?:[ \t]{{0,9}}(?:{_QUOTE})?\]?[ \t]{{0,99}}(=>|:=|==?|:: |:"
    rf"|,\s{{0,99}}(?:{_QUOTE})?value(?:{_QUOTE})?[ \t]{{0,9}}[:=]"
    r"|\s{1,99}value[ \t]{0,9}[:=])[ \t]{0,99})"
)
_NAMED = rf"(?:({_STRONG})|({_WEAK})){_SUFFIX}"
_FLAG = (
    rf"(?:^|\s|[\"'])-{{1,2}}[a-z0-9-]{{0,40}}(?:{_STRONG}|token)(?:[ \t]{{1,99}}|{_QUOTE}, ?)"
    rf"|\b(?:ENV|ARG|setenv)[ \t]{{1,9}}[a-z0-9_]{{0,40}}(?:{_STRONG}|token)[ \t]{{1,9}}"
    rf"|name={_QUOTE}[a-z0-9_-]{{0,40}}(?:{_STRONG}|token){_QUOTE}\r?\n\r?\n"
)
_PAIR = rf"[(\[] ?{_QUOTE}[a-z0-9_.-]{{0,40}}(?:{_STRONG}|{_WEAK}){_QUOTE}, ?"

NAME = compiled(rf"(?i){_NAMED}{_SIGN}")
"""A name with its sign; the value follows."""
FLAG = compiled(rf"(?i){_FLAG}")
"""An argument of a command, of a form or of a build file."""
PAIR = compiled(rf"(?i){_PAIR}")
SPOKEN = compiled(rf"(?i)(?:{_PASSWORDS})[ \t]{{1,9}}(?:is[ \t]{{1,9}}|was[ \t]{{1,9}})?")

ELEMENT = (
    rf"(?i)<(?:[a-z0-9_-]{{1,40}}:)?[a-z0-9_.-]{{0,40}}(?:{_STRONG}|token){_SUFFIX}"
    r"(?:\s[^<>]{0,300})?>\s{0,99}(?:<!\[CDATA\[)?([^<\s\]]+)"
)

NAME_GATE = rf"(?i)(?:{_STRONG}|{_WEAK}){_SUFFIX}{_SIGN}[\s\\\"'`]{{0,99}}[^\s\\\"'`]"
FLAG_GATE = rf"(?i)(?:{_FLAG})[^\s]"
PAIR_GATE = rf"(?i){_PAIR}{_QUOTE}"
SPOKEN_GATE = rf"(?i)(?:{_PASSWORDS})[ \t]{{1,9}}(?:[^\s]{{0,99}}[0-9]|is |was |{_QUOTE})"
ELEMENT_GATE = rf"(?i)<[a-z0-9_:.-]{{0,80}}(?:{_STRONG}|token)"
