"""The studio: pictures are drawn in fair order; stops, restarts and failures lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import TinyCache
from tests.web.conftest import finish, make_desk, tiny_form, wait_for
from vqclip.config.job import Job
from vqclip.errors import ConfigError, DivergedError
from vqclip.models.load import Models
from vqclip.outputs import recipe as recipes
from vqclip.web.desk import Desk
from vqclip.web.gridwork import Grid
from vqclip.web.ticket import CANCELED, DONE, DRAWING, FAILED, STOPPED, WAITING


def states(desk: Desk) -> list[str]:
    return [own.ticket.state for own in desk.studio.standings()]


def drawn_in_order(desk: Desk) -> list[str]:
    """The owners in the order in which their pictures were finished."""
    over = [own.ticket for own in desk.studio.standings()]
    return [own.owner for own in sorted(over, key=lambda own: own.at)]


def draw_alone(folder: Path, **form: object) -> bytes:
    """The bytes of a picture that is drawn without interruption."""
    desk = make_desk(folder)
    ticket = desk.draw(tiny_form(**form), "me")
    desk.studio.open()
    finish(desk)
    desk.studio.close()
    return (folder / desk.studio.standing(ticket.id, "me").ticket.name).read_bytes()


def test_a_picture_is_drawn_and_watched(desk) -> None:
    ticket = desk.draw(tiny_form(steps=48), "me")
    desk.studio.open()
    finish(desk)
    standing = desk.studio.standing(ticket.id, "me")
    assert standing.ticket.state == DONE
    picture = desk.enclosure.picture(standing.ticket.name)
    assert recipes.read(picture).config.steps == 48
    assert standing.live is not None
    assert standing.live.version == 25  # the start, and every second step
    assert [step for step, _ in standing.live.losses] == list(range(1, 49))
    assert standing.live.losses[0][1].keys() == {"prompt 1"}
    assert standing.live.origin == "smooth"


def test_visitors_take_turns(desk) -> None:
    for seed in range(3):
        desk.draw(tiny_form(seed=seed), "many")
    desk.draw(tiny_form(seed=9), "few")
    assert [own.owner for own in desk.studio.queue()] == ["many", "few", "many", "many"]
    desk.studio.open()
    finish(desk)
    assert drawn_in_order(desk) == ["many", "few", "many", "many"]


def test_a_stop_keeps_the_picture_and_its_end_is_the_same(patient_desk, tmp_path) -> None:
    desk = patient_desk
    ticket = desk.draw(tiny_form(steps=40), "me")
    desk.studio.open()
    wait_for(lambda: desk.studio.standing(ticket.id, "me").ticket.step > 2)
    desk.studio.stop(ticket.id, "me")
    finish(desk)
    standing = desk.studio.standing(ticket.id, "me")
    assert (standing.ticket.state, standing.can_continue) == (STOPPED, True)
    unfinished = desk.enclosure.picture(standing.ticket.name).read_bytes()
    desk.studio.resume(ticket.id, "me")
    finish(desk)
    assert desk.studio.standing(ticket.id, "me").ticket.state == DONE
    whole = desk.enclosure.picture(standing.ticket.name).read_bytes()
    assert whole != unfinished
    assert whole == draw_alone(tmp_path / "alone", steps=40)
    assert not list(desk.enclosure.root.glob("*.checkpoint"))


def test_a_restart_continues_what_was_interrupted_first(patient_desk, tmp_path) -> None:
    desk = patient_desk
    first = desk.draw(tiny_form(steps=40), "me")
    desk.draw(tiny_form("a hen"), "you")
    desk.studio.open()
    wait_for(lambda: desk.studio.standing(first.id, "me").ticket.step > 2)
    desk.studio.close()
    assert states(desk) == [DRAWING, WAITING]
    step = desk.studio.standing(first.id, "me").ticket.step
    assert 2 < step < 40
    again = make_desk(desk.enclosure.given)
    assert states(again) == [WAITING, WAITING]
    assert again.studio.queue()[0].id == first.id
    again.studio.open()
    finish(again)
    again.studio.close()
    live = again.studio.standing(first.id, "me").live
    assert live is not None
    assert live.losses[0][0] == step + 1
    name = again.studio.standing(first.id, "me").ticket.name
    alone = draw_alone(tmp_path / "alone", steps=40)
    assert again.enclosure.picture(name).read_bytes() == alone


def test_a_killed_server_begins_again_where_there_is_no_checkpoint(desk) -> None:
    ticket = desk.draw(tiny_form(), "me")
    desk.studio.ledger.write(ticket.changed(state=DRAWING, name="a-fox_s0.png"))
    again = make_desk(desk.enclosure.given)
    again.studio.open()
    finish(again)
    again.studio.close()
    assert states(again) == [DONE]
    assert again.studio.standing(ticket.id, "me").ticket.name == "a-fox_s0.png"


def test_a_picture_that_was_finished_before_the_kill_is_not_drawn_again(desk) -> None:
    ticket = desk.draw(tiny_form(), "me")
    desk.studio.open()
    finish(desk)
    desk.studio.close()
    done = desk.studio.standing(ticket.id, "me").ticket
    desk.studio.ledger.write(done.changed(state=DRAWING))
    before = desk.enclosure.picture(done.name).stat().st_mtime_ns
    again = make_desk(desk.enclosure.given)
    again.studio.open()
    finish(again)
    again.studio.close()
    assert states(again) == [DONE]
    assert again.enclosure.picture(done.name).stat().st_mtime_ns == before


def test_nobody_stops_or_continues_the_drawing_of_another(desk) -> None:
    ticket = desk.draw(tiny_form(), "me")
    for action in (desk.studio.stop, desk.studio.resume, desk.studio.standing):
        with pytest.raises(ConfigError, match="you have no such drawing"):
            action(ticket.id, "you")
    with pytest.raises(ConfigError, match="you have no such drawing"):
        desk.draw_again(ticket.id, "you", steps=5)
    assert states(desk) == [WAITING]


def test_what_waits_can_be_canceled(desk) -> None:
    first, second = (desk.draw(tiny_form(seed=seed), "me") for seed in (0, 1))
    assert desk.studio.stop(second.id, "me").state == CANCELED
    desk.studio.open()
    finish(desk)
    assert [path.name for path in desk.enclosure.root.glob("*.png")] == ["a-fox_s0.png"]
    with pytest.raises(ConfigError, match="is over already"):
        desk.studio.stop(first.id, "me")


def test_a_failure_ends_one_drawing_alone(desk, monkeypatch) -> None:
    load = TinyCache.load

    def diverge(cache: TinyCache, config: object) -> tuple[Models, object]:
        if getattr(config, "steps", 0) == 5:
            raise DivergedError(2, [0])
        return load(cache, config)  # type: ignore[arg-type]

    monkeypatch.setattr(TinyCache, "load", diverge)
    desk.draw(tiny_form(steps=5), "me")
    desk.draw(tiny_form(steps=6), "me")
    desk.studio.open()
    finish(desk)
    assert states(desk) == [FAILED, DONE]
    assert "is not finite at step 2" in desk.studio.standings()[0].ticket.error


def test_other_errors_say_little(desk, monkeypatch) -> None:
    def fail(cache: TinyCache, config: object) -> None:
        raise KeyError("/root/secret")

    monkeypatch.setattr(TinyCache, "load", fail)
    desk.draw(tiny_form(), "me")
    desk.studio.open()
    finish(desk)
    assert desk.studio.standings()[0].ticket.error == "the drawing failed: KeyError"


def test_a_series_gives_way_between_its_pictures(patient_desk) -> None:
    desk = patient_desk
    settings = {"width": 16, "height": 16, "steps": 8, "cutouts.count": 2, "start.candidates": 1}
    series = desk.draw_grid(Grid(["a hen"], settings, seeds="0-3"), "many")
    desk.studio.open()
    wait_for(lambda: desk.studio.standing(series.id, "many").ticket.state == DRAWING)
    single = desk.draw(tiny_form(), "few")
    finish(desk)
    assert drawn_in_order(desk) == ["few", "many"]
    assert desk.studio.standing(single.id, "few").ticket.state == DONE
    folder, paths = desk.series_pictures(series.id, "many")
    assert len([path for path in paths if path.name.startswith("a-hen")]) == 4
    assert (folder / "sheet.png").is_file()


def test_more_steps_are_another_picture_of_the_same_seed(desk) -> None:
    ticket = desk.draw(tiny_form(seed=5), "me")
    more = desk.draw_again(ticket.id, "me", steps=3)
    other = desk.draw_again(ticket.id, "me", prompt="a hen")
    jobs = [Job.of(own.config()) for own in (ticket, more, other)]
    assert [job.seed for job in jobs] == [5, 5, 5]
    assert [job.config.steps for job in jobs] == [4, 7, 4]
    assert jobs[2].prompts[0].content == "a hen"
