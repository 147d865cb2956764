"""What a folder or a table would enrol."""

import os
import sys
from pathlib import Path

import pytest

from secondlook.domain.errors import ImageFault, InputError
from secondlook.domain.planned import Why
from secondlook.services.planning import Plan, decided, plan
from secondlook.services.planning_notes import not_planned, notes


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
    path.write_bytes(text.encode(encoding, "surrogateescape" if encoding == "utf-8" else "strict"))
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
    assert (len(planned.images), len(planned.left_out)) == (1, 2)


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
    assert (len(planned.images), len(planned.left_out)) == (1, 2)
    assert [out.person for out in planned.left_out] == ["Ann", "\\udcfe"]


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


def test_surplus_cells_are_an_error_that_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 3 has 3 fields, but there are 2 columns") as caught:
        table(tmp_path, "person,path\nann,a.jpg,,\nLee, Ann,img/a.jpg\n")
    assert "quotes" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,path\nann,a.jpg\n", "no column “person”"),
        ("person,file\nann,a.jpg\n", "no column “path”"),
        ("", "no column “person”"),
        ("\n\nperson,path\n", "no images"),
        ("\n\nperson;file\n", "The first line must name"),
        ("PK\x03\x04\udcff", "it is no text"),
        ("sep=|\nperson|path\n", "“|” separates"),
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


def test_tables_are_read_as_people_save_them(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "a.jpg").touch()
    rows = ("person,path,display_name", "1,img\\a.jpg,Müller", "2,.\\img\\b.jpg,Żółć")
    for text, encoding, told in (
        ("\t".join(rows[0].split(",")) + "\r\n" + rows[1].replace(",", "\t"), "cp1252",
         "Windows-1252, separated by tabs"),
        ("\r\n".join(rows), "utf-16", "UTF-16, separated by commas"),
        ("\n".join(rows), "utf-16-le", "UTF-16, separated by commas"),
        ("\n".join(rows), "utf-16-be", "UTF-16, separated by commas"),
        ("sep=;\r\n" + "\r\n".join(rows).replace(",", ";"), "utf-8-sig",
         "UTF-8, separated by semicolons"),
        ('"sep=\t"\n' + "\n".join(rows).replace(",", "\t"), "utf-8", "UTF-8, separated by tabs"),
    ):  # fmt: skip
        planned = table(tmp_path, text, encoding)
        image = planned.images[0]
        assert (image.path, image.display_name) == (
            str((tmp_path / "img" / "a.jpg").resolve()), "Müller"
        )  # fmt: skip
        assert notes(planned) == [f"Read as {told}; columns person, path, display_name."]


def test_a_line_is_numbered_as_an_editor_does_below_the_line_that_names_the_separator(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError, match="line 4 has no person"):
        table(tmp_path, "sep=;\nperson;path\nann;a.jpg\n;b.jpg\n")


# People


ONE = ("José", "José".replace("é", "e\u0301"), "JOSÉ", " José", "José")


def test_a_person_whose_key_was_written_in_several_ways_is_one(tmp_path: Path) -> None:
    rows = "\n".join(f"{key} Lee,{n}.jpg" for n, key in enumerate(ONE))
    planned = table(tmp_path, f"person,path\n{rows}\nJosé\u00a0 Lee,9.jpg\n")
    assert {image.person_key for image in planned.images} == {"José Lee"}
    assert planned.persons == 1
    assert planned.one_person == (("José Lee", "Jose\u0301 Lee", "JOSÉ Lee", "José\u00a0 Lee"),)


def test_nearly_equal_keys_are_somebodys_decision(tmp_path: Path) -> None:
    text = "person,path\nIain,1.jpg\nlain,2.jpg\nJosé,3.jpg\nJose,4.jpg\nBob,5.jpg\n"
    planned = table(tmp_path, text)
    assert planned.alike == (("Iain", "lain"), ("José", "Jose"))
    with pytest.raises(InputError, match="names: “Iain”, “lain”; “José”, “Jose”"):
        decided(planned, None)
    assert decided(planned, ()).persons == 5
    assert decided(planned, planned.alike[1:]).persons == 4


def test_keys_are_compared_with_the_gallery_that_they_are_for(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("person,path\nSMITH,1.jpg\nJose,2.jpg\n", encoding="utf-8")
    planned = plan(path, ["Smith", "José", "Iain", "lain"])
    assert [image.person_key for image in planned.images] == ["Smith", "Jose"]
    assert planned.alike == (("José", "Jose"),)
    both = plan(path, ["Smith", "SMITH", "Jose", "José"])  # of a gallery of before
    assert [image.person_key for image in both.images] == ["SMITH", "Jose"]
    assert both.alike == ()


# Links and what is left out


def test_a_link_to_the_whole_folder_makes_nobody(tmp_path: Path) -> None:
    touch(tmp_path, "A/1.jpg", "B/1.jpg", "C/1.jpg")
    link(tmp_path / "A-all", tmp_path)
    link(tmp_path / "AA", tmp_path / "B")
    link(tmp_path / "C" / "up", tmp_path / "A")
    planned = plan(tmp_path)
    assert {image.person_key for image in planned.images} == {"A", "B", "C"}
    assert len(planned.images) == 3
    assert {(Path(out.path).name, out.why) for out in planned.left_out} == {
        ("A-all", Why.LOOP), ("AA", Why.SEEN), ("up", Why.SEEN)
    }  # fmt: skip
    assert planned.without_image == ()


def test_a_link_to_another_place_is_followed_once(tmp_path: Path) -> None:
    touch(tmp_path, "elsewhere/deep/1.jpg", "source/A/1.jpg")
    link(tmp_path / "elsewhere" / "back", tmp_path / "source")
    link(tmp_path / "source" / "B", tmp_path / "elsewhere")
    link(tmp_path / "source" / "C", tmp_path / "elsewhere" / "deep")
    link(tmp_path / "source" / "D", tmp_path / "gone")
    link(tmp_path / "source" / "E", tmp_path)  # above: it would bring everything beside the source
    planned = plan(tmp_path / "source")
    assert [image.person_key for image in planned.images] == ["A", "B"]
    assert {(out.person, out.why) for out in planned.left_out} == {
        ("B", Why.LOOP), ("C", Why.SEEN), ("D", Why.BROKEN),
        ("E", Why.LOOP),
    }  # fmt: skip


def test_a_link_to_a_folder_above_does_not_go_through_its_own_folder_again(tmp_path: Path) -> None:
    touch(tmp_path, "archive/one/A/1.jpg", "archive/other/1.jpg")
    touch(tmp_path / "away", "in/1.jpg")
    link(tmp_path / "away" / "in" / "archive", tmp_path / "archive" / "one" / "A")
    link(tmp_path / "archive" / "one" / "B", tmp_path / "away")
    planned = plan(tmp_path / "archive" / "one")
    assert [image.person_key for image in planned.images] == ["A", "B"]
    assert [(out.person, out.why) for out in planned.left_out] == [("B", Why.SEEN)]


def test_what_is_left_out_is_told_by_person(tmp_path: Path) -> None:
    touch(
        tmp_path, "Anna/IMG_1.HEIX", "Ben/a.jpg", "Cleo/photo.jfix", "Ben/.b.jpg", "Ben/.DS_Store"
    )
    touch(tmp_path, "Ben/._a.jpg", "Ben/Thumbs.db", "Ben/a.xmp")
    (tmp_path / "Dan").mkdir()
    planned = plan(tmp_path)
    assert planned.without_image == ("Anna", "Cleo", "Dan")
    told = "\n".join(notes(planned))
    assert "IMG_1.HEIX (Anna), photo.jfix (Cleo)" in told
    assert "Hidden: .b.jpg (Ben)" in told
    assert "Nothing to enrol of: Anna, Cleo, Dan." in told
    listed = {(one.person_key, one.fault) for one in not_planned(planned)}
    assert listed == {
        ("Anna", ImageFault.NOT_AN_IMAGE), ("Ben", ImageFault.LEFT_OUT),
        ("Cleo", ImageFault.NOT_AN_IMAGE), ("Dan", ImageFault.EMPTY_FOLDER),
    }  # fmt: skip


def link(at: Path, to: Path) -> None:
    try:
        at.symlink_to(to, target_is_directory=True)
    except OSError:
        pytest.skip("this account may not make links")


def test_every_kind_that_is_known_is_planned_read_or_not(tmp_path: Path) -> None:
    """Nobody goes missing by a suffix: what is not read ends on the list of errors, by person."""
    for name in ("Anna/IMG_1.HEIC", "Ben/photo.jfif", "Cleo/face.psd", "Dora/scan.PDF"):
        path = tmp_path / name
        path.parent.mkdir()
        path.touch()
    (tmp_path / "Dora" / "Thumbs.db").touch()
    planned = plan(tmp_path)
    assert {image.person_key for image in planned.images} == {"Anna", "Ben", "Cleo", "Dora"}
    assert planned.left_out == ()
