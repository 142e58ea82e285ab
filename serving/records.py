"""Logs and metrics: a line and a counter per answer and refusal, without drawings."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import UTC, datetime
from traceback import extract_tb

from prometheus_client import Counter, Histogram

EVENTS, SERVER = logging.getLogger("digits.events"), logging.getLogger("digits.server")
ANSWERS = Counter("digits_answers", "Answers, by digit and certainty", ["digit", "certain"])
REFUSALS = Counter("digits_refusals", "Requests refused, by HTTP status", ["status"])
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2)
SECONDS = Histogram("digits_answer_seconds", "From a drawing to its answer", buckets=BUCKETS)


def answer(text: str, certain: bool, milliseconds: float) -> None:
    """Count and log an answer. `text` is the reading's: "7", "2026", or "" if blank."""
    for digit in [digit for digit in text if digit in "0123456789"] or ["none"]:
        ANSWERS.labels(digit, str(certain).lower()).inc()
    SECONDS.observe(milliseconds / 1000)
    fields = {"text": text[:32], "certain": certain, "ms": round(milliseconds, 1)}
    EVENTS.info("answer", extra={"fields": fields})


def refusal(status: int, client: str) -> None:
    """Count and log a response with an HTTP status of 400 to 499."""
    REFUSALS.labels(status).inc()
    EVENTS.info("refusal", extra={"fields": {"status": status, "client": client}})


class OneLine(logging.Formatter):
    """Format a record as its message, and an exception as one line with its place."""

    def format(self, record: logging.LogRecord) -> str:
        said, error = record.getMessage().strip(), record.exc_info and record.exc_info[1]
        if error and error.__traceback__:
            place = extract_tb(error.__traceback__)[-1]
            return f"Failed: {said}: {error!r} ({place.filename}:{place.lineno})"
        return said


class JsonLine(OneLine):
    """Format a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": when, "level": record.levelname.lower(), "event": super().format(record)}
        return json.dumps(line | getattr(record, "fields", {}), ensure_ascii=False)


class TracebackLogger(io.TextIOBase):
    """A stream for standard error that logs the last line of each of Gradio's tracebacks."""

    def write(self, text: str) -> int:
        for line in re.findall(r"^[\w.]+(?:: .{,300}|$)", text, re.M):
            SERVER.error("Failed: %s", line)
        return len(text)


@contextmanager
def logged(log_format: str) -> Iterator[None]:
    """Log to standard error, line by line; answers and refusals only if the format is JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if log_format == "json" else OneLine())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    SERVER.setLevel(logging.INFO)
    EVENTS.setLevel(logging.INFO if log_format == "json" else logging.WARNING)
    with redirect_stderr(TracebackLogger()):
        yield
