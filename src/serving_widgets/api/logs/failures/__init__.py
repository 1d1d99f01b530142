"""Known failures, by kind: one table, in parts; see :class:`~serving_widgets.api.logs.failures.rule.Rule`."""

from __future__ import annotations

from .access import ACCESS
from .building import BUILDING
from .loading import LOADING
from .resources import RESOURCES
from .rule import Rule
from .serving import SERVING

#: The rules. Of two findings of one rank, the rule that stands first is the more telling one.
RULES: tuple[Rule, ...] = (*ACCESS, *BUILDING, *LOADING, *RESOURCES, *SERVING)
