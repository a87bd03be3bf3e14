"""The law of several jurisdictions, or of several days, side by side, with the reasons why it differs."""

from tacenda.comparison.law import TopicComparison, compare_topic
from tacenda.comparison.positions import Comparison, compare
from tacenda.comparison.revision import Revision, Side, diff

__all__ = ["Comparison", "Revision", "Side", "TopicComparison", "compare", "compare_topic", "diff"]
