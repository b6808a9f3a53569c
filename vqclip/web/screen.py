"""The screen: all tabs beside the live drawing, in the look of the page."""

from __future__ import annotations

from importlib.resources import files

import gradio as gr

from vqclip.web.browsing import Browsing
from vqclip.web.desk import Desk
from vqclip.web.handlers import Handlers
from vqclip.web.tabs import configuration_tab, gallery_tab, picture_tab, series_tab

TITLE = "vqclip"
HOUR = 3600
"""Seconds after which Gradio's copies of thumbnails and uploads are removed."""


def make_screen(desk: Desk) -> gr.Blocks:
    """Lay out the page of a desk."""
    handlers, browsing = Handlers(desk), Browsing(desk)
    live = files("vqclip.web").joinpath("assets", "live.html").read_text(encoding="utf-8")
    screen: gr.Blocks = gr.Blocks(analytics_enabled=False, title=TITLE, delete_cache=(HOUR, HOUR))
    with screen:
        with gr.Tab("Draw", id="draw"), gr.Row():
            with gr.Column(scale=5, min_width=320), gr.Tabs():
                with gr.Tab("Picture"):
                    form = picture_tab(handlers)
                with gr.Tab("Series"):
                    series_tab(handlers)
                with gr.Tab("Configuration"):
                    configuration_tab(handlers, form)
            with gr.Column(scale=6, min_width=320):
                gr.HTML(live, apply_default_css=False)
        with gr.Tab("Gallery", id="gallery") as gallery:
            listed = gallery_tab(browsing)
        listed(gallery.select)
    return screen


def theme() -> gr.themes.Base:
    """Return the look: fonts of the visitor's own system, none from the net."""
    return gr.themes.Default(
        primary_hue="indigo",
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )


def head() -> str:
    """Return what the head of the page loads."""
    return (
        '<script src="vqclip/asset/page.js" defer></script>'
        '<link rel="stylesheet" href="vqclip/asset/page.css">'
    )
