"""A report over a period as a document, in Chinese or English. Numbers are those of the report."""

from services.reporting.periods.document.writing import document_of as document_of
