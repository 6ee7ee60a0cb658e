# include this in a Makefile:
#   REPORTS := reports
#   DATA := results
#   include assay.mk
# `make assay` fails when a report does; `make assay.html` is the evidence page.
ASSAY ?= assay
REPORTS ?= reports
assay_data := $(if $(DATA),--data $(DATA))

.PHONY: assay assay-baseline
assay: ; $(ASSAY) check $(assay_data) $(if $(wildcard assay-baseline.json),--baseline assay-baseline.json) $(REPORTS)
assay.html: FORCE ; $(ASSAY) check --exit-zero -q $(assay_data) -o html:$@ $(REPORTS)
assay-baseline: ; $(ASSAY) check --exit-zero $(assay_data) --write-baseline assay-baseline.json $(REPORTS)
FORCE:
