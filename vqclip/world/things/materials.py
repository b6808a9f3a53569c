"""Colors of materials and small parts, which do not change with the color of the thing."""

from __future__ import annotations

from vqclip.world.colors import COLORS, Color

DARK: Color = (35, 30, 40)
CREAM: Color = (245, 240, 225)
WOOD: Color = (110, 70, 35)
LEAF: Color = (45, 130, 50)
GLASS: Color = (185, 225, 245)
PORTHOLE: Color = (90, 170, 220)
STEEL: Color = (150, 155, 165)
IRON: Color = (95, 100, 110)
LAMPLIGHT: Color = (255, 236, 150)
FLAME: Color = (255, 170, 40)
ROOF: Color = (95, 45, 40)
BEAK: Color = (247, 150, 30)
ROSE: Color = (230, 120, 130)
RED, GREEN, BLUE, YELLOW, ORANGE = (
    COLORS[name] for name in ("red", "green", "blue", "yellow", "orange")
)
"""Of jewels, flags, lamps and collars."""
