"""Identity under everything people do to their notes: no entry is reborn, none is lost."""

import random
from collections.abc import Set
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.model import Entry
from tests.fakes.notes import Edit, File, Folder, Shelf, fix_typo, on, retag, retitle, write_entry

_KINDS = st.sampled_from(["full", "full", "plain", "stub", "bare"])
_SEEDS = st.integers(0, 2**32)


class NotesFolder(RuleBasedStateMachine):
    """A folder that somebody works on, refreshed after each step; labels say which entry is which."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Folder()
        self.shelf = Shelf()
        self.ids: dict[int, str] = {}
        self.away: dict[str, File] = {}
        self.labels = 0
        self.days = 0

    @initialize(kinds=st.lists(st.lists(_KINDS, min_size=1, max_size=8), min_size=2, max_size=5))
    def begin(self, kinds: list[list[str]]) -> None:
        for held in kinds:
            self.add_file(held)

    @rule(kinds=st.lists(_KINDS, min_size=1, max_size=6))
    def add_file(self, kinds: list[str]) -> None:
        self.days += 1
        path = f"{self.days:03}.md"
        self.folder.files[path] = (on(self.days), [self._new(kind) for kind in kinds])
        self._refresh({path})

    @rule(seed=_SEEDS)
    def change_a_title(self, seed: int) -> None:
        self._edit(seed, retitle)

    @rule(seed=_SEEDS)
    def fix_a_typo(self, seed: int) -> None:
        self._edit(seed, fix_typo)

    @rule(seed=_SEEDS)
    def change_tags(self, seed: int) -> None:
        self._edit(seed, retag)

    @rule(seed=_SEEDS)
    def edit_and_move(self, seed: int) -> None:
        dice = self._dice(seed)
        edit = dice.choice([retitle, fix_typo, retag])
        path, new = self._pick(dice), f"moved/{seed}.md"
        dated, held = self.folder.files.pop(path)
        at = dice.randrange(len(held))
        held[at] = (held[at][0], edit(held[at][1], dice))
        self.folder.files[new] = (dated, held)
        self._refresh({new}, {path})

    @rule(seed=_SEEDS)
    def redate(self, seed: int) -> None:
        path = self._pick(self._dice(seed))
        self.days += 1
        self.folder.files[path] = (on(self.days), self.folder.files[path][1])
        self._refresh({path})

    @rule(seed=_SEEDS)
    def rename_with_another_date(self, seed: int) -> None:
        path = self._pick(self._dice(seed))
        self.days += 1
        new = f"{self.days:03}.md"
        self.folder.files[new] = (on(self.days), self.folder.files.pop(path)[1])
        self._refresh({new}, {path})

    @rule()
    def move_the_whole_folder(self) -> None:
        before = self.folder.files
        self.folder.files = {f"{self.shelf.turn}/{path}": held for path, held in before.items()}
        self._refresh(self.folder.files.keys(), before.keys())

    @rule(seed=_SEEDS)
    def reorder(self, seed: int) -> None:
        dice = self._dice(seed)
        path = self._pick(dice)
        dice.shuffle(self.folder.files[path][1])
        self._refresh({path})

    @rule(seed=_SEEDS)
    def split(self, seed: int) -> None:
        dice = self._dice(seed)
        path = self._pick(dice)
        dated, held = self.folder.files[path]
        if len(held) > 1:
            at = dice.randrange(1, len(held))
            self.folder.files[path] = (dated, held[:at])
            self.folder.files[f"split/{seed}.md"] = (dated, held[at:])
            self._refresh({path, f"split/{seed}.md"})

    @precondition(lambda self: len(self.folder.files) > 1)
    @rule(seed=_SEEDS)
    def merge(self, seed: int) -> None:
        dice = self._dice(seed)
        path, other = dice.sample(sorted(self.folder.files), 2)
        self.folder.files[path][1].extend(self.folder.files.pop(other)[1])
        self._refresh({path}, {other})

    @precondition(lambda self: len(self.folder.files) > 1)
    @rule(seed=_SEEDS)
    def vanish(self, seed: int) -> None:
        path = self._pick(self._dice(seed))
        self.away[path] = self.folder.files.pop(path)
        self._refresh(set(), {path})

    @precondition(lambda self: self.away)
    @rule(seed=_SEEDS, elsewhere=st.booleans())
    def come_back(self, seed: int, elsewhere: bool) -> None:
        path = self._dice(seed).choice(sorted(self.away))
        new = f"back/{seed}.md" if elsewhere or path in self.folder.files else path
        self.folder.files[new] = self.away.pop(path)
        self._refresh({new})

    @rule(seed=_SEEDS, kind=_KINDS)
    def insert_an_entry(self, seed: int, kind: str) -> None:
        dice = self._dice(seed)
        path = self._pick(dice)
        held = self.folder.files[path][1]
        held.insert(dice.randrange(len(held) + 1), self._new(kind))
        self._refresh({path})

    @rule(seed=_SEEDS, kind=_KINDS)
    def write_about_another_paper_in_its_place(self, seed: int, kind: str) -> None:
        dice = self._dice(seed)
        path = self._pick(dice)
        held = self.folder.files[path][1]
        held[dice.randrange(len(held))] = self._new(kind)
        self._refresh({path})

    @rule(seed=_SEEDS)
    def work_through_a_file(self, seed: int) -> None:
        dice = self._dice(seed)
        path = self._pick(dice)
        held = self.folder.files[path][1]
        held[:] = [(label, dice.choice([retitle, fix_typo, retag])(entry, dice)) for label, entry in held]
        held.insert(dice.randrange(len(held) + 1), self._new("full"))
        dice.shuffle(held)
        self._refresh({path})

    @rule(seed=_SEEDS)
    def note_the_same_paper_another_day(self, seed: int) -> None:
        dice = self._dice(seed)
        _, entry = dice.choice(self.folder.files[self._pick(dice)][1])
        label, other = self._new("full")
        self.days += 1
        path = f"{self.days:03}.md"
        again = replace(entry, commentary=other.commentary, tags=other.tags)
        self.folder.files[path] = (on(self.days), [(label, again)])
        self._refresh({path})

    @invariant()
    def every_entry_is_who_it_was(self) -> None:
        seen: dict[int, str] = {}
        for path, (_, held) in self.folder.files.items():
            identities = self.shelf.at(path)
            assert len(identities) == len(held), "an entry is lost"
            seen |= {label: identity for (label, _), identity in zip(held, identities, strict=True)}
        assert len(set(seen.values())) == len(seen)
        for label, identity in seen.items():
            assert self.ids.setdefault(label, identity) == identity, "an entry is reborn"
        assert len(set(self.ids.values())) == len(self.ids)
        assert len(self.shelf.living()) == len(seen)

    def _refresh(self, paths: Set[str], gone: Set[str] = frozenset()) -> None:
        self.shelf.refresh(self.folder.notes(paths), gone)

    def _new(self, kind: str) -> tuple[int, Entry]:
        self.labels += 1
        return self.labels, write_entry(self.labels, kind)

    def _dice(self, seed: int) -> random.Random:
        return random.Random(f"{seed} {self.shelf.turn}")

    def _pick(self, dice: random.Random) -> str:
        return dice.choice(sorted(self.folder.files))

    def _edit(self, seed: int, change: Edit) -> None:
        dice = self._dice(seed)
        path = self._pick(dice)
        held = self.folder.files[path][1]
        at = dice.randrange(len(held))
        held[at] = (held[at][0], change(held[at][1], dice))
        self._refresh({path})


TestNotesFolder = NotesFolder.TestCase
TestNotesFolder.settings = settings(max_examples=100, stateful_step_count=15, deadline=None)
