"""Events of Windows as `wevtutil` and `Get-WinEvent | Format-List` print them."""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.parsers.section import Section

EVENT = Section(
    language=None,
    hints=("Level",),
    opens=re.compile(r"\s*Level(?:DisplayName)? ?: (?:Error|Critical)\s*$"),
    ends=re.compile(r"\s*$"),
    says=(
        re.compile(r"Message +: (?P<message>.*)"),
        re.compile(r"(?!\w+ *: )(?P<message>\S.*)"),
    ),
)
"""From the line with its level on; what stands above names the log and the source."""
