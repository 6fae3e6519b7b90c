"""Several runs of two targets in turn as one table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.journey import Run

COMPONENTS = ("web", "worker", "rabbitmq", "postgresql", "redis")


@dataclass(slots=True)
class Compared:
    """The runs of one way of loading, of what is measured and of what it is measured against."""

    what: str
    base_name: str
    ours_name: str = "hub"
    base: list[Run] = field(default_factory=list)
    ours: list[Run] = field(default_factory=list)

    def ratio(self, figure: Callable[[Run], float]) -> float:
        """Ours over the base's, by medians."""
        return middle(self.ours, figure) / middle(self.base, figure)

    def best_ratio(self, figure: Callable[[Run], float]) -> float:
        """The same by the least figures, which others on the machine disturb less."""
        return min(map(figure, self.ours)) / min(map(figure, self.base))

    def table(self) -> str:
        """Everything, for people."""
        known = [name for name in COMPONENTS if name in self.base[0].cpu]
        counts = f"  counted: {self.base_name} {_counts(self.base)}; {self.ours_name} {_counts(self.ours)}"
        return "\n".join(
            [
                f"\n{self.what}",
                _line("", self.base_name, self.ours_name, f"{self.ours_name} / {self.base_name}"),
                *[self._figures(f"CPU µs a message: {name}", _figure_of("cpu", name)) for name in known],
                self._figures("CPU µs a message: all", lambda run: run.total, ratio=True),
                self._figures("webhook → 2xx, p50 ms", lambda run: run.http[0], ratio=True),
                self._figures("webhook → 2xx, p99 ms", lambda run: run.http[1], ratio=True),
                self._figures("webhook → agent's socket, p50 ms", lambda run: run.socket[0], ratio=True),
                self._figures("webhook → agent's socket, p99 ms", lambda run: run.socket[1], ratio=True),
                self._figures("messages a second, to the last hint", lambda run: run.per_second, ratio=True, best=max),
                *[self._figures(f"memory MiB: {name}", _figure_of("memory", name)) for name in ("web", "worker")],
                counts,
            ]
        )

    def _figures(
        self,
        name: str,
        figure: Callable[[Run], float],
        *,
        ratio: bool = False,
        best: Callable[[list[float]], float] = min,
    ) -> str:
        both = [[figure(run) for run in runs] for runs in (self.base, self.ours)]
        cells = [f"{median(figures):,.0f} ({best(figures):,.0f})" for figures in both]
        return _line(name, *cells, f"{self.ratio(figure):.2f}" if ratio else "")


def middle(runs: Sequence[Run], figure: Callable[[Run], float]) -> float:
    """The median of a figure over the runs."""
    return median(figure(run) for run in runs)


def _line(name: str, *cells: str) -> str:
    return f"  {name:<38}" + "".join(f"{cell:>18}" for cell in cells)


def _figure_of(attribute: str, name: str) -> Callable[[Run], float]:
    """The figure of one component or process."""

    def figure(run: Run) -> float:
        return float(getattr(run, attribute)[name])

    return figure


def _counts(runs: Sequence[Run]) -> str:
    rows = [(run.sent, run.work.recorded, run.told, run.work.opened, run.work.decided) for run in runs]
    sent, recorded, told, opened, decided = (sum(column) for column in zip(*rows, strict=True))
    return f"{sent:,} sent, {recorded:,} recorded, {told:,} told, {opened:,} opened, {decided:,} decided"
