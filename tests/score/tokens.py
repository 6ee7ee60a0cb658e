#!/usr/bin/env python3
"""Special-token and encoding findings against labelled cases.
usage: tokens.py ASSAY SHARED [-v]
SHARED/bench/tokens holds cases.jsonl, one {"id","text","spans"} object a line,
and its scorer. Prints the figures as JSON lines, with -v the report before."""
import importlib.util, json, os, subprocess, sys, tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "gen"))
import token_kinds


def predict(assay, cases):
    """Findings of both checks by case id."""
    out = {}
    with tempfile.TemporaryDirectory() as tmp:
        for i, case in enumerate(cases):
            with open(os.path.join(tmp, f"{i:05d}.md"), "wb") as f:
                f.write(case["text"].encode("utf-8", "surrogatepass"))
        run = subprocess.run(
            [assay, "check", "--select", "special-token,encoding", "-f", "json",
             "--exit-zero", tmp], stdout=subprocess.PIPE, check=True)
    for report in json.loads(run.stdout)["reports"]:
        case = cases[int(os.path.basename(report["file"])[:5])]
        out[case["id"]] = {"id": case["id"], "spans": [
            {"start": f["start"], "end": f["end"],
             "class": f["evidence"]["class"]} for f in report["findings"]]}
    return out


def main(argv):
    verbose = "-v" in argv
    assay, shared = [a for a in argv if a != "-v"][:2]
    folder = os.path.join(shared, "bench", "tokens")
    cases_path = os.path.join(folder, "cases.jsonl")
    spec = importlib.util.spec_from_file_location(
        "scorer", os.path.join(folder, "score.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with open(cases_path, encoding="utf-8") as f:
        cases = [json.loads(line) for line in f]
    own = list(token_kinds.cases())
    result = module.run(cases, predict(os.path.abspath(assay), cases))
    result_own = module.run(own, predict(os.path.abspath(assay), own))
    if verbose:
        print(json.dumps(result, indent=1, ensure_ascii=False))
        print(json.dumps(result_own, indent=1, ensure_ascii=False))
    for key, figure, better in (
            ("span_recall", "span recall", "higher"),
            ("span_precision", "span precision", "higher"),
            ("neg_flagged", "hard negatives flagged", "lower"),
            ("class_agree", "class agreement", "higher")):
        print(json.dumps({"set": "tokens", "figure": figure, "value": result[key],
                          "better": better}))
        if key != "neg_flagged": # the own set has positives only
            print(json.dumps({"set": "own tokens in own carriers",
                              "figure": figure, "value": result_own[key],
                              "better": better}))


if __name__ == "__main__":
    main(sys.argv[1:])
