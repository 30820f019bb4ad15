"""Reading files of reports (CSV, XLSX): mapping, rows or reasons, the file of rejected rows."""

from services.intake.files.errors import ColumnsMissing, FileUnreadable, MappingInvalid
from services.intake.files.limits import Limits
from services.intake.files.mapping import Mapping, load_mapping
from services.intake.files.reading import (
    PlainRow,
    Progress,
    ReportFile,
    open_report_file,
    read_rows,
)
from services.intake.files.rejects import RejectsFile, rejects_path
from services.intake.files.rows import ReportRow, RowRejected

__all__ = [
    "ColumnsMissing",
    "FileUnreadable",
    "Limits",
    "Mapping",
    "MappingInvalid",
    "PlainRow",
    "Progress",
    "RejectsFile",
    "ReportFile",
    "ReportRow",
    "RowRejected",
    "load_mapping",
    "open_report_file",
    "read_rows",
    "rejects_path",
]
