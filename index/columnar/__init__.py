"""A codec for Whoosh that keeps postings as columns of numbers, mapped into memory and read without copying.

``BulkWriter`` builds an index, ``open_segments`` reads it as arrays, ``ColumnarCodec`` lets Whoosh's own
writers and searchers work with the same files.
"""

from index.columnar.bulk_writer import MEMORY_BUDGET, BulkWriter
from index.columnar.field_reader import FieldReader
from index.columnar.segment_reader import SegmentReader, open_segments

__all__ = ["MEMORY_BUDGET", "BulkWriter", "FieldReader", "SegmentReader", "open_segments"]
