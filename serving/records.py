"""What happened, for the operator: a line per answer and refusal, and counters. Never a drawing."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

EVENTS = logging.getLogger("digits.events")
SERVER = logging.getLogger("digits.server")


class JsonLines(logging.Formatter):
    """Each record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(json_logs: bool) -> None:
    """Everything to standard error; answers and refusals only as JSON, for a machine to read."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if json_logs else logging.Formatter("%(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    SERVER.setLevel(logging.INFO)
    EVENTS.setLevel(logging.INFO if json_logs else logging.WARNING)


class Records:
    """Counts and logs what one server answers and refuses. Safe to call from many threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        name = "digits_answers"
        help_ = "Answers by what was read"
        self._answers = Counter(name, help_, ["digit", "certain"], registry=self.registry)
        help_ = "Seconds from a drawing to its answer"
        buckets = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2)
        self._seconds = Histogram(
            "digits_answer_seconds", help_, buckets=buckets, registry=self.registry
        )
        help_ = "Requests refused, by why"
        self._refusals = Counter("digits_refusals", help_, ["reason"], registry=self.registry)

    def answer(self, text: str, certain: bool, milliseconds: float) -> None:
        """`text` is what was read: "7", or "2026"; "" if nothing was drawn."""
        digits = [digit for digit in text if digit in "0123456789"] or ["none"]
        for digit in digits:
            self._answers.labels(digit, str(certain).lower()).inc()
        self._seconds.observe(milliseconds / 1000)
        fields = {"text": text[:32], "certain": certain, "ms": round(milliseconds, 1)}
        EVENTS.info("answer", extra={"fields": fields})

    def refusal(self, reason: str, status: int, client: str) -> None:
        """`reason` is one of few words: it names a counter."""
        self._refusals.labels(reason).inc()
        fields = {"reason": reason, "status": status, "client": client}
        EVENTS.info("refusal", extra={"fields": fields})
