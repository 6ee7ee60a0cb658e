#!/usr/bin/env python3
"""Writes the recorded streams of golden/streams/{sound,garbled} from the texts
in src/: one piece of text per message as Ollama streams it, with the pace of a
small model on a laptop and a deterministic unevenness."""
import json, os, re

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = 'gemma3:latest'
MS = 1000000


def pieces(text):
    """Words with their space before them, cut to at most 6 characters."""
    for word in re.findall(r'\s*\S+|\s+$', text):
        lead = len(word) - len(word.lstrip())
        cut = max(lead + 1, 6)
        while word:
            yield word[:cut]
            word, cut = word[cut:], 6


def line(**o):
    return json.dumps(o, ensure_ascii=False, separators=(',', ':'))


def write(folder, name, text, load_ms, prompt_tokens, step_ms=9):
    out = [line(schema='assay-stream/1', api='ollama-generate', status=200)]
    prompt_ms = prompt_tokens * 0.8
    at = first = (load_ms + prompt_ms + step_ms) * MS
    count = 0
    for piece in pieces(text.rstrip('\n')):
        count += 1
        data = line(model=MODEL, created_at='2026-01-01T00:00:00Z',
                    response=piece, done=False)
        out.append(line(ns=int(at), data=data + '\n'))
        # A spread of +-20 % that is the same on every machine.
        at += step_ms * MS * (0.8 + 0.4 * ((count * 7919) % 101) / 100)
    eval_ns = int(at - first + step_ms * MS)
    data = line(model=MODEL, created_at='2026-01-01T00:00:00Z', response='',
                done=True, done_reason='stop',
                total_duration=int(at + 2 * MS), load_duration=load_ms * MS,
                prompt_eval_count=prompt_tokens,
                prompt_eval_duration=int(prompt_ms * MS), eval_count=count,
                eval_duration=eval_ns)
    out += [line(ns=int(at), data=data + '\n'), line(ns=int(at), end='done')]
    os.makedirs(os.path.join(HERE, folder), exist_ok=True)
    with open(os.path.join(HERE, folder, name + '.jsonl'), 'w') as f:
        f.write('\n'.join(out) + '\n')


def read(name):
    with open(os.path.join(HERE, 'src', name + '.md'), encoding='utf-8') as f:
        return f.read()


for kind in 'sound', 'garbled':
    write(kind, 'analysis-cold', read(kind + '-analysis'), 4200, 180)
    write(kind, 'analysis', read(kind + '-analysis'), 45, 180)
    write(kind, 'report', read(kind + '-report'), 38, 420)
    index = {
        'version': '0.12.3',
        'models': [{'name': MODEL, 'model': MODEL, 'size': 3338801804,
                    'digest': 'a2af6cc3eb7fa8be8504abaf9b04e88f17a119ec3f04a3a'
                              'ddf55f92841195f5a'}],
        'ps': [{'name': MODEL, 'model': MODEL, 'size': 5120000000,
                'size_vram': 4096000000}],
        'streams': [
            {'file': 'report.jsonl', 'match': {'contains': 'technical report'}},
            {'file': 'analysis-cold.jsonl', 'times': 1},
            {'file': 'analysis.jsonl'},
        ],
    }
    with open(os.path.join(HERE, kind, 'replay.json'), 'w') as f:
        json.dump(index, f, indent=1)
        f.write('\n')
