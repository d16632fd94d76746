"""Looks of format 1, drawn by seed: their ops are those of `version_1.yaml`, their form is free.

What is drawn: the spaces of the look, chains that leave the working space, `space:` stated and
null, `like:` and `from:`, layers in every mode, windows, qualifiers and expressions of them, knobs,
versions, flow and block style, quotes, comments.
"""

import random
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

FIRST_VERSION = YAML(typ="safe").load(Path(__file__).with_name("version_1.yaml").read_text())
SPACES = (("ACES2065-1", "ACEScct"), ("ACES2065-1", "ACEScg"), ("ACES2065-1", None), (None, None))
STATED = ("ACEScg", "ACEScct", "ACEScc", None)
LAYERS = (
    "normal", "add", "multiply", "screen", "soft_light", "darken", "lighten", "luminosity", "color"
)  # fmt: skip
LOG = frozenset({
    "bleach_bypass", "film_density", "grading_hue_curve", "grading_primary", "grading_rgb_curve",
    "grading_tone", "log_wheels", "printer_lights", "split_tone",
})  # fmt: skip
LINEAR = frozenset({
    "contrast", "exposure", "exposure_contrast", "false_color", "gamut_compress", "rgb_mixer",
    "white_balance", "white_point", "zone_wheels",
})  # fmt: skip
LEAVING = frozenset({"aces2_output", "convert", "display", "ocio_look"})
SEVERAL = frozenset({"combine_channels", "layer", "mix", "parallel"})
CHANGED = ("color_correct", "hue_luma_curve", "layer", "nuke_grade", "saturation_luma_curve")
WINDOWS = ("bezier", "ellipse", "linear_gradient", "polygon", "rectangle")
QUALIFIERS = ("chroma_qualifier", "hsl_qualifier", "luma_qualifier", "rgb_qualifier")


@cache
def settings_of(op, form):
    """The parameters that a look of `version_1.yaml` has for an op."""
    look = YAML(typ="safe").load(FIRST_VERSION[f"{op}_{form}"]["text"])
    found = next(e for s in ("nodes", "mattes") for e in look.get(s, {}).values() if e["op"] == op)
    return {name: value for name, value in found.items() if name not in ("op", "from")}


def draw(seed):
    """The text of a look."""
    return _Drawer(seed).text()


class _Drawer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.input, self.working = self.random.choice(SPACES)
        self.log = self.working == "ACEScct"
        self.nodes, self.mattes, self.versions, self.knobs = {}, {}, {}, {}
        self.left = False

    def text(self):
        for number in range(self.random.randint(0, 2)):
            self.add_matte(f"key_{number}")
        for number in range(self.random.randint(2, 5)):
            self.add_node(f"node_{number}")
        unused = [name for name in self.mattes if not self.is_used(name)]
        if unused:
            expression = " & ".join(unused)
            self.nodes["last"] = {"op": "cdl", "offset": 0.05, "matte": expression}
        head = {"grade": 1, "look": f"drawn {self.random.randrange(99)}"}
        head |= {"input": self.input} if self.input else {}
        head |= {"working": self.working} if self.working else {}
        lines = [f"{name}: {value}" for name, value in head.items()]
        for section in ("mattes", "nodes"):
            if getattr(self, section):
                lines += [f"{section}:"]
                for name, entry in getattr(self, section).items():
                    lines += self.lines_of(name, entry)
        lines += ["outputs: {m: {}}"]
        if self.knobs:
            lines += [f"knobs: {flow(self.knobs)}"]
        if self.versions:
            lines += ["versions:", f"  other: {flow(self.versions)}"]
        return "\n".join(lines) + "\n"

    def is_used(self, matte):
        entries = [*self.nodes.values(), *self.mattes.values()]
        return any(matte in str(e.get(f, "")).split() for e in entries for f in ("matte", "from"))

    def add_matte(self, name):
        kinds = WINDOWS if self.random.random() < 0.75 else QUALIFIERS
        entry = self.settings(self.random.choice(kinds))
        if entry["op"] in WINDOWS and self.random.random() < 0.3:
            entry["falloff"] = self.random.choice(("linear", "smooth"))
        if entry["op"] in WINDOWS[:2] and self.random.random() < 0.3:
            entry["soft"] = 0.15
        self.mattes[name] = entry
        if entry["op"] in WINDOWS and self.random.random() < 0.3:
            self.mattes[f"{name}_levels"] = {"op": "matte_levels", "from": name, "white": 0.8}

    def add_node(self, name):
        out = {None, *LEAVING, *SEVERAL}
        before = [n for n, entry in self.nodes.items() if entry.get("op") not in out]
        if before and not self.left and self.random.random() < 0.15:
            self.nodes[name] = {"like": self.random.choice(before)}
            return
        op = self.random.choice(CHANGED if self.random.random() < 0.5 else self.ops())
        entry = self.settings(op)
        self.nodes[name] = entry
        if op in SEVERAL:
            self.join(name, entry)
        if op in LEAVING:
            self.left |= op != "ocio_look"
            return
        if self.working and op not in SEVERAL and self.random.random() < 0.25:
            allowed = {True: STATED[1:3], False: STATED}[op in LOG]
            entry["space"] = self.random.choice(allowed)
        if self.mattes and self.random.random() < 0.4:
            taken = self.random.sample(sorted(self.mattes), min(2, len(self.mattes)))
            entry["matte"] = self.random.choice((" | ", " & ", " - ")).join(taken)
        if self.working and self.random.random() < 0.2:
            path = f"{name}.space"
            if self.random.random() < 0.5:
                self.knobs[f"space_{name}"], path = path, f"space_{name}"
            self.versions[path] = self.random.choice(STATED[1:3] if op in LOG else STATED)
        if self.random.random() < 0.2:
            self.versions[f"{name}.amount"] = 0.5

    def join(self, name, entry):
        """Give an op of several pictures the others."""
        made = [n for n in self.nodes if n != name]
        other = "source" if not made or self.left else self.random.choice(made)
        if self.left and made:
            other = made[-1]
        entry |= {
            "layer": {"over": other},
            "combine_channels": {"green": other, "blue": other},
        }.get(entry["op"], {})
        if entry["op"] == "layer":
            modes = LAYERS if self.input else [mode for mode in LAYERS if mode != "add"]
            entry["mode"] = self.random.choice(modes)

    def ops(self):
        """The ops that the picture can go through here."""
        known = [n.removesuffix("_bare") for n in FIRST_VERSION if n.endswith("_bare")]
        out = {*WINDOWS, *QUALIFIERS, "matte_levels", "mix", "parallel"}
        if not self.log or self.left:
            out |= LOG
        if not self.input:
            out |= LINEAR | LEAVING
        return [op for op in known if op not in out]

    def settings(self, op):
        form = self.random.choice(("bare", "turned"))
        return {"op": op, **settings_of(op, form)}

    def lines_of(self, name, entry):
        """An entry in flow or block style."""
        if self.random.random() < 0.5:
            comment = self.random.choice(("", "   # a remark", "  # {op: layer}"))
            return [f"  {name}: {flow(entry)}{comment}"]
        lines = [f"  {name}:"]
        indent = " " * self.random.choice((4, 6))
        for key, value in entry.items():
            if value is None and self.random.random() < 0.5:
                lines += [f"{indent}{key}:"]
                continue
            quote = self.random.choice(("", "'", '"')) if key == "op" else ""
            lines += [f"{indent}{key}: {quote}{plain(value)}{quote}"]
        if self.random.random() < 0.3:
            lines += [f"{indent}# behind", ""]
        return lines


def flow(entry):
    return "{" + ", ".join(f"{key}: {plain(value)}" for key, value in entry.items()) + "}"


def plain(value):
    """A value in flow style."""
    if isinstance(value, list):
        return "[" + ", ".join(map(plain, value)) + "]"
    if isinstance(value, dict):
        return flow(value)
    return "null" if value is None else str(value)
