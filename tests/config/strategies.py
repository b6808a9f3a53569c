"""Values of the configuration for hypothesis to choose from."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from vqclip.config.choices import AUGMENTATIONS
from vqclip.config.prompt import Prompt
from vqclip.config.values import Augmentation, PerceptorChoice, Schedule, schedule

shares = st.floats(0, 1)
finite = st.floats(-1e30, 1e30)
printable = st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"]) | st.just(" "))
texts = st.one_of(
    printable,
    st.sampled_from(
        ["a fox", "12:30", "a: b", "a:1", "a:1:2", "x:0", ":0.5", "http://a:80", "a|b"]
    ),
).filter(lambda text: bool(text.strip()) and text == text.strip() and text.isprintable())
weights = finite.filter(lambda weight: abs(weight) >= 1e-30)
stops = st.just(-math.inf) | finite
prompts = st.one_of(
    st.builds(Prompt, texts, st.sampled_from(["text", "image"]), weights, stops),
    st.builds(Prompt, st.integers(0, 2**63).map(str), st.just("noise"), weights, stops),
)
schedules: st.SearchStrategy[Schedule] = st.one_of(
    finite.map(Schedule.constant),
    st.dictionaries(shares, finite, min_size=1, max_size=5).map(schedule),
)
augmentations = st.one_of(
    st.builds(Augmentation, st.just("flip"), st.just(0.5), shares),
    st.builds(
        Augmentation,
        st.sampled_from([name for name in AUGMENTATIONS if name != "flip"]),
        shares,
        shares,
    ),
)
perceptors = st.builds(PerceptorChoice, texts, st.none() | st.floats(1e-30, 1e30))
