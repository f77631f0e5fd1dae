"""Know what Korean hangs onto a word: particles and verb endings, which a query sheds and a text need not repeat."""

import re

_SHORTEST = 2  # syllables that have to be left
_MOST_ENDINGS = 2
_ENDINGS = frozenset(
    re.findall(
        "[가-힣]+",
        "에서는 에서의 으로는 으로의 에게서 이라는 이라고 에서도 으로도 부터는 까지의 에서 에게 으로 로는 "
        "로의 로도 이나 이랑 이란 라는 라고 까지 부터 보다 처럼 마다 조차 밖에 하는 하기 하고 하여 하면 하지 "
        "한다 했다 하던 해서 해야 했던 합니다 했습니다 됩니다 입니다 이다 인지 되는 되어 된다 됐다 시킨 "
        "시키는 시켜 적인 적으로 들이 들을 들의 들은 들에 들로 들 은 는 이 가 을 를 의 에 로 와 과 도 만 한 "
        "할 해 된 될 인 랑 ",
    )
)
_ENDING = re.compile("(?:" + "|".join(sorted(_ENDINGS, key=len, reverse=True)) + ")$")
_LONE = frozenset("은는이가을를의에로와과도만한할된인용형식들및등수것")


def bare(word: str) -> str:
    """Return a Hangul word without the particles or endings at its end, at least two syllables of it."""
    for _ in range(_MOST_ENDINGS):
        ending = _ENDING.search(word)
        if not ending or ending.start() < _SHORTEST:
            break
        word = word[: ending.start()]
    return word


def shapes(word: str) -> tuple[str, ...]:
    """Return a Hangul word, then whatever may be left of it without an ending, the bare word last."""
    cut = (word[:end] for end in range(len(word) - 1, _SHORTEST - 1, -1) if word[end:] in _ENDINGS)
    return tuple(dict.fromkeys((word, *cut, bare(word))))


def is_particle(word: str) -> bool:
    """Tell whether a Hangul run is nothing but a particle, as it is left where a Latin word stood before it."""
    return word in _LONE or (len(word) <= len("에서의") and word in _ENDINGS)
