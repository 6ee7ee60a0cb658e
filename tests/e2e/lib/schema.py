#!/usr/bin/env python3
"""schema.py SCHEMA[#/definitions/NAME] FILE...: each FILE (.jsonl: each line)
against a JSON schema. Knows the keywords that docs/schema uses; another one is
an error, so that nothing passes unread. make test-formats asks ajv too."""
import json
import re
import sys

NOTES = {'$schema', '$id', 'title', 'description', 'default', 'definitions',
         '$defs', 'format', 'examples'}
TYPES = {'object': dict, 'array': list, 'string': str, 'boolean': bool,
         'null': type(None), 'number': (int, float), 'integer': int}


def is_type(v, name):
    if isinstance(v, bool):
        return name == 'boolean'
    if name == 'integer' and isinstance(v, float):
        return v == int(v)
    return isinstance(v, TYPES[name])


class Bad(Exception):
    pass


def resolve(root, ref):
    at = root
    for part in ref.split('#', 1)[1].strip('/').split('/'):
        at = at[part] if part else at
    return at


def one_of(root, schemas, v, path, least, most):
    why = []
    for s in schemas:
        try:
            check(root, s, v, path)
        except Bad as e:
            why.append(str(e))
    fits = len(schemas) - len(why)
    if not least <= fits <= most:
        raise Bad(f'{path}: {fits} alternatives fit: {"; ".join(why)[:600]}')


def members(root, s, v, path):
    for k in s.get('required', []):
        if k not in v:
            raise Bad(f'{path}: no "{k}"')
    known = s.get('properties', {})
    more = s.get('additionalProperties', True)
    for k, x in v.items():
        if 'propertyNames' in s:
            check(root, s['propertyNames'], k, f'{path} key')
        if k in known:
            check(root, known[k], x, f'{path}.{k}')
        elif more is False:
            raise Bad(f'{path}: "{k}" is not in the schema')
        elif isinstance(more, dict):
            check(root, more, x, f'{path}.{k}')


def check(root, s, v, path='$'):
    if s is True:
        return
    unknown = set(s) - NOTES - {
        '$ref', 'type', 'const', 'enum', 'required', 'properties',
        'additionalProperties', 'propertyNames', 'items', 'minItems',
        'maxItems', 'minimum', 'maximum', 'pattern', 'oneOf', 'anyOf'}
    if unknown:
        sys.exit(f'schema.py: {path}: keywords not known here: {unknown}')
    if '$ref' in s:
        check(root, resolve(root, s['$ref']), v, path)
    if 'type' in s:
        names = s['type'] if isinstance(s['type'], list) else [s['type']]
        if not any(is_type(v, n) for n in names):
            raise Bad(f'{path}: {json.dumps(v)[:60]} is no {"/".join(names)}')
    if 'const' in s and v != s['const']:
        raise Bad(f'{path}: {json.dumps(v)[:60]} is not {s["const"]!r}')
    if 'enum' in s and v not in s['enum']:
        raise Bad(f'{path}: {json.dumps(v)[:60]} is none of {s["enum"]}')
    if isinstance(v, dict):
        members(root, s, v, path)
    if isinstance(v, list):
        if not s.get('minItems', 0) <= len(v) <= s.get('maxItems', len(v)):
            raise Bad(f'{path}: {len(v)} items')
        for i, x in enumerate(v if 'items' in s else []):
            check(root, s['items'], x, f'{path}[{i}]')
    if isinstance(v, (int, float)) and not isinstance(v, bool):
        if not s.get('minimum', v) <= v <= s.get('maximum', v):
            raise Bad(f'{path}: {v} is out of range')
    if isinstance(v, str) and 'pattern' in s and not re.search(s['pattern'], v):
        raise Bad(f'{path}: {v[:60]!r} does not match {s["pattern"]}')
    for key, most in (('oneOf', 1), ('anyOf', len(s.get('anyOf', [])))):
        if key in s:
            one_of(root, s[key], v, path, 1, most)


def main():
    where, _, part = sys.argv[1].partition('#')
    with open(where, encoding='utf-8') as f:
        root = json.load(f)
    schema = resolve(root, '#' + part) if part else root
    bad = 0
    for name in sys.argv[2:]:
        with open(name, encoding='utf-8') as f:
            text = f.read()
        docs = text.splitlines() if name.endswith('.jsonl') else [text]
        if not docs:
            bad += 1
            print(f'{name}: empty')
        for i, d in enumerate(docs):
            try:
                check(root, schema, json.loads(d))
            except (Bad, ValueError) as e:
                bad += 1
                print(f'{name}:{i + 1}: {e}')
    sys.exit(bad > 0)


if __name__ == '__main__':
    main()
