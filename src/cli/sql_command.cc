// SPDX-License-Identifier: Apache-2.0
// `gnomon sql`: executes statements that the translator wrote as JSON lines
// (docs/formats/compiled.md) and prints their answers as spark-sql does. bin/spark-sql translates
// and then becomes this; `gnomon sql` as people type it becomes bin/spark-sql.
#include <arrow/record_batch.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/log.h"
#include "base/terminal.h"
#include "cli/become_program.h"
#include "cli/command.h"
#include "cli/open_repository.h"
#include "cli/option_table.h"
#include "sql/print_style.h"
#include "sql/result_printer.h"
#include "sql/session.h"

namespace gnomon::cli {

namespace {
Status Sql(const std::vector<std::string>& arguments);
}  // namespace

extern const Command kSql;
const Command kSql = {
    .name = "sql",
    .doc = "run Spark SQL, as spark-sql does, whose --help shows -e, -f and the rest",
    .examples =
        "  gnomon sql\n"
        "  gnomon sql -e \"SHOW TABLES IN bootcamp\"\n"
        "  gnomon sql -f queries.sql --format csv > rows.csv\n"
        "  gnomon sql --json -e \"SELECT 1 AS a\"",
    .run = &Sql,
};

namespace {

struct Options {
  std::string repo;
  std::string file;  // Of statements.
  std::string style;
  bool json = false;
  bool continue_on_error = false;
};

Result<bool> ParseOptions(const std::vector<std::string>& arguments, Options& options) {
  CLI::App app;
  app.add_option("--repo", options.repo, "the repository's root")->type_name("FOLDER");
  app.add_option("--statements", options.file,
                 "file of translated statements, one JSON object per line; - is standard input")
      ->required()
      ->type_name("FILE");
  std::vector<std::string> styles;
  for (const sql::PrintStyle* style : sql::PrintStyles()) styles.emplace_back(style->name);
  TakeOneOf(*app.add_option("--format", options.style,
                            "how rows are printed; aligned on a terminal and tabs elsewhere, if "
                            "not given"),
            "FORMAT", styles);
  app.add_flag("--json", options.json, "the same as --format=json");
  app.add_flag("--continue-on-error", options.continue_on_error,
               "go on with the next statement after one that fails");
  return ParseArguments(app, kSql, arguments);
}

Result<const sql::PrintStyle*> StyleOf(const Options& options, bool on_terminal) {
  if (options.json && !options.style.empty() && options.style != "json") {
    return InvalidArgument("--json and --format={} exclude each other - drop one of them",
                           options.style);
  }
  if (options.json) return sql::FindPrintStyle("json");
  if (!options.style.empty()) return sql::FindPrintStyle(options.style);
  return sql::FindPrintStyle(on_terminal ? "aligned" : "tabs");
}

Status Execute(sql::Session& session, const nlohmann::json& statement, const sql::PrintStyle& style,
               bool on_terminal) {
  const std::int64_t begin_ms = Clock::System().NowMs();
  GNOMON_ASSIGN_OR_RETURN(sql::QueryResult result, session.Execute(statement));
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t rows, sql::PrintResult(result, style, std::cout));
  if (on_terminal) {
    const double seconds = static_cast<double>(Clock::System().NowMs() - begin_ms) / 1000;
    std::cout.flush();
    LogInfo("{}", sql::TimingLine(seconds, rows));
  }
  return Ok();
}

// A statement that cannot be translated comes as the sentence that says why, so that those before
// it run. `place` stands only in scripts of several statements.
Status ExecuteLine(sql::Session& session, const std::string& line, const sql::PrintStyle& style,
                   bool on_terminal) {
  const auto statement = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!statement.is_object()) {
    return InvalidArgument(
        "gnomon sql reads translated statements, one JSON object per line - use spark-sql -e "
        "\"...\"");
  }
  if (statement.value("kind", "") == "refused") {
    return InvalidArgument("{}", statement.value("message", ""));
  }
  Status status = Execute(session, statement, style, on_terminal);
  const std::string place = statement.value("place", "");
  return place.empty() ? status : std::move(status).Annotate(place);
}

// Runs every line, past those that fail if that is wanted.
Status ExecuteLines(sql::Session& session, std::istream& lines, const Options& options) {
  const bool on_terminal = isatty(STDOUT_FILENO) != 0;
  GNOMON_ASSIGN_OR_RETURN(const sql::PrintStyle* const style, StyleOf(options, on_terminal));
  int statement_count = 0;
  int failure_count = 0;
  ErrorCode first_failure = ErrorCode::kInternal;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    ++statement_count;
    const Status status = ExecuteLine(session, line, *style, on_terminal);
    if (status) continue;
    if (!options.continue_on_error || status.error().code == ErrorCode::kCancelled) return status;
    std::cout.flush();
    PrintToStderr(BoldRed("error:", STDERR_FILENO) + " " + status.error().message);
    if (failure_count++ == 0) first_failure = status.error().code;
  }
  if (failure_count == 0) return Ok();
  return Error{first_failure, fmt::format("{} of {} statements failed - mend those named above",
                                          failure_count, statement_count)};
}

// Statements as people write them are translated by bin/spark-sql, which this process becomes.
bool IsForTheEngine(const std::string& argument) {
  return argument.starts_with("--statements") || argument == "--help" || argument == "-h";
}

Status Sql(const std::vector<std::string>& arguments) {
  if (std::none_of(arguments.begin(), arguments.end(), IsForTheEngine)) {
    return BecomeProgram("bin/spark-sql", arguments);
  }
  Options options;
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseOptions(arguments, options));
  if (!go_on) return Ok();
  std::ifstream from_file;
  if (options.file != "-") {
    from_file.open(options.file);
    if (!from_file) {
      return NotFound("--statements names a file that cannot be read: {}", options.file);
    }
  }
  std::istream& lines = options.file == "-" ? std::cin : from_file;
  GNOMON_ASSIGN_OR_RETURN(Repository repository, OpenRepository(options.repo));
  GNOMON_ASSIGN_OR_RETURN(
      const auto session,
      sql::Session::Open(repository.workspace, *repository.catalog,
                         {.memory_bytes = repository.memory_bytes, .threads = repository.threads}));
  return ExecuteLines(*session, lines, options);
}

}  // namespace
}  // namespace gnomon::cli
