#!/usr/bin/env python3
"""Run records of a made-up agent, for the gate's tests.

make_runs.py DIR --runs N --seed S [--slow F] [--fault CHECK=SHARE] ...
Log-normal times; the first call of a run is a cold start when --cold."""
import argparse
import json
import os
import random

p = argparse.ArgumentParser()
p.add_argument("dir")
p.add_argument("--runs", type=int, default=12)
p.add_argument("--seed", type=int, default=1)
p.add_argument("--slow", type=float, default=1.0, help="factor on times")
p.add_argument("--noise", type=float, default=0.04)
p.add_argument("--fault", action="append", default=[])
p.add_argument("--tokens", type=int, default=900)
p.add_argument("--score", type=int, default=95)
p.add_argument("--host", default="ci-small")
p.add_argument("--digest", default="sha256:a2af6cc3eb7f")
p.add_argument("--num-ctx", type=int, default=4096)
p.add_argument("--temperature", type=float, default=0.8)
p.add_argument("--scenario", default="single")
p.add_argument("--agents", default="")
p.add_argument("--cold", action="store_true")
p.add_argument("--error", type=float, default=0.0)
p.add_argument("--prefix", default="run")
a = p.parse_args()
rng = random.Random(a.seed)
os.makedirs(a.dir, exist_ok=True)
faults = dict(f.split("=") for f in a.fault)
CHECKS = ["language-drift", "token-loop", "special-token", "encoding",
          "fabricated-number", "truncated"]


def call(stage, cold, failed):
    tokens = max(1, int(rng.gauss(a.tokens, a.tokens * 0.05)))
    speed = 70 / a.slow * rng.lognormvariate(0, a.noise)
    ttft = 120 * a.slow * rng.lognormvariate(0, a.noise)
    ttft += 2500 * rng.lognormvariate(0, 0.1) if cold else 0
    eval_ns = int(tokens / speed * 1e9)
    c = {"stage": stage, "cold": cold, "ttft_ns": int(ttft * 1e6),
         "eval_count": tokens, "eval_duration_ns": eval_ns,
         "prompt_eval_count": 500,
         "prompt_eval_duration_ns": int(ttft * 0.8e6),
         "total_duration_ns": eval_ns + int(ttft * 1e6),
         "itl_p99_ns": int(30e6 * a.slow * rng.lognormvariate(0, a.noise)),
         "done": not failed, "done_reason": "stop"}
    if failed:
        c["error"] = "connection reset"
        del c["done_reason"]
    return c


def agent(n, of):
    share = lambda x: n < round(float(x) * of)
    failed = share(a.error)
    found = {c: {"findings": 1 if c in faults and share(faults[c]) else 0,
                 "score": 100} for c in CHECKS}
    hit = any(v["findings"] for v in found.values())
    score = 40 if hit else min(100, a.score + rng.randint(-3, 3))
    return {"calls": [call("analysis", a.cold and n % 4 == 0, False),
                      call("report", False, failed)],
            "validation": {"verdict": "fail" if hit else "pass",
                           "score": score, "checks": found,
                           "claims": {"supported": 18 + rng.randint(0, 3),
                                      "unsupported": 2, "exempt": 9}}}


for n in range(a.runs):
    r = {"schema": "assay-run/1", "id": f"{a.prefix}-{a.seed}-{n:03d}",
         "scenario": a.scenario,
         "model": {"name": "gemma3:latest", "digest": a.digest},
         "options": {"num_ctx": a.num_ctx, "temperature": a.temperature, "seed": n},
         "data_hash": "d1", "rules": "r1", "host": {"class": a.host}}
    if a.agents:
        r["agents"] = [dict(agent(n, a.runs), agent=x)
                       for x in a.agents.split(",")]
    else:
        r.update(agent(n, a.runs))
    with open(os.path.join(a.dir, f"{r['id']}.json"), "w") as f:
        json.dump(r, f)
