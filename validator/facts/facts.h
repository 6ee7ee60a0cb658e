#ifndef VALIDATOR_FACTS_FACTS_H
#define VALIDATOR_FACTS_FACTS_H
/* The source data as facts: numbers, names, dates, counts, each with its
 * place. Built once by one thread, frozen, then shared read-only. */
#include "validator/base/arena.h"
#include "validator/base/decimal.h"
#include "validator/base/error.h"

struct facts;

struct facts *facts_new(void); /* NULL: no memory */
void facts_free(struct facts *f);

/* --data PATH: a folder gives the facts of its files and the file tree itself;
 * a file gives facts only. */
enum status facts_add(struct facts *f, const char *path, struct error *err);

/* Sorts and indexes; no additions afterwards. */
enum status facts_freeze(struct facts *f, struct error *err);

#endif
