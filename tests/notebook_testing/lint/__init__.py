"""Rules that every tutorial keeps; each names the cell that breaks it and what to do."""

from collections.abc import Callable

from notebook_testing.lint.execution import (
    connection_stays,
    no_errors,
    no_markers,
    no_passing_noise,
    no_standard_error,
    no_widget_state,
    run_in_order,
)
from notebook_testing.lint.form import (
    modest_size,
    short_cells,
    unique_ids,
    valid_format,
)
from notebook_testing.lint.headings import one_title, opens_with_title, sentence_case
from notebook_testing.lint.leaks import no_keys, no_machine_details
from notebook_testing.lint.links import links_resolve
from notebook_testing.lint.shell import requests_stay_here
from notebook_testing.lint.tutorial import Tutorial

Rule = Callable[[Tutorial], list[str]]

RULES: tuple[Rule, ...] = (
    valid_format,
    unique_ids,
    modest_size,
    opens_with_title,
    one_title,
    sentence_case,
    short_cells,
    run_in_order,
    connection_stays,
    no_markers,
    no_errors,
    no_standard_error,
    no_widget_state,
    no_passing_noise,
    no_machine_details,
    no_keys,
    links_resolve,
    requests_stay_here,
)
