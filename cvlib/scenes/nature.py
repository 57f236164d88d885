"""Four painters of the drawn scenes: mountain, glacier, sea and forest."""
import numpy as np

from cvlib.scenes.canvas import GROUNDS, Sketch, X, Y, colour, grain, mix, noise, ridge, sky

__all__ = ["forest", "glacier", "mountain", "sea"]

NO_SNOW = -1.0  # a snow line above the picture

ROCKS = ((104, 96, 90), (124, 112, 100), (84, 90, 104), (96, 104, 92), (130, 120, 116))
LEAVES = ((52, 84, 40), (84, 110, 52), (120, 118, 50), (150, 96, 44), (66, 88, 70), (150, 156, 158))


def below(line: np.ndarray, soft: float = 0.01) -> np.ndarray:
    """Mask of what lies under a skyline."""
    return np.clip((Y - line[None, :]) / soft, 0, 1)


def rock_face(random, line: np.ndarray, base: np.ndarray, snow: float) -> np.ndarray:
    """A mountainside under ``line``: gullies lit from one side, snow down to ``snow`` below it."""
    padded = np.pad(line, 6, mode="edge")
    smooth = sum(padded[k:k + len(line)] for k in range(13)) / 13  # np.convolve's sum differs by processor
    slope = np.gradient(smooth)
    light = np.clip(float(random.choice([-90, 90])) * slope, -1, 1)[None, :]
    texture = grain(random, 16, 9)
    face = base + 34 * (light * np.clip(1.4 - 2 * (Y - line), 0.2, 1) + 0.8 * texture)[..., None]
    depth = (Y - line[None, :]) + 0.10 * texture
    white = np.clip((snow - depth) / 0.03, 0, 1)
    return mix(face, np.array([226, 230, 236]) + 24 * (light + 0.5 * texture)[..., None], white)


def peaks(random, height: float) -> np.ndarray:
    """A skyline with one to three summits."""
    line = ridge(random, height + 0.16, 0.05)
    for _ in range(random.integers(1, 4)):
        top, width = random.uniform(0.05, 0.95), random.uniform(0.18, 0.42)
        line -= random.uniform(0.12, 0.34) * np.clip(1 - np.abs(X[0] - top) / width, 0, 1)
    return np.maximum(line, 0.04)


def mountain(random, without: str | None = None) -> np.ndarray:
    """Summits behind summits, rock with some snow (or ``without`` "snow"), a meadow or a wood in front."""
    canvas, haze = sky(random)
    for distance in np.linspace(0.65, 0.0, random.integers(2, 4)):
        line = peaks(random, 0.40 + 0.14 * (0.65 - distance))
        fallen = random.choice([0.0, 0.07, 0.14, 0.24])
        snow = NO_SNOW if without == "snow" else fallen
        face = rock_face(random, line, colour(random, *ROCKS, *LEAVES[:2]), snow)
        canvas = mix(canvas, mix(face, haze, distance), below(line))
    if random.random() < 0.75:
        line = ridge(random, random.uniform(0.72, 0.9), 0.05)
        ground = colour(random, *GROUNDS) + 30 * grain(random, 30, 40)[..., None]
        canvas = mix(canvas, ground, below(line))
    return canvas


def glacier(random, without: str | None = None) -> np.ndarray:
    """A river of ice between rock walls, cut by crevasses; or its broken front over water. ``without``
    "peaks" there is sky where the snowy summits behind it would stand."""
    canvas, haze = sky(random, 0.4)
    line = peaks(random, random.uniform(0.30, 0.42))
    face = rock_face(random, line, colour(random, *ROCKS), random.uniform(0.05, 0.4))
    if without != "peaks":
        canvas = mix(canvas, mix(face, haze, 0.25), below(line))
    return (ice_front if random.random() < 0.4 else ice_stream)(random, canvas)


def ice(random, folds: np.ndarray) -> np.ndarray:
    """White with blue in the cracks, where ``folds`` (SIDE, SIDE) is near 0 or 1 modulo 1."""
    crack = np.clip(1 - np.abs((folds % 1) - 0.5) * random.uniform(3.5, 6), 0, 1)
    white = colour(random, (214, 224, 232), (196, 208, 218), (226, 226, 224), spread=10)
    blue = colour(random, (110, 160, 190), (96, 120, 140), (130, 180, 205))
    return mix(white + 26 * grain(random, 24)[..., None], blue, 0.85 * crack)


def ice_stream(random, canvas: np.ndarray) -> np.ndarray:
    top, bend = random.uniform(0.36, 0.5), random.uniform(-0.35, 0.35)
    down = np.clip((Y - top) / (1 - top), 0, 1)
    middle = random.uniform(0.35, 0.65) + bend * (1 - down) * down
    half = 0.10 + random.uniform(0.35, 0.6) * down + 0.04 * (noise(random, 5, 9) - 0.5)
    across = (X - middle) / half
    arcs = random.uniform(9, 18) * (np.sqrt(down) + 0.18 * across**2) + 1.1 * grain(random, 12)
    banks = np.clip((1 - np.abs(across)) / 0.08, 0, 1) * (top < Y)
    walls = colour(random, *ROCKS) + 40 * grain(random, 20, 14)[..., None]
    rise = top + 0.05 - random.uniform(0.3, 0.7) * np.abs(X - middle) + 0.08 * (noise(random, 12, 3) - 0.5)
    return mix(mix(canvas, walls, np.clip((Y - rise) / 0.02, 0, 1)), ice(random, arcs), banks)


def ice_front(random, canvas: np.ndarray) -> np.ndarray:
    crest, foot = ridge(random, random.uniform(0.42, 0.52), 0.05), random.uniform(0.68, 0.82)
    columns = random.uniform(9, 16) * X + 1.5 * grain(random, 14, 5)
    canvas = mix(canvas, ice(random, columns), below(crest))
    water = colour(random, (80, 110, 125), (60, 84, 98), (120, 140, 150))
    canvas = mix(canvas, water + 22 * grain(random, 5, 60)[..., None], np.clip((Y - foot) / 0.01, 0, 1))
    sketch = Sketch(canvas)
    for _ in range(random.integers(0, 7)):
        x, y, w = random.uniform(0, 1), random.uniform(foot + 0.02, 0.98), random.uniform(0.02, 0.08)
        sketch.polygon([(x - w, y), (x - 0.4 * w, y - 0.6 * w), (x + 0.3 * w, y - 0.4 * w), (x + w, y)],
                       (222, 232, 238))
    return sketch.painting()


def sea(random) -> np.ndarray:
    """Water to the horizon, waves longer and finer far away; a beach, a headland or a boat at times."""
    horizon = random.uniform(0.25, 0.6)
    canvas, haze = sky(random, horizon)
    if random.random() < 0.3:
        line = horizon - np.clip(ridge(random, 0.03, 0.05) + random.uniform(-0.5, 0.5) * (X[0] - 0.5), 0, 1)
        canvas = mix(canvas, mix(colour(random, *ROCKS, *LEAVES), haze, 0.35), below(line))
    near = np.clip((Y - horizon) / (1 - horizon), 0, 1)
    deep = colour(random, (38, 84, 120), (54, 104, 116), (84, 98, 108), (30, 60, 92), (96, 130, 140))
    swell = (1 - near) * grain(random, 7, 75) + near * grain(random, 5, 20)
    water = mix(mix(haze, deep, 0.45), deep, near) + 44 * (swell * (0.35 + 0.65 * near))[..., None]
    foam = np.clip((swell - random.uniform(0.35, 0.8)) / 0.2, 0, 1) * near
    water = mix(water, (236, 240, 240), 0.8 * foam)
    canvas = mix(canvas, water, np.clip((Y - horizon) / 0.008, 0, 1))
    if random.random() < 0.45:
        canvas = beach(random, canvas)
    if random.random() < 0.4:
        canvas = boat(random, canvas, horizon)
    return canvas


def beach(random, canvas: np.ndarray) -> np.ndarray:
    edge = random.uniform(0.7, 0.92) + random.uniform(-0.35, 0.35) * (X[0] - 0.5)
    edge += 0.03 * (noise(random, 6)[0] - 0.5)
    sand = colour(random, (206, 184, 140), (176, 160, 130), (140, 130, 118))
    sand = sand + 14 * grain(random, 40)[..., None]
    surf = np.clip(1 - np.abs(Y - edge[None, :] + 0.02) / 0.025, 0, 1)
    return mix(mix(canvas, sand, below(edge)), (240, 242, 240), 0.85 * surf)


def boat(random, canvas: np.ndarray, horizon: float) -> np.ndarray:
    sketch, x, size = Sketch(canvas), random.uniform(0.15, 0.85), random.uniform(0.06, 0.16)
    y = horizon + random.uniform(0.02, 0.12)
    deck = y - 0.25 * size
    hull = colour(random, (60, 50, 50), (200, 200, 205))
    sail = colour(random, (240, 240, 236), (200, 120, 90))
    sketch.polygon([(x - size, deck), (x + size, deck), (x + 0.7 * size, y), (x - 0.8 * size, y)], hull)
    sketch.polygon([(x, deck), (x, y - 2.2 * size), (x + 0.8 * size, deck)], sail)
    return sketch.painting()


def forest(random) -> np.ndarray:
    """Trunks, far ones pale and near ones dark, under a ragged canopy of leaves."""
    canvas, haze = sky(random)
    leaf = colour(random, *LEAVES, spread=12)
    ground = random.uniform(0.66, 0.86)
    canvas = mix(canvas, mix(leaf, haze, 0.35) + 40 * grain(random, 22)[..., None], random.uniform(0.5, 0.95))
    canvas = mix(canvas, colour(random, *GROUNDS) + 34 * grain(random, 26, 40)[..., None],
                 np.clip((Y - ground + 0.05 * noise(random, 8)) / 0.03, 0, 1))
    bark = colour(random, (70, 56, 46), (96, 86, 78), (44, 40, 38), (190, 186, 178))
    for distance in (0.6, 0.35, 0.0):
        canvas = trunks(random, canvas, mix(bark, haze, distance), distance, ground)
        cover = noise(random, 9) + 0.9 * noise(random, 30) + 0.9 * (0.5 - Y) - 0.25 * distance
        clumps = np.clip((cover - random.uniform(0.9, 1.3)) / 0.12, 0, 1)
        canvas = mix(canvas, mix(leaf, haze, 0.7 * distance) + 46 * grain(random, 36)[..., None], clumps)
    return canvas


def trunks(random, canvas: np.ndarray, bark: np.ndarray, distance: float, ground: float) -> np.ndarray:
    sketch = Sketch(canvas)
    for _ in range(random.integers(3, 8) + int(10 * distance)):
        x, lean = random.uniform(0, 1), random.uniform(-0.06, 0.06)
        half = random.uniform(0.008, 0.03) * (1.15 - distance)
        foot = min(1.0, ground + (0.75 - distance) * random.uniform(0.05, 0.3))
        top, thin = x + lean, 0.6 * half
        sketch.polygon([(x - half, foot), (x + half, foot), (top + thin, 0), (top - thin, 0)], bark)
        sketch.polygon([(x, foot), (x + half, foot), (top + thin, 0), (top, 0)], 0.8 * bark)
    return sketch.painting()
