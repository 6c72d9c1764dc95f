# SPDX-License-Identifier: Apache-2.0
"""Expressions that read and write numbers in a format: to_number, try_to_number, to_char. Column names
are those of written_inputs.py; the formats that are drawn come from a seeded generator."""

import itertools
import random

_FORMATS = ("9", "0", "99", "09", "90", "999", "000", "9.9", "9.99", "0.0", "9.", ".9", ".99", ".", "99.99", "00.00",
            "9D9",
            "9,999", "0,000", "9,000", "0,999", "99,999.9", "99G999D99", "9,9", "9,99,999", "999,999,999.99", "$9",
            "$99.99",
            "$9,999.99", "9$", "$", "$.99", "S9", "9S", "S99,999.9", "99,999.9S", "MI9", "9MI", "MI99.99", "99.99MI",
            "9PR",
            "99.99PR", "99,999.9PR", "$99.99PR", "S$99.99", "$S9", "MI$99.9", "$99.9S", "$99.9MI", "S9S", "MI9S",
            "S9MI",
            "MI9MI", "S99PR", "MI99PR", "99PRPR", "PR99", "99SPR", "99PRS", "SMI9", "MIS9", "9S9", "s9", "9mi", "9pr",
            "9g999d9",
            "", " ", "9 ", " 9", "a", "9a", "9-", "-9", "+9", "9,", ",9", ",", "9,,9", "9.9,9", "9.9.9", "9D9D9", "$$9",
            "S",
            "MI", "PR", "M9", "9M", "P9", "9P", "9P9R", "9.S", ".9S", "S.9", "MI.9", "$.9S", "0S", "000S", "S000",
            "MI000",
            "000.00PR", "0,000.00MI", "#9", "９", "9é", "ſ9", "9.0", "9.09", "0.90", "00,000,000.000", "9" * 18,
            "9" * 19,
            "9" * 38, "9" * 39, "9" * 20 + "." + "9" * 18, "9" * 20 + "." + "9" * 19, "." + "9" * 18, "." + "9" * 19,
            "." + "9" * 38, "0" * 38, "S" + "9" * 10 + "D" + "0" * 10, "9" * 45 + ".9", "NULL")
_SEED = 20231130


def _drawn(count: int):
    """Formats that are mostly right."""
    draw = random.Random(_SEED)
    for _ in range(count):
        whole = ",".join("".join(draw.choices("09", k=draw.randrange(1, 4))) for _ in range(draw.randrange(0, 4)))
        point = draw.choice(["", "", ".", "D"])
        fraction = "".join(draw.choices("09", k=draw.randrange(0, 5))) if point else ""
        sign, end = draw.choice([("", ""), ("", ""), ("S", ""), ("MI", ""), ("", "S"), ("", "MI"), ("", "PR"), ("S",
                                                                                                                "PR")])
        text = sign + draw.choice(["", "", "$"]) + whole + point + fraction + end
        if draw.random() < 0.1:
            at = draw.randrange(len(text) + 1)
            text = text[:at] + draw.choice("09.,DGS$MIPR #") + text[at:]
        yield text


def expressions():
    for group in (_formats, _constants, _arguments, _characters):
        yield from group()


def _formats():
    for text in dict.fromkeys((*_FORMATS, *_drawn(200))):
        form = text if text == "NULL" else f"'{text}'"
        yield from (f"try_to_number(wn, {form})", f"to_char(dc, {form})")
        yield from (f"to_char({column}, {form})" for column in ("df", "dw", "dg"))
    for form in ("9", "9.9", "9.", ".9", "9,999", "$9", "$9.9", "S9", "S9.9", "$.9S", "9.9PR", "9PR", "S$.9", "0",
                 "0.0"):
        yield f"try_to_number(we, '{form}')"
    for form in ("999", "S99,999.9", "$99.99", "9999.99PR", "99,999.9MI"):
        yield f"to_number(wn, '{form}')"
        yield from (f"to_char({column}, '{form}')" for column in ("i", "l", "t", "sm", "f", "d", "b", "wn", "NULL"))
    for form in ("9" * 38, "S999,999.99", "000000000000000000000.000000000000000", "99.99"):
        yield from (f"to_char({column}, '{form}')" for column in ("i", "l", "f", "d", "wn"))


def _constants():
    for text, form in (("454", "999"), ("454.00", "000.00"), ("12,454", "99,999"), ("$78.12", "$99.99"),
                       ("12,454.8-", "99,999.9S"), ("-", "S9"), ("-", "S9.9"), ("", "9"), ("", "9.9"), (".", "9."),
                       ("x", "9"),
                       ("5", ".9"), ("5", ".99"), ("0", ".99"), ("123456789012345678", "." + "9" * 18),
                       ("12345678901234567890", "." + "9" * 20), ("1,234", "0,000"), ("234", "0,000"), ("1234",
                                                                                                        "9999.")):
        yield from (f"{function}('{text}', '{form}')" for function in ("to_number", "try_to_number"))
    for value, form in itertools.product(("0", "454", "-454", "0.5", "-0.5", "12454.8", "0BD", "1e2", "-0.0",
                                          "1e-20BD"),
                                         ("999", "S999.9", "9.9MI", "000,000", "$99,999.99PR", ".9")):
        yield f"to_char({value}, '{form}')"


def _arguments():
    for target in ("decimal(10,2)", "decimal(38,18)", "int", "bigint", "double", "float"):
        yield from (f"CAST(wn AS {target})", f"try_cast(we AS {target})")
    yield from ("wn + 1.5BD", "CAST('١٢٫٥' AS decimal(5,1))", "CAST('１２.５e１' AS decimal(5,1))",
                "CAST('𝟓' AS decimal(5,1))",
                "CAST('-٣' AS int)", "CAST('٣' AS double)", "round('٣.٥', 0)", "'٣' = 3", "'٣' + 1")
    yield from ("to_number(wn)", "to_number()", "to_number(wn, '9', '9')", "to_number(wn, wn)", "to_number(wn, 9)",
                "to_number(i, '999')", "to_number(NULL, '999')", "to_number(b, '9')", "to_number(wn, concat('9', '9'))",
                "try_to_number(wn, CAST(NULL AS STRING))", "try_to_number(i, '99')", "try_to_number(dc, '99.99')",
                "try_to_number(wn, 99)", "to_char(dc)", "to_char(dc, wn)", "to_char(dc, 99)", "to_char(dc, 99.9)",
                "to_char(dc, CAST(NULL AS STRING))", "to_char(dc, concat('9', '9'))", "to_varchar(dc, '999.99')",
                "to_varchar(i, 'S99')", "to_char(date'2023-11-30', 'yyyy')",
                "to_char(timestamp'2023-11-30 10:20:30', 'yyyy')",
                "to_char(X'41', 'hex')", "to_char(X'41', 'utf-8')", "to_char('12.5', '99.9')",
                "to_char(to_number('12', '99'), '999')",
                "to_number(to_char(dc, 'S999999999.99'), 'S999999999.99') = dc", "to_char(array(1), '9')",
                "to_char(INTERVAL 1 DAY, '9')", "typeof(to_number('1', '99G999D99'))", "try_to_number(wn, '99') + 1",
                "sum(try_to_number(wn, '99'))")


def _characters():
    """Which of all characters count as digits or blanks, where a text cannot be listed."""
    for begin in range(0, 65536, 8192):
        letter = "decode(unhex(lpad(hex(k), 4, '0')), 'utf-16be')"
        yield (f"if(id = 0, transform(sequence({begin}, {begin + 8191}), k -> "
               f"try_to_number(concat('1', {letter}), '99')), NULL)")
