"""Know the words people put around a query (`megalodon 찾아줘`, `papers about …`) and shed them."""

import re

_ENGLISH_OPENING = re.compile(
    r"(?:please\s+)?(?:(?:can|could)\s+you\s+)?"
    r"(?:(?:find|show|get|give|search|look\s+up|open)\s+(?:(?:me|for|us)\s+)*)?(?:(?:the|a|any|that|our)\s+)?"
    r"(?:papers?|notes?|entry|entries)\s+(?:about|on|for|of|called|titled|by|from|named)\s+",
    re.IGNORECASE,
)
_ENGLISH_VERB = re.compile(r"(?:please\s+)?(?:find|search|look\s+up)(?:\s+(?:me|for))*\s+", re.IGNORECASE)
_ENGLISH_CLOSING = re.compile(r"\s+(?:papers?|notes?|please|pls)(?:\s+please)?[\s?!.]*$", re.IGNORECASE)
_KOREAN_NOUN = "(?:논문|노트|페이퍼|메모|글|자료)(?:들)?(?:을|를|이|은|는|도|에서|이나|이랑|좀|인데)?"
_KOREAN_VERB = (
    "(?:찾아|알려|보여|검색해|열어|띄워|소개해|설명해|말해)"
    "(?:줘|줘요|주세요|줄래|줄래요|봐|봐줘|봐요|달라|다오|주라|주실래요)?"
)
_KOREAN_REST = (
    "찾기|찾자|찾는|찾고|검색|조회|관련|관련된|관련한|관한|관하여|관해|관해서|대한|대하여|대해|대해서|다룬|다루는|"
    "나온|나오는|좀|그|저|혹시|제발|그거|거기|뭐였지|뭐지|뭐야|뭐더라|뭐였더라|있나|있나요|있어|있어요|있었나|있었지|"
    "있던|어디|어디있지|어딨지|무엇|언제|줘|주세요|부탁|부탁해|부탁해요"
)
_KOREAN_FILLER = re.compile(f"(?:{_KOREAN_NOUN}|{_KOREAN_VERB}|{_KOREAN_REST})[?!.~]*")
_TOPIC_MARK = re.compile("(?<=[^\\s])(?:에|과|와|이랑|랑)$")


def shed(words: str) -> str:
    """Return a query without the polite words at its beginning and its end; '' where there is nothing else."""
    return _shed_korean(_shed_english(words.strip()))


def _shed_english(words: str) -> str:
    opening = _ENGLISH_OPENING.match(words) or _ENGLISH_VERB.match(words)
    rest = words[opening.end() :] if opening else words
    return _ENGLISH_CLOSING.sub("", rest) or words


def _shed_korean(words: str) -> str:
    kept = words.split()
    while kept and _KOREAN_FILLER.fullmatch(kept[0]):
        kept.pop(0)
    shed_any = False
    while kept and _KOREAN_FILLER.fullmatch(kept[-1]):
        kept.pop()
        shed_any = True
    if kept and shed_any:
        kept[-1] = _TOPIC_MARK.sub("", kept[-1])
    return " ".join(kept)
