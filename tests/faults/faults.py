"""All faults that the tests must notice."""

from tests.faults.language import LANGUAGE
from tests.faults.queues import QUEUES
from tests.faults.waiting import WAITING

FAULTS = (*QUEUES, *WAITING, *LANGUAGE)
