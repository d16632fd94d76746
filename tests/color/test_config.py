"""Configs: what is found under which name, and what an error says."""

import hashlib

import pytest

from grade.color.config.config import DEFAULT, open_config
from grade.color.config.interop_tags import find_space_by_interop_id
from grade.color.errors import ConfigError, NoLinearSpace, UnknownSpace
from grade.settings import override

OLD = "studio-config-v2.2.0_aces-v1.3_ocio-v2.4"


@pytest.fixture(scope="module")
def studio():
    return open_config(DEFAULT)


@pytest.fixture
def written(tmp_path, studio):
    """A config file on disk, by its path."""
    path = tmp_path / "show.ocio"
    path.write_text(studio.raw.serialize(), encoding="utf-8")
    return path


# --- which config ---------------------------------------------------------------------------------


def test_the_default_is_the_built_in_studio_config():
    with override(ocio=None):
        assert open_config().name == DEFAULT
        assert open_config(None) is open_config(DEFAULT)


def test_the_environment_names_another(written):
    with override(ocio=str(written)):
        digest = hashlib.sha256(written.read_bytes()).hexdigest()
        assert open_config().name == f"sha256:{digest}"
        assert open_config(DEFAULT).name == DEFAULT  # a config that is asked for comes first


@pytest.mark.parametrize(
    "name", ["ocio://studio-config-latest", DEFAULT, DEFAULT.removeprefix("ocio://")]
)
def test_built_in_names_resolve_to_the_full_one(name):
    assert open_config(name).name == DEFAULT


def test_a_changed_file_is_another_config(written, studio):
    first = open_config(str(written))
    assert open_config(str(written)) is first
    written.write_text(studio.raw.serialize() + "# a remark\n", encoding="utf-8")
    assert open_config(str(written)).name != first.name


def test_a_config_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match="neither a config file nor a built-in config") as error:
        open_config("studio-config-v2.2.0_aces-v1.3")
    assert f"Nearest: ocio://{OLD}" in str(error.value)
    broken = tmp_path / "broken.ocio"
    broken.write_text("ocio_profile_version: 2\nroles: [", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"broken\.ocio"):
        open_config(str(broken))


# --- spaces ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ACEScct", "acescct_ap1", "compositing_log", "ACESCCT"])
def test_name_alias_role_and_case(studio, name):
    assert studio.space(name).name == "ACEScct"


def test_what_a_space_is(studio):
    assert studio.space("ACEScct").is_log
    assert studio.space("ACEScg").is_linear and not studio.space("ACEScg").is_display
    assert studio.space("sRGB - Display").is_display
    assert studio.space("Raw").is_data
    assert studio.space("ACEScg").interop_id == "lin_ap1_scene"


def test_an_unknown_space_names_the_nearest(studio):
    with pytest.raises(UnknownSpace, match=r"no color space 'ACESct'\. Nearest: ACEScct") as error:
        studio.space("ACESct")
    assert error.value.exit_code == 2
    with pytest.raises(UnknownSpace, match="Nearest: S-Log3"):
        studio.convert("slog3", "ACEScg")


def test_an_unknown_space_says_which_config_has_it(studio):
    only_studio = open_config("cg-config-v5.0.0_aces-v2.1_ocio-v2.6")
    with pytest.raises(UnknownSpace, match=f"There is one in {DEFAULT}"):
        only_studio.space("ARRI LogC4")


# --- views ----------------------------------------------------------------------------------------


def test_a_view_that_is_there(studio):
    studio.check_view("Rec.1886 Rec.709 - Display", "Un-tone-mapped")


def test_an_unknown_view_lists_those_there_are_and_who_has_it(studio):
    with pytest.raises(UnknownSpace) as error:
        studio.check_view("sRGB - Display", "ACES 1.0 - SDR Video")
    message = str(error.value)
    assert "'sRGB - Display' has no view 'ACES 1.0 - SDR Video'" in message
    assert "Un-tone-mapped, Video (colorimetric), Raw" in message
    assert f"There is one in ocio://{OLD}" in message


def test_an_unknown_display_names_the_nearest(studio):
    with pytest.raises(UnknownSpace, match=r"no display 'Rec1886'; nearest: Rec\.1886 Rec\.709"):
        studio.check_view("Rec1886", "Raw")


# --- linear siblings ------------------------------------------------------------------------------

SIBLINGS = {
    "ACEScct": "ACEScg",
    "ACEScc": "ACEScg",  # a range between two matrices hides that they cancel
    "ARRI LogC3 (EI800)": "Linear ARRI Wide Gamut 3",
    "ARRI LogC4": "Linear ARRI Wide Gamut 4",
    "S-Log3 S-Gamut3.Cine": "Linear S-Gamut3.Cine",
    "V-Log V-Gamut": "Linear V-Gamut",
    "Log3G10 REDWideGamutRGB": "Linear REDWideGamutRGB",
    "Apple Log": "Linear Rec.2020",
    "sRGB Encoded Rec.709 (sRGB)": "Linear Rec.709 (sRGB)",
    "Rec.1886 Rec.709 - Display": "Linear Rec.709 (sRGB)",
    "ACEScg": "ACEScg",
    "compositing_log": "ACEScg",
}


@pytest.mark.parametrize("name", SIBLINGS)
def test_linear_sibling(studio, name):
    assert studio.linear_space(name) == SIBLINGS[name]


def test_every_log_space_but_film_density_has_a_sibling(studio):
    without = []
    for name in studio.spaces:
        if studio.space(name).is_log:
            try:
                studio.linear_space(name)
            except NoLinearSpace as error:
                without.append(name)
                assert "choose another working space" in str(error)
    assert without == ["ADX10", "ADX16"]


def test_data_has_no_sibling(studio):
    with pytest.raises(NoLinearSpace, match="holds data"):
        studio.linear_space("Raw")


# --- tags -----------------------------------------------------------------------------------------


def test_interop_tags(studio):
    tags = studio.interop("ACES2065-1")
    assert tags["colorInteropID"] == "lin_ap0_scene"
    assert tags["chromaticities"][:2] == (0.73470, 0.26530)
    assert tags["chromaticities"][6:] == (0.32168, 0.33767)
    assert "chromaticities" not in studio.interop("ACEScct")  # they say: linear light
    assert studio.interop("Raw") == {"colorInteropID": "data"}


def test_an_older_config_carries_the_identifier_as_an_alias():
    assert open_config(OLD).interop("ACEScg")["colorInteropID"].startswith("lin_ap1")


def test_space_of_a_tag(studio):
    assert find_space_by_interop_id(studio, "lin_ap1_scene") == "ACEScg"
    assert find_space_by_interop_id(studio, "srgb_rec709_display") == "sRGB - Display"
    assert find_space_by_interop_id(studio, "no_such_thing") is None


# --- transforms -----------------------------------------------------------------------------------


def test_a_transform_is_made_once(studio):
    assert studio.convert("ACEScct", "ACEScg") is studio.convert("compositing_log", "lin_ap1")


def test_two_tables_of_equal_ends_are_not_taken_for_one(tmp_path):
    """OpenColorIO's processor cache goes by length, minimum and maximum (seen in 2.6.0)."""
    text = "Version 1\nFrom 0 1\nLength 3\nComponents 1\n{{\n0\n{}\n1\n}}\n"
    (tmp_path / "a.spi1d").write_text(text.format(0.25), encoding="utf-8")
    (tmp_path / "b.spi1d").write_text(text.format(0.75), encoding="utf-8")
    path = tmp_path / "two.ocio"
    path.write_text(
        """ocio_profile_version: 2
search_path: .
roles: {default: plain}
file_rules: [!<Rule> {name: Default, colorspace: plain}]
displays: {screen: [!<View> {name: plain, colorspace: plain}]}
colorspaces:
  - !<ColorSpace> {name: plain}
  - !<ColorSpace> {name: a, to_scene_reference: !<FileTransform> {src: a.spi1d}}
  - !<ColorSpace> {name: b, to_scene_reference: !<FileTransform> {src: b.spi1d}}
  - !<ColorSpace> {name: gone, to_scene_reference: !<FileTransform> {src: gone.spi1d}}
""",
        encoding="utf-8",
    )
    config = open_config(str(path))
    assert config.convert("a", "plain")([0.5] * 3) == pytest.approx([0.25] * 3)
    assert config.convert("b", "plain")([0.5] * 3) == pytest.approx([0.75] * 3)
    with pytest.raises(ConfigError, match=r"gone\.spi1d"):
        config.convert("gone", "plain")
