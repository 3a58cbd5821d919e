"""The Linux kernel: oopses, panics, lockups, the OOM killer; and systemd's failing units.

Many lines report one happening. Its lines have no end mark, but known beginnings, or they come
within a moment of each other by the kernel's own clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from errwatch import lazy_re as re
from errwatch.model.event import ExceptionInfo

_CLOCK = re.compile(r"(?:<\d{1,3}>)?\[ *(?P<clock>\d{1,9}\.\d{1,9})\](?:\[ *[TC]\d+\])? ?")
_HEAD = re.compile(
    r"\S.{0,40} invoked oom-killer: |(?:Memory cgroup out of memory|Out of memory): Kill"
    r"|BUG: |Oops: |Oops\b.*\[#\d+\]|Kernel panic - not syncing|general protection fault\b"
    r"|(?:Unable to handle kernel|unable to handle) |Internal error: |kernel BUG at |watchdog: BUG"
    r"|rcu: INFO: .*stall|INFO: rcu\S* .*stall|INFO: task .* blocked for more than"
    r"|traps: .* (?:trap|general protection) |(?:\S{1,40}\[\d+\]: )?segfault at [0-9a-f]+ ip "
    r"|NMI watchdog: .*lockup"
    r"|mce: \[Hardware Error\]"
    r"|WARNING: (?:possible|inconsistent|suspicious|bad unlock) .*|ata\d+[.:].{0,5} exception "
    r"|Bad mode in |UBSAN: \S+ in |\S.{0,40}: page allocation failure: |WARNING: (?:CPU"
    r"|\S+/\S+): ?\d|-{8,}\[ cut here \]|(?:EXT[234]|XFS"
    r"|BTRFS"
    r"|F2FS)[\w-]* (?:error|critical)"
    r"|Buffer I/O error on |list_(?:add|del) corruption|stack segment: |divide error: "
    r"|invalid opcode: "
)
_KILL = re.compile(r".*\bKill(?:ed)? process \d+")
_BODY = re.compile(
    r"\s|CPU: ?\d|Hardware name:|Call Trace:|Call trace:|</?(?:TASK|IRQ|NMI|#DF)>|RIP: |RSP: "
    r"|R[A-Z0-9]{2}: "
    r"|FS: |CS: |CR2: |DR\d: |EFLAGS: |Code: |Modules linked in:|---\[|PGD |#PF: |Oops|BUG: |PKRU: "
    r"|Mem-Info:|active_anon:|Node \d|lowmem_reserve|\d+ (?:total pagecache|pages)|Swap cache"
    r"|Free swap"
    r"|Total swap|Tasks state|\[ *pid *\]|\[ *\d+\] +\d|oom-kill:|oom_reaper: |Out of memory"
    r"|Memory cgroup|memory(?:\+swap)?: usage|swap: usage|kmem: usage|Kernel (?:panic|Offset)"
    r"|Fixing recursive|note: |Rebooting in|SMP |Tainted|Workqueue: |pc ?: |lr ?: |sp ?: "
    r"|x\d+ ?: |pstate: "
    r"|Mem abort|Data abort|user pgtable|ESR |EC |ISV |FAR |SET |FnV |EA |S1PTW |FSC |CM "
    r"|swapper|\[[0-9a-f]{16}\]"
    r"|Unable to handle|Internal error|\S+\+0x[0-9a-f]+/0x[0-9a-f]+|invalid opcode"
    r"|kernel BUG at|Stack:|Process "
    r"|Task in |anon \d|file \d|DMA|Normal|HighMem|NMI backtrace|Sending NMI|\"echo 0 >|task:"
    r"|(?:PC|LR) is at |pgd = |\[<[0-9a-f]+>\]|\[[0-9a-f]{8}\]|[a-z]\w{1,3} ?: |Flags: "
    r"|Control: |status: "
    r"|[0-9a-f]{4}: |task: |ata\d|\S+/\d+ is trying|but task |which lock|the existing|other info"
    r"|stack backtrace|-> #|[0-9a-f]{12,16} \(|\d+ locks? held|[\d.]+\S* #\d+ |-{20,}"
    r"|rcu: |systemd-|Disabling lock|Buffer I/O|blk_update_request|WARNING: |=+$|(?:Read|Write"
    r"|Allocated|Freed) (?:of|by) "
    r"|The buggy "
)


@dataclass(frozen=True, slots=True)
class State:
    clock: float | None
    killed: bool
    """The OOM killer has named its victim: what comes next is another happening."""
    cut: bool = False
    """Only the line that is drawn above a report was read; the next may be any text."""

    @property
    def complete(self) -> bool:
        return self.killed


class Kernel:
    """The recogniser of the kernel's reports (see `trace.TraceFormat`)."""

    language = None
    hint = (
        r"invoked oom-killer|ut of memory: Kill|BUG: |Oops|Kernel panic|general protection fault"
        r"|nable to handle |Internal error: |kernel BUG|stall|blocked for more|traps: |segfault at "
        r"|WARNING: (?:possible|inconsistent|suspicious|bad unlock)|ata\d|Bad mode|UBSAN: "
        r"|page allocation"
        r"|WARNING: (?:CPU|\w+/)|cut here \]|(?:EXT|XFS|BTRFS|F2FS)|Buffer I/O error"
        r"|lockup|Hardware Error|corruption|stack segment|divide error|invalid opcode|watchdog: "
    )

    def start(self, line: str) -> State | None:
        clock, text = _clocked(line)
        if not _HEAD.match(text) or _quiet(text):
            return None
        return State(clock, _KILL.match(text) is not None, text.startswith("---"))

    def follow(self, state: object, line: str, *, loose: bool) -> State | None:
        assert isinstance(state, State)
        clock, text = _clocked(line)
        if " invoked oom-killer: " in text or (
            state.killed and not text.startswith("oom_reaper: ")
        ):
            return None
        near = state.clock is not None and clock is not None and 0 <= clock - state.clock < 0.1
        if not (near or state.cut or not text.strip() or _BODY.match(text)):
            return None
        return State(clock, state.killed or _KILL.match(text) is not None)

    def parse(self, lines: Sequence[str]) -> tuple[ExceptionInfo, ...]:
        texts = [_clocked(line)[1] for line in lines]
        killed = next((text for text in texts if _KILL.match(text)), None)
        said = next((text for text in texts if _HEAD.match(text) and text[0] != "-"), texts[0])
        return (ExceptionInfo("", (killed or said).strip()),)


KERNEL = Kernel()


def _quiet(text: str) -> bool:
    return text.startswith("BUG: ") and len(text) < 8


def _clocked(line: str) -> tuple[float | None, str]:
    """Seconds since boot, and the text after them."""
    found = _CLOCK.match(line)
    if found is None:
        return None, line
    return float(found["clock"]), line[found.end() :]
