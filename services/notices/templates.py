"""What notices say: Jinja templates by kind and language, checked whole when they are loaded."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, get_args

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError, meta
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.domain.notice_values import KINDS, NoticeKind
from services.notices.policy import Lang
from services.notices.samples import FIELDS, SAMPLES, Values

PARTS = ("subject", "body")
LANGUAGES: tuple[Lang, ...] = get_args(Lang)
SOURCE_CHARACTERS_MAX, SAID_CHARACTERS_MAX = 8_000, 20_000
VERSION_HEX_DIGITS = 12


class TemplatesInvalid(ValueError):
    """Templates that cannot be used: file, place in it, reason; all that is wrong at once."""


class Said(NamedTuple):
    """A notice in words; the subject is one line."""

    subject: str
    body: str

    def __repr__(self) -> str:
        return "Said()"


class NotSaid(ValueError):
    """A template that cannot say these values. Names the place, never the values."""


class NoticeTemplate(NamedTuple):
    """version: a hash of its source, so that equal versions say the same."""

    kind: NoticeKind
    lang: Lang
    version: str
    subject: Template
    body: Template

    def say(self, values: Values) -> Said:
        """Raises NotSaid."""
        subject = self._part("subject", self.subject, values)
        return Said(" ".join(subject.split()), self._part("body", self.body, values).strip())

    def _part(self, part: str, template: Template, values: Values) -> str:
        try:
            return template.render(values)[:SAID_CHARACTERS_MAX]
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            place = f"{self.kind}.{self.lang}.{part}"
            raise NotSaid(f"{place}: {type(error).__name__}") from None


Templates = Mapping[tuple[NoticeKind, Lang], NoticeTemplate]


def load_templates(path: Path) -> Templates:
    """From a TOML file shaped like default_templates.toml. Raises TemplatesInvalid; OSError."""
    return _parsed(path.read_bytes(), str(path))


def default_templates() -> Templates:
    content = (files("services.notices") / "default_templates.toml").read_bytes()
    return _parsed(content, "default templates")


def _parsed(content: bytes, name: str) -> Templates:
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise TemplatesInvalid(f"{name}: not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise TemplatesInvalid(f"{name}: {error}") from None
    faults = list(_shape(document))
    if not faults:
        environment = _environment()
        faults = [
            f"{place}: {fault}"
            for place, kind, source in _sources(document)
            for fault in _faults(environment, kind, source)
        ]
    if faults:
        raise TemplatesInvalid("\n".join(f"{name}: {fault}" for fault in faults))
    return _compiled(environment, document)


def _shape(document: Mapping[str, Any]) -> Iterable[str]:
    """Every kind in every language, with its parts, and nothing else."""
    for kind in [one for one in document if one not in KINDS]:
        yield f"{kind}: there is no such kind of notice; kinds are {', '.join(KINDS)}"
    for kind in KINDS:
        by_lang = document.get(kind)
        if not isinstance(by_lang, dict):
            yield f"{kind}: is missing"
            continue
        for lang in [one for one in by_lang if one not in LANGUAGES]:
            yield f"{kind}.{lang}: there is no such language; languages are {', '.join(LANGUAGES)}"
        for lang in LANGUAGES:
            yield from _parts(f"{kind}.{lang}", by_lang.get(lang))


def _parts(place: str, parts: Any) -> Iterable[str]:
    if not isinstance(parts, dict):
        yield f"{place}: is missing"
        return
    for part in [one for one in parts if one not in PARTS]:
        yield f"{place}.{part}: a template has {' and '.join(PARTS)} only"
    for part in PARTS:
        text = parts.get(part)
        if not isinstance(text, str) or not text.strip():
            yield f"{place}.{part}: is missing"
        elif len(text) > SOURCE_CHARACTERS_MAX:
            yield f"{place}.{part}: longer than {SOURCE_CHARACTERS_MAX} characters"


def _sources(document: Mapping[str, Any]) -> Iterable[tuple[str, NoticeKind, str]]:
    for kind in KINDS:
        for lang in LANGUAGES:
            for part in PARTS:
                yield f"{kind}.{lang}.{part}", kind, document[kind][lang][part]


def _faults(
    environment: ImmutableSandboxedEnvironment, kind: NoticeKind, source: str
) -> Iterable[str]:
    try:
        used = meta.find_undeclared_variables(environment.parse(source))
    except TemplateSyntaxError as error:
        yield f"line {error.lineno}: {error.message}"
        return
    except TemplateError as error:
        yield str(error)
        return
    known = FIELDS[kind]
    for field in sorted(used - known):
        line = _line_of(source, field)
        yield f"line {line}: unknown name {field!r}; {kind} has {', '.join(sorted(known))}"
    if used <= known:
        yield from _not_said(environment, kind, source)


def _not_said(
    environment: ImmutableSandboxedEnvironment, kind: NoticeKind, source: str
) -> Iterable[str]:
    """What only shows when it is said: a part of a value that is not there, a loop over a text."""
    for sample in SAMPLES[kind]:
        try:
            environment.from_string(source).render(sample)
        except UndefinedError as error:
            yield str(error)
        except SecurityError:
            yield "it asks for what a template may not"
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            yield f"{type(error).__name__}: {error}"
        else:
            continue
        return


def _line_of(source: str, name: str) -> int:
    return next((at for at, line in enumerate(source.splitlines(), 1) if name in line), 1)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()  # a notice counts nothing and makes nothing up
    return environment


def _compiled(environment: ImmutableSandboxedEnvironment, document: Mapping[str, Any]) -> Templates:
    return {
        (kind, lang): NoticeTemplate(
            kind,
            lang,
            _version(document[kind][lang]),
            *(environment.from_string(document[kind][lang][part]) for part in PARTS),
        )
        for kind in KINDS
        for lang in LANGUAGES
    }


def _version(parts: Mapping[str, str]) -> str:
    content = json.dumps([parts[part] for part in PARTS], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:VERSION_HEX_DIGITS]
