"""Documents made to take long: each as large as the limits of tokens and characters let it be."""

from __future__ import annotations

from collections.abc import Callable

from graphql import Source
from graphql.language import Lexer, TokenKind

from gateway.settings import Settings

TOKENS = Settings().token_limit
LENGTH = Settings().query_limit


def _tokens(text: str) -> int:
    lexer, count = Lexer(Source(text)), 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    return count


def _largest(make: Callable[[int], str]) -> str:
    """Return the largest of these documents that has not too many tokens.

    Their tokens grow linearly or quadratically, so that three of them tell those of all.
    """
    one, two, three = (_tokens(make(number)) for number in (1, 2, 3))
    step, bend = two - one, three - 2 * two + one
    number, tokens = 1, one
    while tokens + step <= TOKENS:
        number, tokens, step = number + 1, tokens + step, step + bend
    return make(number)


def _many(piece: str, count: int) -> str:
    """Return so many pieces, numbered where they say `#`."""
    return " ".join(piece.replace("#", str(number)) for number in range(count))


def _chain(count: int, fragment: str, last: str) -> str:
    """Return fragments of which each spreads the next where it says `...+`."""
    links = (fragment.replace("#", str(n)).replace("...+", f"...F{n + 1}") for n in range(count))
    return " ".join([*links, last.replace("#", str(count))])


END = "fragment F# on Query { __typename }"

HOSTILE: dict[str, str] = {
    "a field again and again": _largest(lambda n: "{" + _many("viewer", n) + "}"),
    "a list again and again": _largest(lambda n: "{" + _many("__schema{types{name}}", n) + "}"),
    "squared": _largest(lambda n: "{" + _many("__schema{" + "types{name}" * 12 + "}", n) + "}"),
    "cubed": _largest(
        lambda n: (
            "{" + _many("__schema{" + ("types{" + "fields{name}" * 6 + "}") * 6 + "}", n) + "}"
        )
    ),
    "far below": _largest(
        lambda n: "{__schema{types{" + _many("fields{name type{name}}", n) + "}}}"
    ),
    "farther below": _largest(
        lambda n: "{__schema{types{fields{type{ofType{" + _many("ofType{name}", n) + "}}}}}}"
    ),
    "other arguments": _largest(lambda n: "{" + _many('a: __type(name: "#") { name }', n) + "}"),
    "fragments in one place": _largest(
        lambda n: "{" + _many("...F#", n) + "}" + _many("fragment F# on Query{__typename}", n)
    ),
    "fragments with the same list": _largest(
        lambda n: (
            "{" + _many("...F#", n) + "}" + _many("fragment F# on Query{__schema{types{name}}}", n)
        )
    ),
    "a fragment each": _largest(
        lambda n: (
            "{"
            + _many("__schema{...F#}", n)
            + "}"
            + _many("fragment F# on __Schema{types{name}}", n)
        )
    ),
    "one fragment often": _largest(
        lambda n: "{" + _many("...F", n) + "} fragment F on Query{__typename}"
    ),
    "each fragment in all before": _largest(
        lambda n: (
            "{...F0}"
            + " ".join(
                f"fragment F{i} on Query{{__typename "
                + " ".join(f"...F{j}" for j in range(i + 1, n))
                + "}"
                for i in range(n)
            )
        )
    ),
    "each fragment in all": _largest(
        lambda n: "{...F0}" + _many("fragment F# on Query{" + _many("...F#", n) + "}", n)
    ),
    "a long chain": _largest(lambda n: "{...F0}" + _chain(n, "fragment F# on Query{...+}", END)),
    "a chain for each operation": _largest(
        lambda n: _many("query Q#{...F0}", n) + _chain(n, "fragment F# on Query{...+}", END)
    ),
    "variables for each operation": _largest(
        lambda n: (
            _many("query Q#(" + _many("$v#:String!", n) + "){...F}", n)
            + "fragment F on Query{"
            + _many("__type(name:$v#){name}", n)
            + "}"
        )
    ),
    "undefined variables": _largest(
        lambda n: (
            _many("query Q#{...F}", n)
            + "fragment F on Query{"
            + _many("a#:__type(name:$v#){name}", n)
            + "}"
        )
    ),
    "many operations": _largest(lambda n: _many("query Q#{viewer{__typename}}", n)),
    "many subscriptions": _largest(
        lambda n: "subscription{" + _many("...F", n) + "} fragment F on Query{__typename}"
    ),
    "unused fragments": _largest(
        lambda n: "{__typename}" + _many("fragment F# on Query{__typename}", n)
    ),
    "unused variables": _largest(lambda n: "query(" + _many("$v#:Int", n) + "){__typename}"),
    "unknown types": _largest(lambda n: "query(" + _many("$v#:Strin#", n) + "){__typename}"),
    "unknown fields": _largest(lambda n: "{__schema{" + _many("type#", n) + "}}"),
    "unknown members": _largest(
        lambda n: "{licenses(filter:{" + _many("holder#:1", n) + "}){totalCount}}"
    ),
    "unknown arguments": _largest(
        lambda n: "{licenses(" + _many("holder#:1", n) + "){totalCount}}"
    ),
    "unknown directives": _largest(lambda n: "{" + _many("__typename @skip#", n) + "}"),
    "directives in one place": _largest(
        lambda n: "{__typename" + _many("@skip(if: true)", n) + "}"
    ),
    "aliases": _largest(lambda n: "{" + _many("a#:__typename", n) + "}"),
    "inline fragments": _largest(lambda n: "{" + _many("...{__typename}", n) + "}"),
    "a long list": _largest(lambda n: "{licenses(first:[" + _many("1", n) + "]){totalCount}}"),
    "a long name": "{" + "a" * (LENGTH - 2) + "}",
    "a long text": '{__type(name:"""' + "\n a" * (LENGTH // 3 - 20) + '"""){name}}',
    "many escapes": '{__type(name:"' + "\\u0041" * (LENGTH // 6 - 20) + '\\u0000"){name}}',
    "many tokens": "# \\u0000\n{" + " a" * (LENGTH // 2 - 20) + "}",
    "many comments": "#\n" * (LENGTH // 2 - 20) + "{__typename}",
}
