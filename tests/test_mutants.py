"""What ``mutants`` tries is still there to be tried, and a tree is whole again afterwards."""

from pathlib import Path

import pytest

from tests.mutants import PACKAGE, ROOT, Mutant, broken, chosen
from tests.mutants_data import MUTANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_line_is_there_once_and_so_are_the_tests(mutant: Mutant) -> None:
    text = (ROOT / PACKAGE / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    assert mutant.new != mutant.old
    assert all((ROOT / name).is_file() for name in mutant.tests if name.startswith("tests/"))


def test_a_tree_is_whole_again_afterwards(tmp_path: Path) -> None:
    file = tmp_path / PACKAGE / "a.py"
    file.parent.mkdir(parents=True)
    file.write_text("x = 1\ny = 2\n", encoding="utf-8")
    with broken(tmp_path, Mutant("a.py", "x = 1", "x = 2", ())):
        assert file.read_text(encoding="utf-8") == "x = 2\ny = 2\n"
    assert file.read_text(encoding="utf-8") == "x = 1\ny = 2\n"
    with pytest.raises(LookupError), broken(tmp_path, Mutant("a.py", "z", "", ())):
        pass


def test_some_are_chosen_by_number_or_by_file() -> None:
    some = [Mutant(name, "", "", ()) for name in ("a/b.py", "c.py", "a/d.py")]
    assert [n for n, _ in chosen(some, [])] == [1, 2, 3]
    assert [n for n, _ in chosen(some, ["a/"])] == [1, 3]
    assert [n for n, _ in chosen(some, ["2", "d.py"])] == [2, 3]
