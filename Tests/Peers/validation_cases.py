"""Makes the cases of Tests/Fixtures/validation: random schemas, values and rows, and what jsonschema says of them.

    python3 -m venv venv && venv/bin/pip install jsonschema==4.26.0
    venv/bin/python Tests/Peers/validation_cases.py Tests/Fixtures/validation
"""

import json
import random
import sys

from jsonschema import Draft202012Validator

RANDOM = random.Random(20261124)
COUNT = 700
KEYS = ["a", "b", "c", "näme", "x y"]
STRINGS = ["", "a", "b", "ab", "abc", "näh", "日本", "😀😀", '"q"', "back\\slash", "line\n", "a b"]
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
OPTIONS = ["en", "de", "日本", 'with "quotes"', "näh"]
DATE = (
    r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?"
    r"\|[A-Za-z][A-Za-z0-9_/+\-]*\Z"
)
DATES = """2024-01-01T20:00:00.000Z|America/New_York
2024-01-01|UTC
2024-01-01T20:00|Z
2024-01-01T20:00:00+05:00|Asia/Tokyo
2024-01-01T20:00:00.5Z|Etc/GMT+5
2024-01-01T20:00:00.00-08:00|UTC
2024-01-01T20:00:00.000Z|a
2024-13-99T99:99:99.999Z|a
2024-01-01T20:00:00.000Z
2024-01-01
|UTC
2024-01-01|
24-01-01|UTC
2024/01/01|UTC
2024-01-01T20:00:00.0000Z|UTC
2024-01-01T20:00:00.000Z|1UTC
2024-01-01T20:00:00.000Z|Europe/Berlin\x20
2024-01-01T20|UTC
2024-01-01T20:00:00.000Z|Ünicode
2024-01-01T20:00:00.|UTC
2024-01-01t20:00:00.000Z|UTC
x024-01-01T20:00:00.000Z|UTC
2024-01-01T20:00:00.000z|UTC
2024-01-01T20:00:00:000Z|UTC
2024-01-01T20:00:00.000Z|Europe|Berlin
2024-01-01Z|UTC
2024-01-01T20:00:00.000-0800|UTC""".split("\n")
SCHEMAS = [
    {"type": "array", "items": {"type": "number"}},
    {
        "type": "object",
        "properties": {"device": {"type": "string"}, "gain": {"type": "number", "minimum": 0}},
        "required": ["device"],
    },
    {"type": "string", "maxLength": 3},
    {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3},
]


def chance(share):
    return RANDOM.random() < share


def sample(choices, most):
    return RANDOM.sample(choices, RANDOM.randrange(most))


def value(depth=0):
    kinds = ["null", "boolean", "integer", "integer", "real", "string", "string"]
    match RANDOM.choice(kinds + ["array", "object"] if depth < 3 else kinds):
        case "null":
            return None
        case "boolean":
            return chance(0.5)
        case "integer":
            return RANDOM.choice([0, 1, 2, 3, 5, -1, -4, 10, 100, 2**40])
        case "real":
            return RANDOM.choice([0.5, 1.0, 2.0, -1.5, 3.25, 1e3, 2.5e-3, -4.0])
        case "string":
            return RANDOM.choice(STRINGS)
        case "array" if chance(0.4):
            return [RANDOM.choice([0, 1, 2, 0.5, 3.0]) for _ in range(RANDOM.randrange(5))]
        case "array":
            return [value(depth + 1) for _ in range(RANDOM.randrange(4))]
        case _:
            return {name: value(depth + 1) for name in sample(KEYS, 4)}


def schema(depth=0):
    if chance(0.06):
        return chance(0.7)
    made = {}
    if chance(0.6):
        made["type"] = RANDOM.choice(TYPES) if chance(0.6) else RANDOM.sample(TYPES, RANDOM.randrange(1, 4))
    if chance(0.12):
        constants = [None, True, False, 0, 1, 2.0, 0.5, -4, "a", "ab", "日本", '"q"', "line\n"]
        made["enum"] = [RANDOM.choice(constants) for _ in range(RANDOM.randrange(1, 5))]
    elif chance(0.06):
        made["const"] = RANDOM.choice([None, True, 1, 2.0, "a", "näh"])
    for keyword, share, choices in [
        ("minimum", 0.2, [0, 1, -1, 0.5]),
        ("maximum", 0.2, [2, 3, 10, 2.5]),
        ("exclusiveMinimum", 0.1, [0, 1, 0.5]),
        ("exclusiveMaximum", 0.1, [2, 3, 5]),
        ("minLength", 0.15, [0, 1, 2]),
        ("maxLength", 0.15, [0, 1, 2, 3]),
        ("minItems", 0.15, [0, 1, 2]),
        ("maxItems", 0.15, [0, 1, 2, 3]),
        ("title", 0.1, ["only described"]),
    ]:
        if chance(share):
            made[keyword] = RANDOM.choice(choices)
    if depth < 3:
        if chance(0.35):
            made["items"] = schema(depth + 1)
        if chance(0.4):
            made["properties"] = {name: schema(depth + 1) for name in RANDOM.sample(KEYS, RANDOM.randrange(1, 4))}
        if chance(0.2):
            made["additionalProperties"] = schema(depth + 1)
    if chance(0.2):
        made["required"] = sample(KEYS, 3)
    return made


def field(number):
    kinds = ["text", "richtext", "integer", "real", "boolean", "date", "select", "tags", "json", "vector"]
    made = {"id": f"f{number}" if chance(0.8) else f"f {number} ä", "type": RANDOM.choice(kinds)}
    if chance(0.4):
        made["nullable"] = True
    if made["type"] in ("select", "tags") and chance(0.8):
        made["options"] = RANDOM.sample(OPTIONS, RANDOM.randrange(1, 5))
    if made["type"] == "json" and chance(0.7):
        made["schema"] = RANDOM.choice(SCHEMAS)
    if made["type"] == "vector" and chance(0.7):
        made["dimensions"] = RANDOM.choice([2, 3])
    return made


def schema_of(field):
    """What the definition of a field says, as a JSON Schema."""
    kinds = {"text": "string", "richtext": ["string", "array"], "real": "number", "date": "string", "select": "string"}
    kind = field["type"]
    made = {"type": kinds.get(kind, kind)}
    if kind == "date":
        made["pattern"] = DATE
    if kind == "select" and "options" in field:
        made["enum"] = field["options"]
    if kind == "tags":
        made = {"type": "array", "items": {"type": "string"}}
        if "options" in field:
            made["items"]["enum"] = field["options"]
    if kind == "json":
        made = {"allOf": [{"not": {"type": "null"}}, field.get("schema", True)]}
    if kind == "vector":
        made = {"type": "array", "items": {"type": "number"}}
        if "dimensions" in field:
            made["minItems"] = made["maxItems"] = field["dimensions"]
    return {"anyOf": [{"type": "null"}, made]} if field.get("nullable") else made


def fitting(field):
    """A value that mostly fits a field."""
    if field.get("nullable") and chance(0.3):
        return None
    options = field.get("options", OPTIONS)
    match field["type"]:
        case "text":
            return RANDOM.choice(STRINGS)
        case "richtext":
            return RANDOM.choice([*STRINGS, [{"insert": "x"}]])
        case "integer":
            return RANDOM.choice([0, 7, -3, 2.0, 1e3, 12345678901234567890])
        case "real":
            return RANDOM.choice([0, 1.5, -2e10])
        case "boolean":
            return chance(0.5)
        case "date":
            return RANDOM.choice(DATES)
        case "select":
            return RANDOM.choice(options)
        case "tags":
            return sample(options, len(options) + 1)
        case "json":
            objects = [{"device": "x", "gain": 0.5}, {"device": "x", "gain": -1}, {"gain": 1}]
            return RANDOM.choice([[0.5, 1], [1, 2, 3, 4], "abc", "abcd", *objects])
        case _:
            return [RANDOM.choice([0.25, 1, -3]) for _ in range(field.get("dimensions", 4))]


def row(fields, number):
    made = {"id": f"r{number}"} if chance(0.7) else {}
    for field in fields:
        if not chance(0.07):
            made[field["id"]] = fitting(field) if chance(0.85) else value()
    if chance(0.2):
        made["more"] = value()
    items = list(made.items())
    if chance(0.3):
        RANDOM.shuffle(items)
    return dict(items)


def write(path, cases):
    """Writes COUNT cases, no more than 4 of 7 with the same verdict."""
    counts = {True: 0, False: 0}
    with open(path, "w", encoding="utf-8") as file:
        for case in cases:
            if counts[case["valid"]] * 7 >= COUNT * 4:
                continue
            counts[case["valid"]] += 1
            file.write(json.dumps(case, ensure_ascii=chance(0.3), separators=(",", ":")) + "\n")
            if sum(counts.values()) == COUNT:
                return


def schema_cases():
    while True:
        made = schema()
        Draft202012Validator.check_schema(made)
        for made_value in [value(), value(), value()]:
            # Null is the field's affair, not its schema's.
            if made_value is not None:
                yield {"schema": made, "value": made_value, "valid": Draft202012Validator(made).is_valid(made_value)}


def row_cases():
    number = 0
    while True:
        fields = [field(number) for number in range(RANDOM.randrange(1, 5))]
        required = [field["id"] for field in fields if not field.get("nullable")]
        properties = {"id": {"type": "string"}, **{field["id"]: schema_of(field) for field in fields}}
        whole = {"type": "object", "properties": properties, "required": required}
        Draft202012Validator.check_schema(whole)
        for _ in range(4):
            made = row(fields, number)
            number += 1
            valid = Draft202012Validator(whole).is_valid(made)
            yield {"fields": [{"id": "id", "type": "id"}, *fields], "row": made, "valid": valid}


write(f"{sys.argv[1]}/json-schema.ndjson", schema_cases())
write(f"{sys.argv[1]}/rows.ndjson", row_cases())
