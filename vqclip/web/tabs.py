"""The tabs of the page as Gradio lays them out; what they do is in the handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from vqclip.config.option import keys
from vqclip.config.schema import Config
from vqclip.web.album import SORTS
from vqclip.web.browsing import BY_CLIP, BY_WORDS, Browsing
from vqclip.web.gridwork import SERVERS
from vqclip.web.handlers import NO_STYLE, Handlers
from vqclip.web.ownshelf import names_of

QUIET: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
"""Events are answered at once, and change nothing of the layout while they run."""
POLL = "() => { window.vqclipPoll(); }"
TICKET = "(prompt, ticket) => [prompt, document.getElementById('vq-live').dataset.ticket || '']"


@dataclass(frozen=True)
class Fields:
    """The fields of the form of a picture, in the order in which handlers take them."""

    components: list[Any]


def numbers(*labels: tuple[str, str]) -> list[gr.Textbox]:
    """Return small fields for numbers: a text says better than a spinner what was mistyped."""
    return [
        gr.Textbox(label=label, placeholder=hint, min_width=60, max_lines=1)
        for label, hint in labels
    ]


def picture_tab(handlers: Handlers) -> Fields:
    """Lay out the form of a picture."""
    prompt = gr.Textbox(
        label="Prompt",
        placeholder="a lighthouse at dusk | oil painting:0.5",
        info="several with | between them, each with :weight if you like",
        lines=2,
        elem_id="vq-prompt",
        autofocus=True,
    )
    words = gr.HTML('<p class="vq-words"></p>', apply_default_css=False, elem_id="vq-words")
    with gr.Row():
        draw = gr.Button("Draw", variant="primary", elem_id="vq-draw")
        other = gr.Button("Same seed, other prompt", elem_id="vq-other")
    said = gr.HTML('<p class="vq-said"></p>', apply_default_css=False, elem_id="vq-draw-said")
    with gr.Row():
        preset = gr.Dropdown(["", *names_of("preset")], label="Preset", value="", min_width=140)
        styles = gr.Dropdown(names_of("style"), label="Styles", multiselect=True, min_width=140)
    with gr.Row():
        sizes = numbers(
            ("Seed", "random"),
            ("Width", "as preset"),
            ("Height", "as preset"),
            ("Steps", "as preset"),
        )
    image = _uploader(handlers)
    with gr.Accordion("More settings", open=False):
        more = gr.Textbox(label="key=value, one a line", lines=3, elem_id="vq-more")
    ticket = gr.Textbox(visible=False)
    fields = [prompt, preset, styles, *sizes, image, more]
    prompt.input(handlers.spell, [prompt, preset], words, trigger_mode="always_last", **QUIET)
    preset.change(handlers.spell, [prompt, preset], words, **QUIET)
    for listener in (draw.click, prompt.submit):
        listener(
            handlers.draw,
            fields,
            said,
            api_name="draw",
            **{**QUIET, "api_visibility": "undocumented"},
        ).then(None, js=POLL, **QUIET)
    other.click(handlers.draw_other, [prompt, ticket], said, js=TICKET, **QUIET).then(
        None, js=POLL, **QUIET
    )
    return Fields(fields)


def _uploader(handlers: Handlers) -> gr.State:
    """Lay out the field of a picture to start from; return what holds its path."""
    with gr.Accordion("Start from a picture", open=False):
        image = gr.State("")
        file = gr.File(
            label="PNG, JPEG or WebP",
            file_types=[".png", ".jpg", ".jpeg", ".webp"],
            elem_id="vq-file",
            height=120,
        )
        shown = gr.HTML("", elem_id="vq-upload", apply_default_css=False)
    file.upload(handlers.upload, file, [image, shown], **QUIET)
    file.clear(lambda: ("", ""), None, [image, shown], **QUIET)
    return image


def series_tab(handlers: Handlers) -> None:
    """Lay out the form of a series."""
    known = [
        key
        for key, option in keys(Config).items()
        if not option.is_section and key.partition(".")[0] not in SERVERS
    ]
    prompts = gr.Textbox(label="Prompts, one a line", lines=3, elem_id="vq-prompts")
    with gr.Row():
        preset = gr.Dropdown(["", *names_of("preset")], label="Preset", value="", min_width=140)
        styles = gr.Dropdown(
            [NO_STYLE, *names_of("style")],
            label="Styles to compare",
            multiselect=True,
            min_width=140,
        )
    with gr.Row():
        sizes = numbers(
            ("Seeds", "0-3,7"),
            ("Width", "as preset"),
            ("Height", "as preset"),
            ("Steps", "as preset"),
        )
    axes: list[Any] = []
    for number in ("first", "second"):
        with gr.Row():
            axes.append(gr.Dropdown(["", *known], label=f"The {number} key to compare", value=""))
            axes.append(gr.Textbox(label="Its values", placeholder="8, 16, 32", max_lines=1))
    draw = gr.Button("Draw the series", variant="primary", elem_id="vq-draw-series")
    said = gr.HTML('<p class="vq-said"></p>', apply_default_css=False, elem_id="vq-series-said")
    fields = [prompts, preset, styles, *sizes, *axes]
    draw.click(handlers.draw_series, fields, said, **QUIET).then(None, js=POLL, **QUIET)


def configuration_tab(handlers: Handlers, form: Fields) -> None:
    """Lay out the editor of a configuration."""
    with gr.Row():
        fill = gr.Button("From the form", elem_id="vq-fill")
        draw = gr.Button("Draw this", variant="primary", elem_id="vq-draw-yaml")
    text = gr.Code(
        language="yaml", label="Configuration", lines=14, max_lines=24, elem_id="vq-yaml"
    )
    said = gr.HTML('<p class="vq-said"></p>', apply_default_css=False, elem_id="vq-yaml-said")
    with gr.Row():
        name = gr.Textbox(label="Save as", placeholder="my-style", max_lines=1, min_width=120)
        kind = gr.Radio(["style", "preset"], label="Kind", value="style", min_width=120)
        keep = gr.Button("Save", elem_id="vq-save")
    fill.click(handlers.document_of, form.components, [text, said], **QUIET)
    text.change(handlers.check_document, text, said, trigger_mode="always_last", **QUIET)
    draw.click(handlers.draw_document, text, said, **QUIET).then(None, js=POLL, **QUIET)
    keep.click(handlers.save_document, [text, kind, name], said, **QUIET)


def _filters() -> list[Any]:
    """Lay out what decides which pictures are listed: words, way, order and page."""
    with gr.Row():
        query = gr.Textbox(
            label="Search", placeholder="a red house", max_lines=1, elem_id="vq-query"
        )
        way = gr.Radio([BY_WORDS, BY_CLIP], label="By", value=BY_WORDS, elem_id="vq-way")
        sort = gr.Dropdown(list(SORTS), label="Order", value=SORTS[0], min_width=140)
        page = gr.Number(label="Page", value=1, minimum=1, precision=0, min_width=80)
    return [query, way, sort, page]


def _tiles() -> gr.Gallery:
    """Lay out the pictures of a page."""
    return gr.Gallery(
        label="Pictures",
        columns=4,
        fit_columns=False,
        height=560,
        object_fit="contain",
        allow_preview=False,
        interactive=False,
        buttons=[],
        elem_id="vq-gallery",
    )


def _details() -> tuple[Any, ...]:
    """Lay out what is shown of the chosen picture: detail, three buttons, message, two texts."""
    detail = gr.HTML("", elem_id="vq-detail", apply_default_css=False)
    with gr.Row():
        replay = gr.Button("Replay", variant="primary", min_width=90, elem_id="vq-replay")
        favor = gr.Button("Favorite", min_width=90, elem_id="vq-favor")
        discard = gr.Button("Delete", min_width=90, elem_id="vq-discard")
    said = gr.HTML('<p class="vq-said"></p>', apply_default_css=False, elem_id="vq-gallery-said")
    command = gr.Textbox(label="As a command", lines=2, buttons=["copy"], interactive=False)
    with gr.Accordion("As YAML", open=False):
        document = gr.Code(language="yaml", interactive=False, lines=6, max_lines=20)
    return detail, replay, favor, discard, said, command, document


def gallery_tab(browsing: Browsing) -> Callable[..., Any]:
    """Lay out the gallery; return what lists its pictures, with its inputs and outputs bound."""
    names, chosen, marked, kept = gr.State([]), gr.State(""), gr.State(""), gr.State("")
    filters = _filters()
    query, way, sort, page = filters
    count = gr.HTML('<p class="vq-said"></p>', apply_default_css=False, elem_id="vq-count")
    with gr.Row():
        with gr.Column(scale=3, min_width=320):
            tiles = _tiles()
            with gr.Row():
                sheet = gr.Button("Contact sheet", min_width=110)
                compare = gr.Button("Compare", min_width=110, elem_id="vq-compare")
                undo = gr.Button("Undo", min_width=80)
        with gr.Column(scale=2, min_width=300):
            detail, replay, favor, discard, said, command, document = _details()
    both = gr.HTML("", elem_id="vq-both", apply_default_css=False)
    found = {"inputs": filters, "outputs": [tiles, names, count]}

    def listed(listener: Callable[..., Any]) -> Any:
        return listener(browsing.listed, **found, **QUIET)

    def pick(own: list[str], event: gr.SelectData) -> tuple[str, str, str, str]:
        return browsing.choose(own, int(event.index))

    for listener in (query.submit, way.change, sort.change, page.change):
        listed(listener)
    picked = [chosen, detail, command, document]
    tiles.select(pick, names, picked, **QUIET).then(
        lambda first, own: browsing.compare(first, own) if first and first != own else "",
        [marked, chosen],
        both,
        **QUIET,
    )
    replay.click(browsing.replay, chosen, said, **QUIET).then(None, js=POLL, **QUIET)
    listed(favor.click(browsing.favor, chosen, said, **QUIET).then)
    listed(discard.click(browsing.discard, chosen, [kept, said], **QUIET).then)
    listed(undo.click(browsing.restore, kept, said, **QUIET).then)
    compare.click(
        lambda own: (own, "Choose the picture to compare it with." if own else "Choose one first."),
        chosen,
        [marked, said],
        **QUIET,
    )
    sheet.click(browsing.sheet, names, said, **QUIET)
    return listed
