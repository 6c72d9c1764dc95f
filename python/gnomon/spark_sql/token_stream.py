# SPDX-License-Identifier: Apache-2.0
"""A cursor over tokens: what every parser of this package stands on."""

from .errors import SqlError, error_at
from .tokens import END, QUOTED_NAME, Token, WORD, tokenize

# Words that end a name's place: as a column or an alias they need backticks.
KEYWORDS = frozenset(
    "ALL AND ANTI ANY AS BETWEEN BY CASE CAST CLUSTER CROSS DISTINCT DISTRIBUTE DIV ELSE EXCEPT "
    "EXISTS FROM FULL GROUP "
    "HAVING ILIKE IN INNER INTERSECT IS JOIN LATERAL LEFT LIKE LIMIT MINUS NATURAL NOT NULL "
    "OFFSET ON OR ORDER PIVOT "
    "QUALIFY RIGHT RLIKE REGEXP SELECT SEMI SORT TABLESAMPLE THEN UNION UNPIVOT USING VALUES WHEN "
    "WHERE WINDOW WITH "
    "TRUE FALSE".split())


class TokenStream:

    def __init__(self, text: str, tokens: list[Token] | None = None) -> None:
        self.text = text
        self._tokens = tokenize(text) if tokens is None else tokens
        self._index = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._index]

    def peek(self, ahead: int = 1) -> Token:
        return self._tokens[min(self._index + ahead, len(self._tokens) - 1)]

    def rest(self) -> list[Token]:
        return self._tokens[self._index:]

    def next(self) -> Token:
        token = self._tokens[self._index]
        if token.kind != END:
            self._index += 1
        return token

    def place(self) -> int:
        """For go_back, where only what follows tells how to read."""
        return self._index

    def go_back(self, place: int) -> None:
        self._index = place

    def at(self, *words: str) -> bool:
        """Whether the next tokens are these words or symbols."""
        return all(self.peek(i).key == word for i, word in enumerate(words))

    def at_any(self, *words: str) -> bool:
        return self.token.key in words

    def take(self, *words: str) -> bool:
        if not self.at(*words):
            return False
        self._index += len(words)
        return True

    def expect(self, *words: str) -> Token:
        token = self.token
        if not self.take(*words):
            raise self.unexpected(" ".join(words))
        return token

    def name(self, what: str) -> str:
        """An identifier, without its backticks."""
        token = self.token
        if token.kind == QUOTED_NAME and token.value:
            return self.next().value
        if token.kind == WORD and token.key not in KEYWORDS and not token.text.isdigit():
            return self.next().text
        raise self.unexpected(what)

    def names_in_parentheses(self, what: str) -> list[str]:
        self.expect("(")
        names = [self.name(what)]
        while self.take(","):
            names.append(self.name(what))
        self.expect(")")
        return names

    def expect_end(self) -> None:
        if self.token.kind != END:
            raise self.unexpected("the end of the text")

    def error(self, message: str, begin: int | None = None) -> SqlError:
        return error_at(self.text, self.token.begin if begin is None else begin, message)

    def unexpected(self, wanted: str) -> SqlError:
        token = self.token
        if token.kind == END:
            return self.error(f"the SQL text ends where {wanted} should stand - complete it")
        shown = token.text if len(token.text) <= 40 else token.text[:37] + "..."
        advice = " (a column with this name needs backticks)" if token.key in KEYWORDS else ""
        return self.error(
            f"{shown} stands where {wanted} should{advice} - {self._meant() or 'correct it'}")

    def _meant(self) -> str | None:
        """A keyword that is misspelled here, or just before, where it was taken for an alias."""
        from ai.chronon.errors import closest_name

        for token in (self.token, self._tokens[max(self._index - 1, 0)]):
            if token.kind == WORD and token.key not in KEYWORDS:
                meant = closest_name(token.key, KEYWORDS, cutoff=0.7)
                if meant:
                    return f"did you mean {meant} in place of {token.text}?"
        return None
