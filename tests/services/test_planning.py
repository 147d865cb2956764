"""What a folder or a table would enrol."""

import os
import sys
from pathlib import Path

import pytest

from secondlook.domain.errors import InputError
from secondlook.services.planning import Plan, plan


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def found(source: Path, root: Path) -> list[tuple[str, str]]:
    return [(str(Path(i.path).relative_to(root)), i.person_key) for i in plan(source).images]


def table(folder: Path, text: str, encoding: str = "utf-8") -> Plan:
    path = folder / "people.csv"
    path.write_bytes(text.encode(encoding))
    return plan(path)


def test_sub_folders_are_persons_however_deep_their_images_lie(tmp_path: Path) -> None:
    touch(tmp_path, "Ann/1.jpg", "Ann/2.PNG", "Ben/2019/summer/x.tiff", "Ben/y.WebP")
    assert found(tmp_path, tmp_path) == [
        ("Ann/1.jpg", "Ann"),
        ("Ann/2.PNG", "Ann"),
        ("Ben/2019/summer/x.tiff", "Ben"),
        ("Ben/y.WebP", "Ben"),
    ]


def test_file_names_are_persons_and_may_stand_beside_folders(tmp_path: Path) -> None:
    touch(tmp_path, "Cid.jpeg", "Dot.v2.bmp", "Ann/1.jpg")
    assert {person for _, person in found(tmp_path, tmp_path)} == {"Ann", "Cid", "Dot.v2"}


def test_a_name_with_two_suffixes_is_one_person_with_two_images(tmp_path: Path) -> None:
    assert plan(touch(tmp_path, "Cid.jpg", "Cid.png")).persons == 1


def test_hidden_files_and_folders_are_left_out_at_every_depth(tmp_path: Path) -> None:
    touch(tmp_path, "Ann/1.jpg", ".DS_Store", ".trash/1.jpg", "Ann/._1.jpg", "Ann/.thumbs/1.jpg")
    assert found(tmp_path, tmp_path) == [("Ann/1.jpg", "Ann")]


def test_files_that_are_no_images_are_counted(tmp_path: Path) -> None:
    planned = plan(touch(tmp_path, "Ann/1.jpg", "Ann/notes.txt", "readme.md"))
    assert (len(planned.images), planned.skipped) == (1, 2)


def test_links_to_folders_inside_a_person_are_not_followed(tmp_path: Path) -> None:
    touch(tmp_path, "Ann/1.jpg")
    try:
        (tmp_path / "Ann" / "loop").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("this account may not make links")
    assert found(tmp_path, tmp_path) == [("Ann/1.jpg", "Ann")]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have names of text only")
def test_names_that_are_not_text_are_skipped_and_counted(tmp_path: Path) -> None:
    touch(tmp_path, "Ann/1.jpg")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/Ann/\xff.jpg")).touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xfe.jpg")).touch()
    planned = plan(tmp_path)
    assert (len(planned.images), planned.skipped) == (1, 2)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path) -> None:
    closed = touch(tmp_path, "Ann/deep/1.jpg") / "Ann" / "deep"
    closed.chmod(0)
    try:
        with pytest.raises(InputError, match="Ann/deep: cannot be listed"):
            plan(tmp_path)
    finally:
        closed.chmod(0o700)


@pytest.mark.parametrize("name", ["empty", "gone"])
def test_nothing_to_enrol_is_an_error_with_a_cure(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as caught:
        plan(tmp_path / name)
    assert caught.value.remedy
    assert name in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [",", ";"])
def test_a_table_in_every_common_dialect(
    tmp_path: Path, encoding: str, end: str, mark: str
) -> None:
    rows = ("Person,Path,Display_Name,born", "ann,img/a.jpg,Ann Ó,1938", "ben,../b.jpg,,")
    planned = table(tmp_path, end.join(rows).replace(",", mark), encoding)
    ann, ben = planned.images
    assert ann.path == str((tmp_path / "img/a.jpg").resolve())
    assert ben.path == str((tmp_path.parent / "b.jpg").resolve())
    assert (ann.person_key, ann.display_name, ann.metadata) == ("ann", "Ann Ó", {"born": "1938"})
    assert (ben.person_key, ben.display_name, ben.metadata) == ("ben", "ben", {"born": ""})


def test_absolute_paths_stay_as_they_are(tmp_path: Path) -> None:
    image = tmp_path.resolve() / "a.jpg"
    assert table(tmp_path, f"person,path\nann,{image}\n").images[0].path == str(image)


def test_fields_may_hold_line_breaks_delimiters_and_quotes(tmp_path: Path) -> None:
    text = 'person,path,note\nann,a.jpg,"two\nlines, and a ""quote"""\nben,b.jpg,x\n'
    planned = table(tmp_path, text)
    assert [i.person_key for i in planned.images] == ["ann", "ben"]
    assert planned.images[0].metadata == {"note": 'two\nlines, and a "quote"'}


def test_characters_that_only_look_like_line_ends_do_not_end_a_line(tmp_path: Path) -> None:
    planned = table(tmp_path, "person,path\nann\u2028lee,a.jpg\nben\x0bb,b.jpg\n")
    assert [i.person_key for i in planned.images] == ["ann\u2028lee", "ben\x0bb"]


def test_blank_rows_and_nameless_columns_are_left_out(tmp_path: Path) -> None:
    planned = table(tmp_path, "person,path,,\nann,a.jpg,,\n,,,\n\n  , ,,\nben,b.jpg\n")
    assert [(i.person_key, i.metadata) for i in planned.images] == [("ann", {}), ("ben", {})]


def test_surplus_cells_are_ignored(tmp_path: Path) -> None:
    assert table(tmp_path, "person,path\nann,a.jpg,what,is,this\n").images[0].metadata == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,path\nann,a.jpg\n", "no column “person”"),
        ("person,file\nann,a.jpg\n", "no column “path”"),
        ("", "no column “person”"),
        ("\n\nperson,path\n", "The first line must name"),
        ("person,path\n", "no images"),
        ('person,path,x\nann,a.jpg,"1\n2"\n,b.jpg\n', "line 4 has no person"),
        ("person,path\nann\n", "line 2 has no path"),
        ("person,path\nann,a\0.jpg\n", "line 2 has no usable path"),
        ('person,path\nann,"' + "x" * 200_000 + '"\n', "cannot be read as CSV"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=r"people\.csv") as caught:
        table(tmp_path, text)
    assert told in str(caught.value)


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-8"):
        table(tmp_path, "person,path\nJosé,a.jpg\n", "cp1252")
    with pytest.raises(InputError, match="UTF-8"):
        table(tmp_path, "person,path\nann,a.jpg\n", "utf-16")


def test_every_kind_that_is_known_is_planned_read_or_not(tmp_path: Path) -> None:
    """Nobody goes missing by a suffix: what is not read ends on the list of errors, by person."""
    for name in ("Anna/IMG_1.HEIC", "Ben/photo.jfif", "Cleo/face.psd", "Dora/scan.PDF"):
        path = tmp_path / name
        path.parent.mkdir()
        path.touch()
    (tmp_path / "Dora" / "Thumbs.db").touch()
    planned = plan(tmp_path)
    assert {image.person_key for image in planned.images} == {"Anna", "Ben", "Cleo", "Dora"}
    assert planned.skipped == 1
