"""Logic Apps workflows, looked at and carried out offline, and strict where Microsoft's documents leave a question."""

from acrwatch.workflow.delivery import Delivery, Request
from acrwatch.workflow.failure import ExpressionError, WorkflowError
from acrwatch.workflow.parser import literal
from acrwatch.workflow.running import Run, Status, run
from acrwatch.workflow.secret import Secret
from acrwatch.workflow.validation import validate

__all__ = [
    "Delivery",
    "ExpressionError",
    "Request",
    "Run",
    "Secret",
    "Status",
    "WorkflowError",
    "literal",
    "run",
    "validate",
]
