"""The whole main job through the real window: first start to accepted lead."""

from pathlib import Path

import pytest

from secondlook.bootstrap import open_application
from secondlook.ui.tour import take_tour


@pytest.mark.shared
def test_the_tour_ends_with_an_accepted_lead_and_a_sound_record(
    tmp_path: Path,
    shared_models: Path,
    shared_faces: Path,
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,
) -> None:
    monkeypatch.setenv("SECONDLOOK_DEMO", str(shared_faces / "congress"))
    app = open_application(tmp_path / "tour.db", shared_models)
    try:
        take_tour(app, tmp_path / "pictures", sizes=((1280, 800),), modes=("light",))
        assert [summary.accepted for summary in app.cases.all()] == [1]
        assert app.record.verify().sound
    finally:
        app.close()
    assert (tmp_path / "pictures" / "01-first-start-1280x800-light.png").stat().st_size > 10_000


def test_without_models_and_people_the_window_says_what_is_missing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    qapp: object,
) -> None:
    monkeypatch.delenv("SECONDLOOK_MODELS", raising=False)
    monkeypatch.delenv("SECONDLOOK_DEMO", raising=False)
    app = open_application(tmp_path / "tour.db")
    try:
        take_tour(app, tmp_path / "pictures", sizes=((1280, 800),), modes=("dark",))
    finally:
        app.close()
    assert "no demonstration people" in capsys.readouterr().out
