/* assay init: a commented assay.json and a CI job from what is found here. */
#define _GNU_SOURCE /* access */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checks/table.h"
#include "runner/cli/cli.h"
#include "validator/base/buf.h"
#include "validator/base/file.h"

struct init {
    const char *ci; /* "github", "gitlab", "none"; NULL: what is found */
    const char *data, *reports;
    bool force;
};

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct init *)arg)

STORE(ci)
{
    static const char *const known[] = { "github", "gitlab", "none" };

    ARGS->ci = value;
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (strcmp(known[i], value) == 0)
            return ST_OK;
    return error_set(err, ST_USAGE, "%s: want github, gitlab or none", value);
}
STORE(data)
{
    (void)err;
    ARGS->data = value;
    return ST_OK;
}
STORE(reports)
{
    (void)err;
    ARGS->reports = value;
    return ST_OK;
}
STORE(force)
{
    (void)value;
    (void)err;
    ARGS->force = true;
    return ST_OK;
}

static const struct cli_option init_options[] = {
    { "ci", 0, ARG_VALUE, "github|gitlab|none", "whose CI job to write",
      store_ci },
    { "data", 0, ARG_VALUE, "DIR", "where the source data is", store_data },
    { "reports", 0, ARG_VALUE, "DIR", "where the reports are", store_reports },
    { "force", 0, ARG_NONE, NULL, "write over files that are there",
      store_force },
};

static const char *first_dir(const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (file_is_dir(names[i]))
            return names[i];
    return NULL;
}

/* What was not given is looked for under its usual names. */
static void look_around(struct init *in)
{
    static const char *const data[] = { "data",    "source",     "sources",
                                        "results", "benchmarks", "csv_data",
                                        "metrics" };
    static const char *const reports[] = { "reports", "report", "output", "out",
                                           "docs/reports" };

    if (in->data == NULL)
        in->data = first_dir(data, sizeof(data) / sizeof(*data));
    if (in->reports == NULL)
        in->reports = first_dir(reports, sizeof(reports) / sizeof(*reports));
    if (in->ci == NULL)
        in->ci = access(".gitlab-ci.yml", F_OK) == 0 ? "gitlab"
                 : file_is_dir(".github")            ? "github"
                                                     : "none";
}

static void put_config(struct buf *b, const struct init *in)
{
    buf_puts(
        b, "// assay.json: what `assay check` does here (docs/config.md).\n"
           "// An option on the command line or an ASSAY_* variable wins.\n"
           "{\n"
           "  // The language the reports are to be in (BCP 47).\n"
           "  \"lang\": \"en\",\n\n"
           "  // The data that the numbers of the reports come from: folders\n"
           "  // or files, relative to this one.\n");
    if (in->data != NULL) {
        buf_puts(b, "  \"data\": [");
        buf_json(b, text_from(in->data));
        buf_puts(b, "],\n\n");
    } else {
        buf_puts(b, "  // \"data\": [\"results/\"],\n\n");
    }
    buf_puts(b,
             "  // The job fails from this severity on: error, warning, note,\n"
             "  // never.\n"
             "  \"fail-on\": \"error\",\n\n"
             "  // Words of yours that are no other language.\n"
             "  \"words\": [],\n\n"
             "  // Switches, severities and options per check; all are on.\n"
             "  // `assay explain CHECK` tells what there is.\n"
             "  \"checks\": {\n");
    for (size_t i = 0; i < checks_all_count; i++)
        buf_printf(b, "    // \"%s\": { \"enabled\": true }%s\n",
                   checks_all[i]->id, i + 1 < checks_all_count ? "," : "");
    buf_puts(b,
             "  },\n\n"
             "  // Other settings for some paths.\n"
             "  \"paths\": [\n"
             "    // { \"match\": \"drafts/**\", \"checks\": { \"truncated\": "
             "false } }\n"
             "  ],\n\n"
             "  // Findings that a person answers for, by fingerprint\n"
             "  // (`assay check -f json` prints them).\n"
             "  \"suppress\": [\n"
             "    // { \"fingerprint\": \"0123456789abcdef\",\n"
             "    //   \"reason\": \"a quotation\", \"expires\": "
             "\"2027-01-31\" }\n"
             "  ]\n"
             "}\n");
}

static const char github_job[] =
    "# Written by `assay init`: judges the reports of every push.\n"
    "name: assay\n"
    "on: [push, pull_request]\n"
    "permissions:\n"
    "  contents: read\n"
    "  security-events: write\n"
    "jobs:\n"
    "  reports:\n"
    "    runs-on: ubuntu-latest\n"
    "    steps:\n"
    "      - uses: actions/checkout@v4\n"
    "      # assay must be on the PATH: build it or take it from your image.\n"
    "      - run: |\n"
    "          assay check -f github -o sarif:assay.sarif \\\n"
    "            -o html:assay.html '%s'\n"
    "      - if: always()\n"
    "        uses: github/codeql-action/upload-sarif@v3\n"
    "        with:\n"
    "          sarif_file: assay.sarif\n"
    "      - if: always()\n"
    "        uses: actions/upload-artifact@v4\n"
    "        with:\n"
    "          name: assay\n"
    "          path: assay.html\n";

static const char gitlab_job[] =
    "# Written by `assay init`; include it from .gitlab-ci.yml:\n"
    "#   include: [{ local: .gitlab/assay.yml }]\n"
    "assay:\n"
    "  stage: test\n"
    "  # assay must be on the PATH: build it or take it from your image.\n"
    "  script:\n"
    "    - assay check -o gitlab:gl-code-quality-report.json\n"
    "      -o junit:assay.xml -o html:assay.html '%s'\n"
    "  artifacts:\n"
    "    when: always\n"
    "    paths: [assay.html]\n"
    "    reports:\n"
    "      codequality: gl-code-quality-report.json\n"
    "      junit: assay.xml\n";

static enum status write_new(const char *path, const struct buf *b, bool force,
                             struct error *err)
{
    enum status st;

    if (!force && access(path, F_OK) == 0)
        return error_set(err, ST_USAGE,
                         "%s: is there already (--force writes over it)", path);
    st = file_write_buf(path, b, err);
    if (st == ST_OK)
        cli_line(stdout, "wrote %s", path);
    return st;
}

/* `keep`: a job was asked for, so a configuration that is there stays. */
static enum status write_config(const struct init *in, const struct buf *b,
                                bool keep, struct error *err)
{
    if (!in->force && keep && access("assay.json", F_OK) == 0) {
        cli_line(stdout, "kept assay.json");
        return ST_OK;
    }
    return write_new("assay.json", b, in->force, err);
}

static enum status write_job(const struct init *in, struct error *err)
{
    const bool github = strcmp(in->ci, "github") == 0;
    const char *path =
        github ? ".github/workflows/assay.yml" : ".gitlab/assay.yml";
    const char *reports = in->reports != NULL ? in->reports : ".";
    const char *job = github ? github_job : gitlab_job;
    const char *at = strstr(job, "%s");
    struct buf b = { .max = 0 };
    enum status st;

    if (strcmp(in->ci, "none") == 0)
        return ST_OK;
    if (strchr(reports, '\'') != NULL || strchr(reports, '\n') != NULL)
        return error_set(err, ST_USAGE,
                         "%s: a quote in the folder's name: write the job "
                         "by hand",
                         reports);
    buf_add(&b, (struct text){ job, (size_t)(at - job) });
    buf_puts(&b, reports);
    buf_puts(&b, at + 2);
    st = file_make_dirs(github ? ".github/workflows" : ".gitlab", err);
    if (st == ST_OK)
        st = write_new(path, &b, in->force, err);
    buf_free(&b);
    return st;
}

static int init_main(int argc, char **argv)
{
    extern const struct command command_init;
    struct init in = { .ci = NULL };
    struct buf b = { .max = 0 };
    struct error err;
    int n = 0;
    enum status st = cli_parse(&command_init, argc, argv, &in, &n, &err);

    if (st == ST_OK && n > 0)
        st = error_set(&err, ST_USAGE, "%s: init takes no operand", argv[1]);
    if (st == ST_OK) {
        const bool keep =
            in.ci != NULL && strcmp(in.ci, "none") != 0 && in.data == NULL;

        look_around(&in);
        put_config(&b, &in);
        st = write_config(&in, &b, keep, &err);
    }
    if (st == ST_OK)
        st = write_job(&in, &err);
    buf_free(&b);
    if (st != ST_OK)
        return cli_fail(&err);
    cli_line(stdout, "next: assay check %s",
             in.reports != NULL ? in.reports : "YOUR-REPORT.md");
    if (in.data == NULL)
        cli_line(stdout,
                 "No folder of data was found: set \"data\" in assay.json, "
                 "or numbers are not judged.");
    return EXIT_PASS;
}

const struct command command_init = {
    .name = "init",
    .summary = "write a commented assay.json and a CI job",
    .operands = "",
    .options = init_options,
    .option_count = sizeof(init_options) / sizeof(*init_options),
    .run = init_main,
};
