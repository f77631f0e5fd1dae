"""Addresses, ids, wiki links, and the names of addresses."""

import pytest

from bot.notes.links import (
    arxiv_id,
    arxiv_ids,
    drop_wrapped,
    find_urls,
    malformed_arxiv_id,
    name_of,
    only_wiki_links,
    read_address_line,
    wiki_targets,
)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("있고 (https://a.example/b) 또", ("https://a.example/b",)),
        ("(https://a.example/b, https://c.example/d)", ("https://a.example/b", "https://c.example/d")),
        ("코드는 https://a.example/b.", ("https://a.example/b",)),
        ("[글](https://a.example/b)", ("https://a.example/b",)),
        ("https://a.example/b/ 끝의 빗금", ("https://a.example/b/",)),
        ("https://a.example/s/1?s=20&t=x#top", ("https://a.example/s/1?s=20&t=x#top",)),
        ("https://a.example/b에서 본", ("https://a.example/b",)),
        ("https://a.example/b)\u1110\u1161\u11ab", ("https://a.example/b",)),
        ("https://en.wikipedia.example/wiki/Mamba_(snake)", ("https://en.wikipedia.example/wiki/Mamba_(snake)",)),
        ("arxiv.org/abs/2305.00001", ("https://arxiv.org/abs/2305.00001",)),
        ("not.arxiv.org/abs/2305.00001", ()),
        ("https://a.example/b https://a.example/b", ("https://a.example/b",)),
        ("“https://a.example/b”", ("https://a.example/b",)),
        ("https:// http://. (https://)", ()),
        ("주소 없음 http 그리고 //", ()),
    ],
)
def test_find_urls(text: str, urls: tuple[str, ...]) -> None:
    assert find_urls(text) == urls


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://arxiv.org/abs/2305.00001", "2305.00001"),
        ("https://arxiv.org/abs/0704.0001", "0704.0001"),
        ("http://www.arxiv.org/pdf/2305.00001v12.pdf", "2305.00001"),
        ("https://arxiv.org/pdf/2305.00001?download=1", "2305.00001"),
        ("https://export.arxiv.org/abs/2305.00001#top", "2305.00001"),
        ("https://ar5iv.labs.arxiv.org/html/2305.00001", "2305.00001"),
        ("https://ar5iv.org/abs/2305.00001", "2305.00001"),
        ("https://huggingface.co/papers/2305.00001", "2305.00001"),
        ("https://www.alphaxiv.org/abs/2305.00001v1", "2305.00001"),
        ("https://doi.org/10.48550/arXiv.2305.00001", "2305.00001"),
        ("https://arxiv.org/abs/math.GT/0309136", "math.GT/0309136"),
        ("https://arxiv.org/abs/hep-th/9901001v2", "hep-th/9901001"),
        ("https://arxiv.org/abs/2006.162360", None),
        ("https://arxiv.org/abs/2013.00001", None),
        ("https://arxiv.org/list/cs.CL/recent", None),
        ("https://notarxiv.example/abs/2305.00001", None),
        ("https://huggingface.co/datasets/2305.00001", None),
    ],
)
def test_arxiv_id(url: str, found: str | None) -> None:
    assert arxiv_id(url) == found


def test_malformed_ids_are_told_from_other_pages() -> None:
    assert malformed_arxiv_id("https://arxiv.org/abs/2006.162360") == "2006.162360"
    assert malformed_arxiv_id("https://arxiv.org/abs/2006.16236") is None
    assert malformed_arxiv_id("https://arxiv.org/list/cs.CL/recent") is None


def test_ids_in_text_stand_in_order_and_once() -> None:
    text = "arXiv:2305.00002v1, https://arxiv.org/abs/2305.00001, arxiv 2305.00002, 2305.00003, 3.14"
    assert arxiv_ids(text) == ("2305.00002", "2305.00001")


@pytest.mark.parametrize(
    ("line", "urls"),
    [
        ("https://a.example/ https://b.example/", ("https://a.example/", "https://b.example/")),
        ("[글](https://a.example/b)", ("https://a.example/b",)),
        ("[https://a.example/b](https://l.example/?u=https%3A%2F%2Fa.example%2Fb%3Fx)", ("https://a.example/b",)),
        ("https://a.example/ 글", ()),
        ("글 https://a.example/", ()),
        ("(https://a.example/)", ()),
        ("[글](그림.png)", ()),
        ("", ()),
    ],
)
def test_read_address_line(line: str, urls: tuple[str, ...]) -> None:
    assert read_address_line(line) == urls


def test_an_address_through_a_tracker_is_not_a_second_one() -> None:
    urls = ("https://a.example/b", "https://l.example/?u=https%3A%2F%2Fa.example%2Fb", "https://a.example/c")
    assert drop_wrapped(urls) == ("https://a.example/b", "https://a.example/c")


def test_wiki_links_are_stripped_of_alias_and_heading() -> None:
    text = "[[One]] [[Two|둘]] [[Three#Part|셋]] ![[picture.png]] [[#Here]] [[One]] [[ ]] [["
    assert wiki_targets(text) == ("One", "Two", "Three")


@pytest.mark.parametrize(("line", "only"), [("- [[One]], [[Two]]", True), ("[[One]] 글", False), ("글", False)])
def test_only_wiki_links(line: str, only: bool) -> None:
    assert only_wiki_links(line) is only


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/Stability-AI/StableLM", "StableLM"),
        ("https://github.com/a/tool.git", "tool"),
        ("https://huggingface.co/datasets/OpenAssistant/oasst1", "oasst1"),
        ("https://huggingface.co/owner/model/tree/main", "model"),
        ("https://huggingface.co/datasets/squad", "squad"),
        ("https://open-assistant.io/", "open-assistant.io"),
        ("https://www.a.example/blog/post", "a.example"),
        ("https://twitter.com/WilliamWangNLP/status/1?s=20", "@WilliamWangNLP"),
        ("https://arxiv.org/abs/2305.00001v2", "arXiv:2305.00001"),
        ("https://a.example/files/Optimal%20Brain%20Surgeon.pdf", "Optimal Brain Surgeon"),
        ("https://[", "https://["),
    ],
)
def test_name_of(url: str, name: str) -> None:
    assert name_of(url) == name
