"""From the text of a query to its tree: encoding, Latin and misspelt words, units, compounds, fuzzy words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from onneshon.search.query.field_values import READ_BY_DEFAULT, FieldReading
from onneshon.search.query.parser import Parsed, parse
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.bijoy_query import from_bijoy_query
from onneshon.search.understanding.compounds import Compounds
from onneshon.search.understanding.fuzzy import FUZZY, expanded
from onneshon.search.understanding.interpretation import QueryInterpreter
from onneshon.search.understanding.readings import Readings
from onneshon.search.understanding.synonyms import Synonyms
from onneshon.search.understanding.word_index import WordIndex

__all__ = ["QueryReader"]


@dataclass(frozen=True, slots=True)
class QueryReader:
    """Reads queries with the words of one index.

    Attributes:
        index: its words.
        readings: what words may be that are misspelt, or in Latin letters.
        compounds: of the same words.
        operators: what may stand before a colon, see ``site_operators``.
        field_reading: of the site.
    """

    index: WordIndex
    readings: Readings
    compounds: Compounds
    operators: Mapping[str, str]
    field_reading: FieldReading = READ_BY_DEFAULT

    def read(
        self,
        text: str,
        synonyms: Synonyms,
        budget: TimeBudget,
        *,
        literal: bool = False,
        strict: bool = False,
    ) -> Parsed:
        """A query understood, with its fuzzy words replaced by what they stand for.

        Args:
            text: as typed.
            synonyms: the tables of now.
            budget: where it runs out, words stay what they are.
            literal: take every word as it is typed.
            strict: pass over nothing of the text.

        Raises:
            QueryError: the query is too long or too deeply nested, or under ``strict`` makes no sense.
        """
        if literal:
            parsed = parse(
                text,
                verbatim=True,
                declared=self.operators,
                field_reading=self.field_reading,
                strict=strict,
            )
        else:
            interpreter = QueryInterpreter(synonyms, self.compounds, budget)
            unicode = from_bijoy_query(text, self.index)
            parsed = parse(
                unicode or text,
                lambda stretch, tokens: self.readings.read(stretch, tokens, budget),
                interpreter,
                declared=self.operators,
                field_reading=self.field_reading,
                strict=strict,
            )
            parsed = replace(parsed, unicode=unicode) if unicode else parsed
        if parsed.query is None or FUZZY not in text:
            return parsed
        return replace(parsed, query=expanded(parsed.query, self.index, budget))
