#!/bin/sh
# What a threshold does: builds assay once per value of an enum constant and
# runs a scorer with each. The tree is not changed.
# usage: sweep.sh FILE.c NAME "VALUE..." COMMAND [ARG...]
# COMMAND is run with ASSAY set to the binary; "@" among its arguments too.
# e.g. sweep.sh validator/text/unclosed.c MASS "2 4 8" \
#          python3 tests/score/unclosed.py @
set -eu
file=$1 name=$2 values=$3
shift 3
build=${B:-build}
out=$build/sweep
mkdir -p "$out"
for value in $values; do
    sed "s/\\b$name = -\\{0,1\\}[0-9][0-9]*/$name = $value/" "$file" >"$out/one.c"
    if ! cmp -s "$file" "$out/one.c"; then tag=; else tag=' (as built)'; fi
    grep -q "\\b$name = $value" "$out/one.c" || { echo "no $name in $file" >&2; exit 2; }
    ${CC:-cc} -std=c17 -O2 -I. $(pkg-config --cflags icu-uc libpcre2-8) \
        -c "$out/one.c" -o "$out/one.o"
    # The object stands before the library, so that its member is not taken.
    for tool in cli/main tools/guard_feed; do
        name_of=assay
        [ "$tool" = cli/main ] || name_of=guard_feed
        ${CXX:-c++} -fno-lto -o "$out/$name_of" "$build/runner/$tool.o" "$out/one.o" \
            "$build/libassay.a" $(${MAKE:-make} -s B="$build" ldlibs)
    done
    [ -e "$out/lang.dat" ] || ln -s ../lang.dat "$out/lang.dat"
    ASSAY=$PWD/$out/assay
    export ASSAY
    echo "== $name = $value$tag"
    i=$#
    while [ "$i" -gt 0 ]; do
        arg=$1
        shift
        [ "$arg" != @ ] || arg=$ASSAY
        set -- "$@" "$arg"
        i=$((i - 1))
    done
    "$@"
done
