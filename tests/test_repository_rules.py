"""Rules about the repository itself, checked on the files that git tracks."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINES_MAX = 300
SETTINGS = Path("services/platform/settings.py")
READMES = (Path("README.md"), Path("README.zh.md"))

# Written in parts, so that this file does not contain what it looks for.
MACHINE_DIRECTORIES = ("work", "home", "root", "Users")
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("repo", "maven", "apache", "org"),
        ("repo1", "maven", "org"),
        ("proxy", "golang", "org"),
        ("static", "crates", "io"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("pypi", "tuna", "tsinghua", "edu", "cn"),
        ("mirrors", "aliyun", "com"),
    )
)


def tracked_files() -> list[Path]:
    """Paths from the root, of files that git tracks and that are still there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    paths = (Path(name) for name in listed.stdout.split("\0") if name)
    return [path for path in paths if (ROOT / path).is_file()]


def tracked_texts() -> Iterator[tuple[Path, str]]:
    """Every tracked file that is UTF-8 text; others (spreadsheets, other encodings) are data."""
    for path in tracked_files():
        try:
            yield path, (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def lines_matching(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}"
        for path, text in tracked_texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def machine_path() -> re.Pattern[str]:
    """An absolute path, so not the middle of a relative one or of an address."""
    return re.compile(rf"(?<![\w.\-/*}}])/(?:{'|'.join(MACHINE_DIRECTORIES)})/")


def registry_host() -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![\w-]){re.escape(host)}\b" for host in REGISTRY_HOSTS))


def environment_reads(source: str) -> list[int]:
    """Line numbers where a module takes hold of the process's environment."""
    names = {"environ", "environb", "getenv", "getenvb"}
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.ImportFrom) and any(alias.name in names for alias in node.names))
    ]


def links_of(markdown: str) -> list[str]:
    """Targets of a page's relative links and images, without their fragments."""
    targets = re.findall(r"\]\(([^)\s]+)\)", markdown)
    relative = (target for target in targets if not re.match(r"[a-z]+:|#", target))
    return [target.split("#")[0] for target in relative]


def commands_of(readme: str) -> list[str]:
    """The commands that a README's tables explain, in order."""
    return re.findall(r"^\| `((?:make|yousu) [^`]+)` \|", readme, flags=re.MULTILINE)


def name_of(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def pins(lines: list[str]) -> dict[str, str]:
    found = (re.match(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", line) for line in lines)
    return {name_of(match[1]): match[2] for match in found if match}


def locked(name: str) -> dict[str, str]:
    return pins((ROOT / name).read_text().splitlines())


def pyproject() -> dict[str, dict[str, list[str]]]:
    content: dict[str, dict[str, list[str]]] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return content


def test_the_searches_find_what_they_look_for() -> None:
    directory, host = MACHINE_DIRECTORIES[0], REGISTRY_HOSTS[0]
    assert machine_path().search(f'open("/{directory}/x")')
    assert not machine_path().search(f"docs/{directory}/x")
    assert registry_host().search(f"https://{host}/simple")
    assert not registry_host().search(f"https://not-{host}/simple")
    assert environment_reads("import os\nx = os.environ['A']") == [2]
    assert environment_reads("from os import getenv") == [1]
    assert environment_reads('"""os.environ"""') == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    assert lines_matching(machine_path()) == []


def test_no_file_names_a_package_registry() -> None:
    assert lines_matching(registry_host()) == []


def test_no_source_file_is_longer_than_the_limit() -> None:
    sources = [p for p in tracked_files() if p.suffix == ".py" and p.parts[0] == "services"]
    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in sources}
    assert lengths
    assert {path: length for path, length in lengths.items() if length > LINES_MAX} == {}


def test_only_the_settings_read_the_environment() -> None:
    sources = [p for p in tracked_files() if p.suffix == ".py" and p.parts[0] == "services"]
    reads = {
        str(path): lines
        for path in sources
        if path != SETTINGS and (lines := environment_reads((ROOT / path).read_text()))
    }
    assert reads == {}


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    linked = set(links_of((ROOT / "docs/README.md").read_text()))
    pages = {path.relative_to("docs") for path in tracked_files() if path.parts[0] == "docs"}
    missing = {
        str(page) for page in pages if page.suffix == ".md" and page != Path("README.md")
    } - linked
    assert missing == set(), "add these to docs/README.md"


def test_links_between_files_lead_somewhere() -> None:
    broken = [
        f"{path} -> {target}"
        for path, text in tracked_texts()
        if path.suffix == ".md"
        for target in links_of(text)
        if not (ROOT / path.parent / target).exists()
    ]
    assert broken == []


def test_both_readmes_explain_the_same_commands() -> None:
    english, chinese = (commands_of((ROOT / readme).read_text()) for readme in READMES)
    assert len(english) > 10
    assert english == chinese


def test_the_readmes_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    promised = {
        target
        for readme in READMES
        for target in re.findall(r"`make ([a-z-]+)", (ROOT / readme).read_text())
    }
    assert promised
    assert promised <= targets


@pytest.mark.skipif(
    not (ROOT / "services/console/main.py").exists(), reason="there is no command line yet"
)
def test_the_readmes_commands_exist() -> None:
    run = "import sys; from services.console.main import main; sys.argv[0] = 'yousu'; main()"
    shown = subprocess.run(
        [sys.executable, "-c", run, "--help"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    commands = commands_of((ROOT / READMES[0]).read_text())
    promised = {command.split()[1] for command in commands if command.startswith("yousu ")}
    known = set(re.findall(r"^\s+([a-z-]+)\b", shown.stdout, flags=re.MULTILINE))
    assert promised - known == set()


def test_the_locks_hold_the_versions_that_the_project_pins() -> None:
    runtime = pins(pyproject()["project"]["dependencies"])
    development = pins(pyproject()["dependency-groups"]["dev"])
    assert len(runtime) == len(pyproject()["project"]["dependencies"])
    assert len(development) == len(pyproject()["dependency-groups"]["dev"])
    assert runtime.items() <= locked("requirements.lock").items()
    assert (runtime | development).items() <= locked("requirements-dev.lock").items()


def test_development_runs_on_the_same_versions_as_production() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_every_locked_version_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        entries = re.split(r"\n(?=\S)", (ROOT / name).read_text())
        assert all("--hash=sha256:" in entry for entry in entries if "==" in entry), name


def test_the_merge_check_can_be_run() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
