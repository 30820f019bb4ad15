from pathlib import Path

import pytest

from services.intake.files import MappingInvalid, load_mapping

EXAMPLES = Path(__file__).parents[4] / "examples" / "mappings"
SMALLEST = 'reference = "content"\n[columns]\ntext = "内容"\n'


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_is_a_valid_mapping(path):
    assert load_mapping(path).mapped()


def test_defaults_are_the_usual_encodings_and_the_city_s_time(mapping_of):
    mapping = mapping_of(SMALLEST)
    assert mapping.file.encodings == ("utf-8-sig", "gb18030")
    assert (mapping.time.zone, mapping.time.formats) == ("Asia/Shanghai", ())


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("reference = ", "TOML", "Invalid value"),
        ('[columns]\ntext = "a"', "reference", "required"),
        ('reference = "A"\n[columns]\ntext = "a"', "reference", "content"),
        ('reference = { colum = "A" }\n[columns]\ntext = "a"', "reference.column", "required"),
        ('reference = "content"\n[columns]\nname = "a"', "columns", "title and text"),
        ('reference = "content"\n[columns]\ntext = "a"\nlatitude = "b"', "columns", "together"),
        (SMALLEST + 'txt = "b"', "columns.txt", "unknown key; known here: title, text"),
        (SMALLEST + "[fil]\na = 1", "fil", "unknown key; known here: reference, file"),
        (SMALLEST + '[file]\nencodings = ["utf-9"]', "file.encodings.0", "utf-9"),
        (SMALLEST + '[file]\nencodings = ["rot13"]', "file.encodings.0", "rot13"),
        (SMALLEST + "[file]\nencodings = []", "file.encodings", "at least 1"),
        (SMALLEST + '[file]\ndelimiter = "|"', "file.delimiter", "'auto'"),
        (SMALLEST + '[time]\nzone = "Asia/Xining"', "time.zone", "Asia/Shanghai"),
        (SMALLEST + '[time]\nformats = ["%Y %Q"]', "time.formats", "%Q"),
        (SMALLEST + '[time]\nformats = ["%H:%M"]', "time.formats", "year, month and day"),
        (SMALLEST + '[time]\nformats = "%Y"', "time.formats", "list of strptime formats"),
        (SMALLEST + '[constants]\nkind = "牢骚"', "mapping", "牢骚"),
        (SMALLEST + '[values.kind]\n"怨" = "牢骚"', "mapping", "牢骚"),
        (SMALLEST + 'kind = "a"\n[constants]\nkind = "投诉"', "mapping", "kind"),
    ],
)
def test_a_wrong_mapping_is_refused_with_file_key_and_reason(mapping_of, text, key, reason):
    with pytest.raises(MappingInvalid) as caught:
        mapping_of(text)
    assert caught.value.file.name == "mapping.toml"
    assert key in caught.value.key
    assert reason in caught.value.reason


def test_a_mapping_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MappingInvalid, match="No such file"):
        load_mapping(tmp_path / "none.toml")
