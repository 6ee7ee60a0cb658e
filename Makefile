# make            build/assay
# make demo       the main job, from nothing (installs what is missing)
# make test       all tests (installs what is missing)
# B=build/asan SAN=1 make test ...   under ASan + UBSan
.DELETE_ON_ERROR:
.SUFFIXES:
B ?= build
CC ?= cc
CXX ?= c++
CFLAGS ?= -O3 -g
CXXFLAGS ?= -O2 -g
PREFIX ?= /usr/local
PKGS := libpcre2-8 icu-uc libcjson libcurl libmicrohttpd sqlite3
TEST_PKGS := cmocka

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
  -Wmissing-prototypes -Wvla -Wformat=2 -Wwrite-strings $(WERROR)
URL ?= # home page, for links in SARIF and reviewdog output
flags := -std=c17 $(warnings) $(if $(URL),-DASSAY_URL='"$(URL)"') -I. -ffile-prefix-map=$(CURDIR)=. \
  $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
cxxflags := -std=c++17 -Wall -Wextra -I. -ffile-prefix-map=$(CURDIR)=.
# SQLite from its archive where there is one: as a shared library it costs
# every start 1,600 symbols (docs/measured/startup.md).
sqlite := $(or $(wildcard $(shell pkg-config --variable=libdir sqlite3 2>/dev/null)/libsqlite3.a),-lsqlite3)
# libstdc++ stands first: most symbols are its own, looked up in this order.
LDLIBS = -lstdc++ -Wl,--as-needed $(patsubst -lsqlite3,$(sqlite),$(shell pkg-config --libs $(PKGS))) -lmd4c -lnettle \
  -Wl,--no-as-needed -lcld2_full -lcld2 -Wl,--as-needed -lm -lpthread
# The audit is a tenth faster if what is called across files is laid out
# together (docs/measured/numbers.md). GCC's objects hold both forms: assay and
# the benches are linked so, tests and tools the short way. LTO= turns it off.
ifeq ($(SAN)$(findstring clang,$(shell $(CC) --version 2>/dev/null)),)
LTO ?= -flto=auto
endif
fat := $(if $(LTO),-ffat-lto-objects)
no_lto := $(if $(LTO),-fno-lto)
ifdef SAN
flags += -fsanitize=address,undefined -fno-sanitize-recover=undefined \
  -fno-omit-frame-pointer
cxxflags += -fsanitize=address,undefined -fno-omit-frame-pointer
LDFLAGS += -fsanitize=address,undefined
endif

dirs := validator/base validator/text validator/facts validator/claims \
  validator/audit validator validator/output checks runner/llm runner/agent \
  runner/gate runner/cli
srcs := $(sort $(foreach d,$(dirs),$(wildcard $d/*.c)))
cxxs := $(sort $(foreach d,$(dirs),$(wildcard $d/*.cc)))
rules := $(sort $(shell find rules -type f -not -name '.*'))
docs := $(sort $(wildcard docs/checks/*.md))
page := $(sort $(wildcard validator/output/page/*))
objs := $(srcs:%.c=$B/%.o) $(cxxs:%.cc=$B/%.o) $B/rules_data.o $B/rules_tables.o \
  $B/docs_data.o $B/page_data.o
lib_objs := $(filter-out $B/runner/cli/main.o,$(objs))
tests := $(sort $(shell find tests/unit -name 'test_*.c'))
test_bins := $(tests:%.c=$B/%)
tools := $(sort $(filter-out runner/tools/rules-build.c,$(wildcard runner/tools/*.c)))
tool_bins := $(tools:runner/tools/%.c=$B/%)

.PHONY: test-formats test-page test-lsp page-in-browser
.PHONY: ldlibs test-clients test-kill all test check unit layers lint clean install uninstall dist demo score \
  score-accept bench fuzz format deps
all: $B/assay $(tool_bins) $B/lang.dat

$B/%.o: %.c ; @mkdir -p $(@D) && $(CC) $(flags) -MMD -MP $(CFLAGS) $(LTO) $(fat) -c -o $@ $<
$B/%.o: %.cc ; @mkdir -p $(@D) && $(CXX) $(cxxflags) -MMD -MP $(CXXFLAGS) -c -o $@ $<
$B/rules_data.c: .ci/embed $(rules) ; @mkdir -p $(@D) && .ci/embed rules $@ rules
# What a start would parse and compile of these is prepared here.
prepared := rules/chatter.json rules/tokens.json rules/units.json
rules_build := $B/runner/tools/rules-build.o $B/validator/text/regex.o $B/validator/text/token_name.o \
  $(patsubst %.c,$B/%.o,$(wildcard validator/base/*.c))
$B/rules-build: $(rules_build) ; @$(CXX) $(LDFLAGS) $(no_lto) -o $@ $^ $(LDLIBS)
$B/rules_tables.c: $B/rules-build $(prepared) ; @$B/rules-build $(prepared) >$@.tmp && mv $@.tmp $@
$B/docs_data.c: .ci/embed $(docs) ; @mkdir -p $(@D) && .ci/embed docs/checks $@ docs
$B/page_data.c: .ci/embed $(page) ; @mkdir -p $(@D) && .ci/embed validator/output/page $@ page
$B/rules_data.o $B/rules_tables.o $B/docs_data.o $B/page_data.o: %.o: %.c ; @$(CC) $(flags) $(CFLAGS) $(LTO) $(fat) -c -o $@ $<
$B/libassay.a: $(lib_objs) ; @rm -f $@ && $(AR) rcsD $@ $^
$B/assay: $B/runner/cli/main.o $B/libassay.a
	$(CXX) $(LDFLAGS) $(CFLAGS) $(LTO) -o $@ $^ $(LDLIBS)
$B/tests/bench/%: $B/tests/bench/%.o $B/libassay.a
	@$(CXX) $(LDFLAGS) $(CFLAGS) $(LTO) -o $@ $^ $(LDLIBS)
$B/tests/%: $B/tests/%.o $B/libassay.a
	@$(CXX) $(LDFLAGS) $(no_lto) -o $@ $^ $(LDLIBS) $(shell pkg-config --libs $(TEST_PKGS))
# assay, whose allocations can be failed one by one: tests/e2e/torture.sh.
wrap := malloc calloc realloc strdup strndup
$B/torture: $B/runner/cli/main.o $B/tests/torture/fail_alloc.o $B/libassay.a
	@$(CXX) $(LDFLAGS) $(no_lto) $(wrap:%=-Wl,--wrap=%) -o $@ $^ $(LDLIBS)
$(tool_bins): $B/%: $B/runner/tools/%.o $B/libassay.a
	@$(CXX) $(LDFLAGS) $(no_lto) -o $@ $^ $(LDLIBS)
# Word lists and letter statistics of the languages, 15 s; the same bytes from
# any build of the tool, so another build directory takes a copy.
lang_srcs := runner/tools/lang-build.c runner/tools/tech_words.txt \
  runner/tools/ranked_words.txt \
  validator/text/hunspell.c validator/text/lang_data.c validator/text/lang_data.h
$B/lang.dat: $(lang_srcs) | $B/lang-build
	@if [ $@ -ef build/lang.dat ] || [ ! build/lang.dat -nt $(firstword $(lang_srcs)) ]; \
	then $B/lang-build --tech runner/tools/tech_words.txt \
	  --ranked runner/tools/ranked_words.txt -o $@; \
	else cp build/lang.dat $@; fi
$B/tests/unit/checks/test_language.ok: $B/lang.dat
$B/tests/%.ok: $B/tests/% ; @./$< && touch $@
.SECONDARY:

deps: ; @.ci/install build
# A recursive make, so that pkg-config is asked after the packages are there.
test: deps ; @$(MAKE) --no-print-directory check
demo: deps
	@$(MAKE) --no-print-directory all
	@ASSAY=$(abspath $B/assay) sh tests/e2e/demo.sh
# Clients and a server of others (npm), and many kills of a sweep.
test-clients: all
	@ASSAY=$(abspath $B/assay) timeout 900 sh tests/clients/run.sh
test-kill: all
	@KILLS=100 ASSAY=$(abspath $B/assay) timeout 1800 sh tests/e2e/run_sweep_kill.sh
check: all layers unit
unit: $(test_bins:=.ok) $B/torture
	@for t in $(wildcard tests/e2e/*.sh); do echo "== $$t"; \
	  ASSAY=$(abspath $B/assay) TORTURE=$(abspath $B/torture) sh $$t || exit 1; done

# Includes point down the table of docs/architecture.md only.
layers: ; @.ci/layers

# Output formats, the evidence page and the LSP server against programs that
# are not ours. Without npm's registry they are skipped, loudly.
N := $(abspath build/node)
$N/ok: tests/node/package.json
	@.ci/install dev && mkdir -p $N && cp $< $N/ && cd $N && \
	  npm install --no-audit --no-fund --ignore-scripts >npm.log 2>&1 && touch ok
node_test = @if $(MAKE) --no-print-directory $N/ok; then \
	  node tests/node/$(1).mjs $B/assay . $N; \
	else echo "SKIPPED: $@: npm packages could not be installed" >&2; fi
test-formats: all ; $(call node_test,formats)
test-page: all
	@if .ci/install browser; then $(MAKE) --no-print-directory page-in-browser; \
	else echo "SKIPPED: $@: no browser could be installed" >&2; fi
page-in-browser: ; $(call node_test,page)
test-lsp: all ; $(call node_test,lsp)

# Compares the figures on the dev sets with the committed ones.
SHARED ?= ../shared
score: all ; @python3 tests/score/run.py $B/assay $(SHARED)
ldlibs: ; @echo '$(LDLIBS)' # for tests/score/sweep.sh
score-accept: all ; @python3 tests/score/run.py $B/assay $(SHARED) --accept

# Median of several runs, as ratios to reference programs in the same run.
bench_bins := $(patsubst %.c,$B/%,$(sort $(wildcard tests/bench/bench_*.c)))
bench: all $(bench_bins)
	@for t in $(bench_bins) $(sort $(wildcard tests/bench/bench_*.sh)); do \
	  echo "== $$t"; ASSAY=$(abspath $B/assay) BENCH=$(abspath $B/tests/bench) \
	  timeout 900 $$t || exit 1; done

# Every parser of foreign bytes, FUZZ_SECONDS each (clang's libFuzzer).
FUZZ_SECONDS ?= 60
F := build/fuzz
fuzz_srcs := $(sort $(wildcard tests/fuzz/fuzz_*.c))
fuzz: all
	@$(MAKE) --no-print-directory B=$F CC=clang CXX=clang++ \
	  CFLAGS="-O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all" \
	  CXXFLAGS="-O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all" \
	  LDFLAGS="-fsanitize=address,undefined" $(fuzz_srcs:%.c=$F/%.run)
fuzz_runs := $(fuzz_srcs:%.c=$F/%.run)
$(fuzz_runs): $F/tests/fuzz/%.run: $F/tests/fuzz/%.o $F/libassay.a build/assay FORCE
	$(CXX) -fsanitize=address,undefined,fuzzer -o $(@:.run=) $(@:.run=.o) $F/libassay.a $(LDLIBS)
	@mkdir -p $F/corpus/$*
	@sh tests/fuzz/seed.sh $* $F/seeds/$* build/assay
	$(@:.run=) -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=4096 \
	  -print_final_stats=0 -verbosity=0 $F/corpus/$* $F/seeds/$*
FORCE:

format: ; clang-format -i $$(git ls-files '*.c' '*.h' '*.cc')
# lint: all of it; clang-tidy looks again only at what changed (a stamp per
# file, newer than its object). lint-fast is what CI runs.
.PHONY: lint-fast lint-format lint-cppcheck lint-tidy
all_c := $(srcs) $(tools) $(sort $(shell find tests -name '*.c'))
lint: ; @.ci/install dev && $(MAKE) --no-print-directory lint-fast lint-tidy
lint-fast: lint-format lint-cppcheck
lint-format: ; clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h' '*.cc')
lint-cppcheck:
	@mkdir -p $B/cppcheck
	cppcheck -q --std=c11 --error-exitcode=1 --inline-suppr -I. \
	  --enable=warning,portability --suppress=missingIncludeSystem \
	  --cppcheck-build-dir=$B/cppcheck -j2 validator checks runner
lint-tidy: $(all_c:%.c=$B/tidy/%.ok) $(cxxs:%.cc=$B/tidy/%.ok)
	@echo "clang-tidy: $(words $^) files clean"
$B/tidy/tests/%.ok: tests/.clang-tidy
$B/tidy/%.ok: %.c .clang-tidy $B/%.o
	@mkdir -p $(@D) && { clang-tidy --quiet $< -- $(flags) 2>$(@:.ok=.err) || \
	  { cat $(@:.ok=.err) >&2; exit 1; }; } && touch $@
$B/tidy/%.ok: %.cc .clang-tidy $B/%.o
	@mkdir -p $(@D) && { clang-tidy --quiet $< -- $(cxxflags) 2>$(@:.ok=.err) || \
	  { cat $(@:.ok=.err) >&2; exit 1; }; } && touch $@

# PREFIX and DESTDIR as usual. The language data is found beside the binary's
# folder: PREFIX/share/assay.
version := $(shell sed -n 's/.*ASSAY_VERSION "\(.*\)"/\1/p' runner/cli/cli.h)
inst := $(DESTDIR)$(PREFIX)
install: all
	install -D -m 755 $B/assay $(inst)/bin/assay
	install -D -m 755 $B/assay-net $(inst)/libexec/assay/assay-net
	install -D -m 644 $B/lang.dat $(inst)/share/assay/lang.dat
	mkdir -p $(inst)/share/man/man1 $(inst)/share/zsh/site-functions \
	  $(inst)/share/bash-completion/completions \
	  $(inst)/share/fish/vendor_completions.d $(inst)/share/doc/assay
	$B/assay man >$(inst)/share/man/man1/assay.1
	$B/assay completion bash >$(inst)/share/bash-completion/completions/assay
	$B/assay completion zsh >$(inst)/share/zsh/site-functions/_assay
	$B/assay completion fish >$(inst)/share/fish/vendor_completions.d/assay.fish
	cp -R docs/. $(inst)/share/doc/assay/
uninstall:
	rm -rf $(inst)/bin/assay $(inst)/libexec/assay $(inst)/share/assay \
	  $(inst)/share/doc/assay \
	  $(inst)/share/man/man1/assay.1 \
	  $(inst)/share/bash-completion/completions/assay \
	  $(inst)/share/zsh/site-functions/_assay \
	  $(inst)/share/fish/vendor_completions.d/assay.fish
# The same commit gives the same bytes.
dist:
	@mkdir -p build
	git archive --prefix=assay-$(version)/ HEAD | gzip -9n \
	  >build/assay-$(version).tar.gz
	@echo build/assay-$(version).tar.gz

clean: ; rm -rf $B
-include $(shell find $B -name '*.d' 2>/dev/null)
