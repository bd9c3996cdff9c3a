"""Logic Apps workflows, looked at and carried out offline, and strict where Microsoft's documents leave a question."""

from acrwatch.workflow.failure import ExpressionError, WorkflowError
from acrwatch.workflow.parser import literal
from acrwatch.workflow.running import Delivery, Request, Run, Status, run
from acrwatch.workflow.secret import Secret

__all__ = ["Delivery", "ExpressionError", "Request", "Run", "Secret", "Status", "WorkflowError", "literal", "run"]
