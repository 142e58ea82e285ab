"""Logs and metrics: a line per answer, training and refusal, and counters. Never a drawing."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from prometheus_client import Counter, Histogram

EVENTS = logging.getLogger("digits.events")
SERVER = logging.getLogger("digits.server")

ANSWERS = Counter("digits_answers", "Answers, by digit and certainty", ["digit", "certain"])
REFUSALS = Counter("digits_refusals", "Requests refused, by HTTP status", ["status"])
TRAININGS = Counter("digits_trainings", "Trainings on the page, by how they ended", ["outcome"])
SECONDS = Histogram(
    "digits_answer_seconds",
    "Seconds from a drawing to its answer",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2),
)


def answer(text: str, certain: bool, milliseconds: float) -> None:
    """Count and log an answer. `text` is what was read: "7", "2026", or "" for nothing."""
    for digit in [digit for digit in text if digit in "0123456789"] or ["none"]:
        ANSWERS.labels(digit, str(certain).lower()).inc()
    SECONDS.observe(milliseconds / 1000)
    fields = {"text": text[:32], "certain": certain, "ms": round(milliseconds, 1)}
    EVENTS.info("answer", extra={"fields": fields})


def training(outcome: str, seconds: float) -> None:
    """Count and log a training on the page: "finished", or why it was not."""
    TRAININGS.labels(outcome).inc()
    fields = {"outcome": outcome, "seconds": round(seconds, 1)}
    EVENTS.info("training", extra={"fields": fields})


def refusal(status: int, client: str) -> None:
    """Count and log a response with an HTTP status of 400 to 499."""
    REFUSALS.labels(status).inc()
    EVENTS.info("refusal", extra={"fields": {"status": status, "client": client}})


class JsonLines(logging.Formatter):
    """Formats each record as one line of JSON."""

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


def set_up_logs(log_format: str) -> None:
    """Log everything to standard error; answers and refusals only as JSON."""
    is_json = log_format == "json"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if is_json else logging.Formatter("%(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    SERVER.setLevel(logging.INFO)
    EVENTS.setLevel(logging.INFO if is_json else logging.WARNING)
