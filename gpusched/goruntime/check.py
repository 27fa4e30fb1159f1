"""Invariants of the runtime's state, checked on the host between actions: each G in exactly one place, conserved counts, clocks that never go back.

Written from what the tables mean, without the transition's code, so that it can contradict it. ``machine/check.py`` does the same for memory.
"""

from collections import Counter
from typing import Any

from gpusched.goruntime.state import RING, GFlag, GStatus, MPhase, Off, PPhase, PStatus, Status, TimerState, WaitReason
from gpusched.machine.opcodes import TimerKind

NEVER = 1 << 62


class Runtime:
    """One world's tables: worlds (row), ps, ms, gs, chans, sudogs, timers, heaps, pending, rings, semtab, cpus, by name."""

    def __init__(self, tables: dict[str, Any]) -> None:
        """Keeps the tables."""
        self.t, self.procs = tables, int(tables["worlds"]["gomaxprocs"])
        self.world = tables["worlds"]
        self.faults: list[str] = []

    def check(self, before: int = 0) -> list[str]:
        """All violations, in words; ``before``: the world's time at an earlier check."""
        self._clocks(before)
        self._idle()
        self._queues()
        self._goroutines()
        self._timers()
        self._cpus()
        return self.faults

    def _expect(self, what: str, got: Any, want: Any) -> None:
        """Notes a difference."""
        if got != want:
            self.faults.append(f"{what}: {got}, expected {want}")

    def _list(self, head: int, rows: Any, link: str, limit: int = 1 << 24) -> list[int]:
        """The rows of a linked list, at most ``limit``."""
        found: list[int] = []
        while head and len(found) < limit:
            found.append(int(head))
            head = rows[link][head]
        return found

    def _clocks(self, before: int) -> None:
        """The world's time does not go back, and nobody acts before it."""
        now = int(self.world["now"])
        if now < before:
            self.faults.append(f"time went back from {before} to {now}")
        if self.world["status"] != Status.RUNNING:
            return
        for p in range(1, self.procs + 1):
            clock = int(self.t["ps"]["clock"][p])
            if clock < now:
                self.faults.append(f"P{p - 1} acts at {clock}, before {now}")

    def _idle(self) -> None:
        """The stacks of idle Ps and Ms, and the count of spinning ones."""
        ps, ms = self.t["ps"], self.t["ms"]
        idle = self._list(int(self.world["pidle"]), ps, "link")
        self._expect("npidle", int(self.world["npidle"]), len(idle))
        self._expect("Ps marked idle", sorted(p for p in range(1, self.procs + 1) if ps["idle"][p]), sorted(idle))
        for p in range(1, self.procs + 1):
            waking = ps["g"][p] == 0 and not ps["idle"][p]  # its thread wakes
            if not waking:
                self._expect(f"status of P{p - 1}", int(ps["status"][p]), int(PStatus.IDLE if ps["idle"][p] else PStatus.RUNNING))
            if not ps["idle"][p]:
                self._expect(f"P{p - 1} of its M", int(ms["p"][ps["m"][p]]), p)
        stopped = self._list(int(self.world["midle"]), ms, "link")
        self._expect("nmidle", int(self.world["nmidle"]), len(stopped))
        spinning = sum(int(ps["spinning"][p]) for p in range(1, self.procs + 1) if not ps["idle"][p])
        spinning += sum(1 for m in range(1, int(self.world["mcount"]) + 1) if ms["phase"][m] == MPhase.RECHECK and ms["spinning"][m])
        self._expect("nmspinning", int(self.world["nmspinning"]), spinning)

    def _queues(self) -> None:
        """Where runnable and free goroutines are."""
        ps, gs = self.t["ps"], self.t["gs"]
        self.runnable = Counter(self._list(int(self.world["runq_head"]), gs, "link", int(self.world["runq_size"])))
        self._expect("runq_size", sum(self.runnable.values()), int(self.world["runq_size"]))
        self.free = Counter(self._list(int(self.world["gfree"]), gs, "link", int(self.world["gfree_n"])))
        self._expect("gfree_n", sum(self.free.values()), int(self.world["gfree_n"]))
        for p in range(1, self.procs + 1):
            if ps["runnext"][p]:
                self.runnable[int(ps["runnext"][p])] += 1
            count = int(ps["tail"][p]) - int(ps["head"][p])
            if not 0 <= count <= RING:
                self.faults.append(f"the ring of P{p - 1} has {count} entries")
            self.runnable.update(int(self.t["rings"][p][(int(ps["head"][p]) + i) % RING]) for i in range(max(min(count, RING), 0)))
            own = self._list(int(ps["gfree"][p]), gs, "link", int(ps["gfree_n"][p]))
            self._expect(f"gfree_n of P{p - 1}", len(own), int(ps["gfree_n"][p]))
            self.free.update(own)
            if ps["phase"][p] == PPhase.START_LOCKED:
                self.runnable[int(ps["phase_a"][p])] += 1
            if ps["phase"][p] == PPhase.INJECT:
                self.runnable.update(g for g in self._list(int(ps["phase_a"][p]), gs, "link") if gs["status"][g] == GStatus.RUNNABLE)

    def _goroutines(self) -> None:
        """Each G is in exactly one place, the one that its status says."""
        gs, ps = self.t["gs"], self.t["ps"]
        current = Counter(int(ps["g"][p]) for p in range(1, self.procs + 1) if ps["g"][p])
        live = 0
        strangers = [g for g in (*self.runnable, *self.free) if not 1 <= g <= int(self.world["allgs"])]
        self._expect("entries of queues that are no goroutines", strangers, [])
        for g in range(1, int(self.world["allgs"]) + 1):
            status = int(gs["status"][g])
            live += status != GStatus.DEAD
            if status not in (GStatus.RUNNABLE, GStatus.RUNNING, GStatus.SYSCALL, GStatus.WAITING, GStatus.DEAD):
                self.faults.append(f"G{g} has status {status}")
            in_syscall = status == GStatus.SYSCALL
            self._expect(f"G{g} with status {status}: places in run queues", self.runnable[g], int(status == GStatus.RUNNABLE))
            self._expect(f"G{g} with status {status}: places in free lists", self.free[g], int(status == GStatus.DEAD))
            if not in_syscall:
                self._expect(f"G{g} with status {status}: Ps that run it", current[g], int(status == GStatus.RUNNING))
            else:
                self._expect(f"G{g} in a system call: its M's G", int(self.t["ms"]["g"][gs["link"][g]]), g)
            if status == GStatus.WAITING:
                self._waiting(g)
        self._expect("live goroutines", int(self.world["live"]), live)

    def _waiting(self, g: int) -> None:
        """A waiting G stands at its instruction and somebody can find it."""
        gs, sudogs = self.t["gs"], self.t["sudogs"]
        reason = int(gs["waitreason"][g])
        if reason == WaitReason.COROUTINE:
            return
        if reason == WaitReason.NONE or not gs["flags"][g] & GFlag.RESUME:
            self.faults.append(f"G{g} waits for nothing")
        if reason in (WaitReason.CHAN_RECEIVE, WaitReason.CHAN_SEND, WaitReason.SELECT):
            for d in self._list(int(gs["waiting"][g]), sudogs, "waitlink"):
                self._expect(f"sudog {d} of G{g}: its G", int(sudogs["g"][d]), g)
        elif reason in (WaitReason.SEMACQUIRE, WaitReason.COND_WAIT, WaitReason.MUTEX_LOCK, WaitReason.RWMUTEX_LOCK, WaitReason.RWMUTEX_RLOCK):
            self._expect(f"sudog of G{g}: its G", int(sudogs["g"][gs["waiting"][g]]), g)

    def _timers(self) -> None:
        """The heaps: ordered, each timer in one of them, its bits and the counts right; sleeping goroutines have one."""
        heaps, timers, ps = self.t["heaps"], self.t["timers"], self.t["ps"]
        sleepers: Counter[int] = Counter()
        for p in range(1, self.procs + 1):
            count, zombies = int(ps["timers"][p]), 0
            for i in range(count):
                t = int(heaps["timer"][p][i])
                if i and heaps["when"][p][i] < heaps["when"][p][(i - 1) // 4]:
                    self.faults.append(f"entry {i} of the heap of P{p - 1} is earlier than its parent")
                self._expect(f"timer {t}: its P", int(timers["p"][t]), p)
                state = int(timers["state"][t])
                zombies += bool(state & TimerState.ZOMBIE)
                if not state & TimerState.HEAPED:
                    self.faults.append(f"timer {t} is in the heap of P{p - 1} and not marked so")
                if not state & TimerState.MODIFIED:
                    self._expect(f"timer {t}: time of its entry", int(heaps["when"][p][i]), int(timers["when"][t]))
                if timers["kind"][t] == TimerKind.SLEEP:
                    sleepers[int(timers["arg"][t])] += 1
            self._expect(f"zombies of P{p - 1}", int(ps["zombies"][p]), zombies)
        gs = self.t["gs"]
        for g in range(1, int(self.world["allgs"]) + 1):
            if gs["status"][g] == GStatus.WAITING and gs["waitreason"][g] == WaitReason.SLEEP and not gs["bubble"][g]:
                self._expect(f"timers of sleeping G{g}", sleepers[g], 1)

    def _cpus(self) -> None:
        """Each M has at most one hardware thread, which has it; those that wait are in the queue, by how long they ran, and none that they wait for is free."""
        cpus, ms = self.t["cpus"], self.t["ms"]
        if len(cpus) == 1:
            return
        has = {m: int(ms["cpu"][m]) for m in range(1, int(self.world["mcount"]) + 1) if ms["cpu"][m]}
        self._expect("Ms of hardware threads", {int(m): c for c, m in enumerate(cpus["m"]) if m}, has)
        queue = self._list(int(self.world["cpu_queue"]), ms, "cpu_next")
        queued = [m for m in range(1, int(self.world["mcount"]) + 1) if ms["off"][m] == Off.QUEUED]
        self._expect("Ms that wait for a hardware thread", sorted(queue), queued)
        self._expect("their order", [int(ms["vrun"][m]) for m in queue], sorted(int(ms["vrun"][m]) for m in queue))
        for m in queue:
            self._expect(f"hardware thread of waiting M{m}", int(ms["cpu"][m]), 0)
        for c in range(1, len(cpus)):
            m, stands = int(cpus["m"][c]), bool(cpus["throttled"][c])
            self._expect(f"whether hardware thread {c} stands", bool(m) and ms["off"][m] == Off.THROTTLED, stands)
            waiting = [waiter for waiter in queue if int(ms["behind"][waiter]) in (0, c)]
            if not m and waiting:
                self.faults.append(f"hardware thread {c} is free and M{waiting[0]} waits")
        for p in range(1, self.procs + 1):
            m = int(self.t["ps"]["m"][p])
            if m and self.t["ps"]["g"][p] and self.t["ps"]["phase"][p] == PPhase.BLOCKED:
                self._expect(f"hardware thread of M{m} in a system call", int(ms["cpu"][m]), 0)
