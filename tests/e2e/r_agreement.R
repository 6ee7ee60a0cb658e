# Random cases for gate_stats (argument 1) and R's own answers (argument 2).
# Ties come from rounding. Exact p-values with ties: all subsets, enumerated.
args <- commandArgs(trailingOnly = TRUE)
set.seed(20260101)
input <- file(args[1], "w"); answer <- file(args[2], "w")
num <- function(x) paste(sprintf("%.17g", x), collapse = " ")
put <- function(case, result) {
  writeLines(case, input); writeLines(num(result), answer)
}
sample_pair <- function(max_n, ties) {
  n <- sample(2:max_n, 1); m <- sample(2:max_n, 1)
  x <- rlnorm(n, 4, 0.3); y <- rlnorm(m, 4 + runif(1, -0.4, 0.4), 0.3)
  if (ties) { x <- round(x / 10); y <- round(y / 10) }
  list(x = x, y = y)
}
case <- function(kind, how, s) sprintf("%s %s %s / %s", kind, how, num(s$x), num(s$y))
w <- function(s, alt, ...) suppressWarnings(
  wilcox.test(s$y, s$x, alternative = alt, ...)$p.value)
u_of <- function(s) unname(suppressWarnings(wilcox.test(s$y, s$x)$statistic))

for (i in 1:250) {                                   # exact, no ties
  s <- sample_pair(25, FALSE)
  put(case("rank", "exact", s), c(u_of(s), w(s, "two.sided", exact = TRUE),
      w(s, "less", exact = TRUE), w(s, "greater", exact = TRUE)))
}
for (i in 1:200) {                                   # approximation, ties
  s <- sample_pair(40, TRUE)
  if (length(unique(c(s$x, s$y))) < 2) next
  d <- u_of(s) - length(s$x) * length(s$y) / 2
  two <- w(s, "two.sided", exact = FALSE, correct = TRUE)
  put(case("rank", "approx", s), c(u_of(s), two,
      w(s, "less", exact = FALSE, correct = TRUE),
      w(s, "greater", exact = FALSE, correct = TRUE)))
}
for (i in 1:100) {                                   # exact with ties
  s <- sample_pair(7, TRUE)
  r <- rank(c(s$x, s$y)); n <- length(s$x); m <- length(s$y)
  sums <- combn(n + m, m, function(k) sum(r[k]))
  obs <- sum(r[n + seq_len(m)])
  less <- mean(sums <= obs + 1e-9); greater <- mean(sums >= obs - 1e-9)
  put(case("rank", "exact", s), c(obs - m * (m + 1) / 2,
      min(1, 2 * min(less, greater)), less, greater))
}
for (i in 1:150) {                                   # Hodges-Lehmann
  s <- sample_pair(20, FALSE)
  if (length(s$x) < 4 || length(s$y) < 4) next
  t <- wilcox.test(s$y, s$x, exact = TRUE, conf.int = TRUE)
  put(case("shift", "0.95", s), c(unname(t$estimate), t$conf.int))
}
for (i in 1:200) {                                   # Fisher
  n <- sample(2:60, 1); m <- sample(2:60, 1)
  a <- sample(0:n, 1); b <- sample(0:m, 1)
  t <- matrix(c(b, m - b, a, n - a), 2)
  p <- function(alt) fisher.test(t, alternative = alt)$p.value
  put(sprintf("rates %d %d %d %d", a, n, b, m),
      c(p("two.sided"), p("less"), p("greater")))
}
for (i in 1:100) {                                   # Clopper-Pearson
  n <- sample(1:80, 1); k <- sample(0:n, 1)
  put(sprintf("interval 0.95 %d %d", k, n), binom.test(k, n)$conf.int)
}
for (i in 1:50) {                                    # Holm
  p <- runif(sample(1:12, 1)) ^ sample(1:6, 1)
  if (i %% 3 == 0) p[length(p)] <- p[1]
  put(paste("holm", num(p)), p.adjust(p, "holm"))
}
close(input); close(answer)
