"""The one Base of all rows, and the column types that both databases share."""

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, SmallInteger, String, types
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase

Code = TypeVar("Code", bound=IntEnum)
Word = TypeVar("Word", bound=StrEnum)

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A key for tables that grow: 64 bits; on SQLite the row id itself."""


class UtcDateTime(types.TypeDecorator[datetime]):
    """A moment: `timestamptz` on PostgreSQL, whole microseconds since 1970 on SQLite (8 bytes)."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        """Choose the column type of this database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Refuse naive times; write the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must carry its zone")
        return value if dialect.name == "postgresql" else to_microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Give an aware time in UTC."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            moment: datetime = value.astimezone(UTC)
            return moment
        return from_microseconds(value)


def to_microseconds(moment: datetime) -> int:
    """Count whole microseconds since 1970."""
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_microseconds(count: int) -> datetime:
    """Undo `to_microseconds`."""
    seconds, rest = divmod(count, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


class CodeOf(types.TypeDecorator[Code]):
    """An IntEnum as a small integer: two bytes a row where a word would cost ten."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, kind: type[Code]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Code | None, _dialect: Dialect) -> int | None:
        """Write the number."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> Code | None:
        """Give back the member."""
        return None if value is None else self.kind(value)


class WordOf(types.TypeDecorator[Word]):
    """A StrEnum as its word: what comes back from the database is the member, not a mere text."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[Word], length: int) -> None:
        super().__init__(length)
        self.kind = kind

    def process_bind_param(self, value: Word | None, _dialect: Dialect) -> str | None:
        """Write the word."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Word | None:
        """Give back the member."""
        return None if value is None else self.kind(value)


class Base(DeclarativeBase):
    """Every row of ours."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime()}
