#!/bin/sh
# One step of a GitHub job: annotations and the step summary on the job's page,
# SARIF and the evidence page as files. Inputs come as variables, never as text
# of this script, so that nothing in them is run.
set -eu
command -v assay >/dev/null || {
    echo "::error title=assay::assay is not on the PATH; build it in a step before"
    exit 2
}
set -f # names are words, not patterns
# shellcheck disable=SC2086
set -- ${INPUT_REPORTS:?which reports?}
[ -z "${INPUT_DATA-}" ] || set -- --data "$INPUT_DATA" "$@"
[ -z "${INPUT_FAIL_ON-}" ] || set -- --fail-on "$INPUT_FAIL_ON" "$@"
exec assay check -f github -o "sarif:${INPUT_SARIF:-assay.sarif}" \
    -o "html:${INPUT_PAGE:-assay.html}" "$@"
