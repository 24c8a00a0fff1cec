"""Validation, with an end to the work that fields of the same name make.

The rule that such fields can be merged compares each pair of them, and what is below them, and
the fragments spread beside them: time quadratic in the document. It counts what it does; here it
stops much sooner than by default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from graphql import OverlappingFieldsCanBeMergedRule, specified_rules, validate
from graphql.validation.validate import ValidationAbortedError
from graphql.validation.validation_context import MAX_FRAGMENT_WORK

from gateway.limits import LimitExceeded

if TYPE_CHECKING:
    from graphql import (
        ASTValidationRule,
        DocumentNode,
        GraphQLError,
        GraphQLSchema,
        SelectionSetNode,
    )
    from graphql.validation import ValidationContext

MOST_ERRORS = 5


class _Bounded(OverlappingFieldsCanBeMergedRule):
    most: ClassVar[int]

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = self.most

    def enter_selection_set(
        self, selection_set: SelectionSetNode, key: object, parent: object, *rest: object
    ) -> None:
        try:
            super().enter_selection_set(selection_set, key, parent, *rest)
        except ValidationAbortedError:
            if self.rule_context.remaining_complexity_budget >= 0:
                raise
        else:
            return
        raise LimitExceeded(
            "TOO_COMPLEX",
            "To merge fields of the same name takes more than"
            f" {self.most} comparisons; use fewer of them, or fewer fragments in one place.",
            self.most,
        )


class Validation:
    """The rules of GraphQL for one schema, with at most so many comparisons for one document."""

    def __init__(self, schema: GraphQLSchema, comparisons: int) -> None:
        self._schema = schema
        bounded = type("_Bounded", (_Bounded,), {"most": comparisons})
        self._rules: list[type[ASTValidationRule]] = [
            bounded if rule is OverlappingFieldsCanBeMergedRule else rule
            for rule in specified_rules
        ]

    def errors(self, document: DocumentNode) -> list[GraphQLError]:
        """Return what is wrong with a document; `LimitExceeded` if that takes too much work."""
        errors = validate(self._schema, document, self._rules, max_errors=MOST_ERRORS)
        aborted = errors and isinstance(errors[-1], ValidationAbortedError)
        if aborted and len(errors) <= MOST_ERRORS:
            raise LimitExceeded(
                "TOO_COMPLEX",
                "Its operations share too many fragments and variables.",
                MAX_FRAGMENT_WORK,
            )
        return errors
