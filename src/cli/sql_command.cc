// SPDX-License-Identifier: Apache-2.0
// `gnomon sql`: executes statements that the translator wrote as JSON lines
// (docs/formats/compiled.md) and prints their answers as spark-sql does. bin/spark-sql translates
// and then becomes this.
#include <arrow/record_batch.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/open_repository.h"
#include "sql/result_printer.h"
#include "sql/session.h"

namespace gnomon::cli {

namespace {
Status Sql(const std::vector<std::string>& arguments);
}  // namespace

extern const Command kSql;
const Command kSql = {
    .name = "sql",
    .doc = "execute translated statements (spark-sql does this for you)",
    .examples = "  spark-sql -e \"SHOW TABLES IN bootcamp\"",
    .run = &Sql,
};

namespace {

Status ExecuteLine(sql::Session& session, const std::string& line, bool on_terminal) {
  const auto statement = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!statement.is_object()) {
    return InvalidArgument(
        "gnomon sql reads translated statements, one JSON object per line - use spark-sql -e "
        "\"...\"");
  }
  const std::int64_t begin_ms = Clock::System().NowMs();
  GNOMON_ASSIGN_OR_RETURN(sql::QueryResult result, session.Execute(statement));
  const auto style = on_terminal ? sql::PrintStyle::kAligned : sql::PrintStyle::kTabs;
  GNOMON_ASSIGN_OR_RETURN(const std::int64_t rows, sql::PrintResult(result, style, std::cout));
  if (on_terminal) {
    const double seconds = static_cast<double>(Clock::System().NowMs() - begin_ms) / 1000;
    std::cout.flush();
    std::cerr << sql::TimingLine(seconds, rows) << '\n';
  }
  return Ok();
}

Status Sql(const std::vector<std::string>& arguments) {
  std::string repo, file;
  CLI::App app;
  app.add_option("--repo", repo, "the repository's root");
  app.add_option("--statements", file,
                 "file of statements, one JSON object per line; - is standard input")
      ->required();
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kSql, arguments));
  if (!go_on) return Ok();
  std::ifstream from_file;
  if (file != "-") {
    from_file.open(file);
    if (!from_file) return NotFound("--statements names a file that cannot be read: {}", file);
  }
  std::istream& lines = file == "-" ? std::cin : from_file;
  GNOMON_ASSIGN_OR_RETURN(Repository repository, OpenRepository(repo));
  GNOMON_ASSIGN_OR_RETURN(
      const auto session,
      sql::Session::Open(repository.workspace, *repository.catalog,
                         {.memory_bytes = repository.memory_bytes, .threads = repository.threads}));
  const bool on_terminal = isatty(STDOUT_FILENO) != 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) GNOMON_RETURN_IF_ERROR(ExecuteLine(*session, line, on_terminal));
  }
  return Ok();
}

}  // namespace
}  // namespace gnomon::cli
