"""Rules about retries: which requests are made again, how often, and how soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.clients.base import Found, Level, Rule, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial_provider.clients.history import Attempt


def _retried_final(run: Run) -> Iterator[Found]:
    for before, retry in _all_retries(run):
        if before.is_final and not _has_new_key(before, retry):
            yield Found(
                request=retry.request,
                expected=f"no further attempt after {_outcome(before)}",
                arrived=_attempt(retry),
            )


def _retried_success(run: Run) -> Iterator[Found]:
    for before, retry in _all_retries(run):
        if before.is_whole:
            faults = ", ".join(fault.name for fault in before.request.faults) or "no fault"
            yield Found(
                request=retry.request,
                expected=f"no further attempt after a whole answer, sent with {faults}",
                arrived=_attempt(retry),
            )


def _too_early(run: Run) -> Iterator[Found]:
    for before, retry in _all_retries(run):
        if before.wait is None:
            continue
        gap = before.gap_to(retry)
        if gap < before.wait - run.policy.tolerance:
            yield Found(
                request=retry.request,
                expected=f"the next attempt at least {before.wait:g} s after {_outcome(before)}",
                arrived=f"{_attempt(retry)} after {gap:.3f} s",
            )


def _too_often(run: Run) -> Iterator[Found]:
    for chain in run.chains:
        if len(chain.attempts) > run.policy.most_attempts:
            yield Found(
                request=chain.attempts[0].request,
                expected=f"at most {run.policy.most_attempts} attempts of one request",
                arrived=f"{len(chain.attempts)} of them",
            )


def _storm(run: Run) -> Iterator[Found]:
    for chain in run.chains:
        hasty = 0
        for before, retry in chain.retries():
            hasty = hasty + 1 if before.gap_to(retry) < run.policy.storm_gap else 0
            if hasty == run.policy.storm_size:
                yield Found(
                    request=retry.request,
                    expected=f"a pause of {run.policy.storm_gap:g} s or more before a retry",
                    arrived=f"{hasty} retries in a row without one, up to {_attempt(retry)}",
                )


def _not_retried(run: Run) -> Iterator[Found]:
    for chain in run.chains:
        last = chain.attempts[-1]
        if len(chain.attempts) == 1 and last.failed and not last.is_final:
            yield Found(
                request=last.request,
                expected=f"another attempt after {_outcome(last)}",
                arrived="none",
            )


def _all_retries(run: Run) -> Iterator[tuple[Attempt, Attempt]]:
    return (pair for chain in run.chains for pair in chain.retries())


def _has_new_key(before: Attempt, retry: Attempt) -> bool:
    old, new = (one.request.header("authorization") for one in (before, retry))
    return before.request.status == 401 and old != new


def _attempt(one: Attempt) -> str:
    return f"request {one.request.index + 1}"


def _outcome(one: Attempt) -> str:
    status = one.request.status
    if status is None:
        return "no answer"
    cut = "" if one.request.completed else ", cut off"
    return f"an answer with status {status}{cut}"


RULES = (
    Rule(
        name="retried-final",
        holds="A request is not made again after a 4xx other than 408, 409 and 429, or after "
        "`x-should-retry: false`; after a 401 it may be, with another key.",
        level=Level.FAIL,
        cause="Does the client retry every error alike?",
        check=_retried_final,
    ),
    Rule(
        name="retried-success",
        holds="A request is not made again after a whole answer, in whatever legal framing.",
        level=Level.FAIL,
        cause="Did the client take an unusual but legal answer for a broken one, or time out?",
        check=_retried_success,
    ),
    Rule(
        name="retried-too-early",
        holds="A request is made again no earlier than `Retry-After` or `retry-after-ms` says.",
        level=Level.FAIL,
        cause="Does the client read only one form of the header, or none?",
        check=_too_early,
    ),
    Rule(
        name="retried-too-often",
        holds="A request is made no more than so many times (`most_attempts`).",
        level=Level.FAIL,
        cause="Is there a limit to its retries, or do two layers of the client retry each other?",
        check=_too_often,
    ),
    Rule(
        name="retry-storm",
        holds="There is a pause before a retry: not so many in a row (`storm_size`) come sooner "
        "than so (`storm_gap`).",
        level=Level.FAIL,
        cause="Does the client retry without a pause that grows?",
        check=_storm,
    ),
    Rule(
        name="not-retried",
        holds="A request that failed for a reason that may pass is made again.",
        level=Level.WARN,
        cause="Does the client give up at the first 429, 5xx or broken connection?",
        check=_not_retried,
    ),
)
