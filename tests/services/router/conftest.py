"""Its presence lets the tests in folders below import the helpers that stand here."""
