#!/usr/bin/env python3
"""Figures of the number audit on the dev sets.
usage: numbers.py ASSAY SHARED [-v]   (SHARED: the folder with bench/ and corpus/)
Runs the binary, calls the sets' own scorers, prints JSON lines at the end."""
import json, os, re, subprocess, sys, tempfile

assay, shared = sys.argv[1], sys.argv[2]
verbose = "-v" in sys.argv
bench = os.path.join(shared, "bench", "numbers")
corpus = os.path.join(shared, "corpus")
figures = []


def figure(set_, name, value, better="higher"):
    figures.append({"set": set_, "figure": name, "value": value, "better": better})


def claims(args):
    out = subprocess.run([assay, "check", "-f", "json", "--claims", "--exit-zero", *args],
                         capture_output=True, timeout=300)
    if not out.stdout:
        sys.exit(f"numbers.py: {args}: {out.stderr.decode()}")
    return json.loads(out.stdout)["reports"]


def scorer(*args):
    return subprocess.run([sys.executable, *args], capture_output=True, text=True, timeout=300).stdout


# The scorers know three flags; a right cell under another unit is one of them.
ASK = {"unit-mismatch": "misattributed", "contradicted": "contradicted"}


def verdict_lines(folder, ext, data_ext, extra):
    lines = []
    for name in sorted(os.listdir(folder)):
        ident, e = os.path.splitext(name)
        if e != ext or ident.endswith(".tok"):
            continue
        rep = claims(["--data", os.path.join(folder, ident + data_ext), *extra, os.path.join(folder, name)])[0]
        for c in rep.get("claims", []):
            v = c["verdict"]
            lines.append({"id": ident, "start": c["start"], "end": c["end"], "value": c.get("value"),
                          "unit": c.get("unit"), "verdict": ASK.get(v, v)})
    return lines


def with_file(lines):
    f = tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False)
    f.write("".join(json.dumps(l) + "\n" for l in lines))
    f.close()
    return f.name


def number(pattern, text):
    m = re.search(pattern, text)
    return float(m.group(1)) if m else 0.0


def verdicts():
    folder = os.path.join(bench, "verdicts")
    p = with_file(verdict_lines(folder, ".md", ".csv", []))
    out = scorer(os.path.join(bench, "score_verdicts.py"), folder, p, "--bytes")
    print(out)
    figure("verdicts", "fabrication_f1", number(r"F1 ([\d.]+)", out))
    figure("verdicts", "accuracy", number(r"accuracy on claims ([\d.]+)", out))
    m = re.search(r"exempt numbers flagged (\d+) of (\d+)", out)
    figure("verdicts", "exempt_flagged", int(m.group(1)) / int(m.group(2)), "lower")


def box():
    folder = os.path.join(bench, "box")
    glossary = os.path.join(folder, "glossary.json")
    p = with_file(verdict_lines(folder, ".txt", ".json", ["--glossary", glossary]))
    out = scorer(os.path.join(bench, "score_boxscore.py"), folder, p, "--bytes")
    print(out)
    figure("box", "f1", number(r"F1\s+([\d.]+)", out))
    figure("box", "precision", number(r"precision\s+([\d.]+)", out))
    figure("box", "recall", number(r"recall\s+([\d.]+)", out))


def real():
    dev = os.path.join(corpus, "dev")
    names = [n for n in sorted(os.listdir(dev)) if n.endswith((".txt", ".md")) and
             n not in ("clean.txt", "numbers_complete.txt")]
    empty = tempfile.mkdtemp()
    none = [n for n in names if n.startswith(("TR116", "benchmarks__python"))]
    some = [n for n in names if n not in none]
    lines = []
    data = ["--data", os.path.join(corpus, "data"), "--data", os.path.join(corpus, "prompt_metrics.json")]
    reports = claims(data + [os.path.join(dev, n) for n in some])
    reports += claims(["--data", empty, "--allow-empty"] + [os.path.join(dev, n) for n in none])
    kinds = ("fabricated-number", "unit-mismatch", "arithmetic")
    for r in reports:
        for f in r["findings"]:
            if f["check"] in kinds:
                lines.append({"file": os.path.basename(r["file"]), "start": f["start"], "end": f["end"],
                              "fault": f["check"], "text": f["text"], "why": f.get("evidence", {})})
    p = with_file(lines)
    out = scorer(os.path.join(corpus, "score.py"), p, os.path.join(dev, "labels.jsonl"))
    print("\n".join(l for l in out.splitlines() if l.startswith(("fault", *kinds))))
    labels = [json.loads(l) for l in open(os.path.join(dev, "labels.jsonl"))]
    complete = {l.strip() for l in open(os.path.join(dev, "numbers_complete.txt"))}
    over = lambda a, b: a["file"] == b["file"] and a["start"] < b["end"] and b["start"] < a["end"]
    gold = [l for l in labels if l["fault"] in kinds and not l.get("misattributed") and not l.get("soft")]
    free = [l for l in labels if l.get("misattributed") or l.get("soft")]
    hit = [g for g in gold if any(over(f, g) for f in lines)]
    judged = [f for f in lines if (f["file"] in complete or
              any(over(f, l) for l in gold) or
              any(over(f, l) for l in labels if l["fault"] in ("ok", "exempt")))
              and not any(over(f, l) for l in free)]
    good = [f for f in judged if any(over(f, g) for g in gold)]
    figure("real", "recall", len(hit) / len(gold))
    figure("real", "precision", len(good) / len(judged) if judged else 0)
    if verbose:
        for g in gold:
            if g not in hit:
                print("missed", g["file"][-60:], g["start"], g["text"], g["fault"], g["why"])
        for f in judged:
            if f not in good:
                print("false", f["file"][-60:], f["start"], f["text"], f["fault"], f["why"])
        for f in lines:
            if f not in judged:
                print("unlabelled", f["file"][-60:], f["start"], f["text"], f["fault"])


verdicts()
box()
real()
for f in figures:
    print(json.dumps(f))
