"""Holding back whoever asks too fast: ten questions in ten seconds, each person by themselves."""

import pytest

from adapters.slack import flood
from adapters.slack.flood import Admission, Flood


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_eleventh_question_is_refused_and_told_once() -> None:
    held = Flood(Stopwatch())
    told = [held.admit("T1/U1") for _ in range(13)]
    assert told[:10] == [Admission.ADMITTED] * 10
    assert told[10:] == [Admission.REFUSED, Admission.STILL_REFUSED, Admission.STILL_REFUSED]
    assert held.admit("T1/U2") is Admission.ADMITTED


def test_after_ten_seconds_questions_are_answered_again_and_refusals_told_again() -> None:
    watch = Stopwatch()
    held = Flood(watch)
    for _ in range(11):
        held.admit("T1/U1")
    watch.seconds = 9.9
    assert held.admit("T1/U1") is Admission.STILL_REFUSED
    watch.seconds = 10.0
    assert [held.admit("T1/U1") for _ in range(11)][-2:] == [Admission.ADMITTED, Admission.REFUSED]


def test_people_who_were_quiet_longest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "PEOPLE", 2)
    held = Flood(Stopwatch())
    for _ in range(11):
        held.admit("T1/U1")
    held.admit("T1/U2")
    held.admit("T1/U3")
    assert held.admit("T1/U1") is Admission.ADMITTED
