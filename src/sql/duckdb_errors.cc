// SPDX-License-Identifier: Apache-2.0
// The table from DuckDB's exception types to our codes, and the texts of the errors that users meet
// often.
#include "sql/duckdb_errors.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/edit_distance.h"
#include "base/parse.h"

namespace gnomon::sql {

namespace {

using duckdb::ExceptionType;

// Keys of an exception's extra info that carry one of our errors; DuckDB adds its own text to the
// message alone.
constexpr char kCodeKey[] = "gnomon_code";
constexpr char kMessageKey[] = "gnomon_message";

ErrorCode CodeOf(ExceptionType type) {
  switch (type) {
    case ExceptionType::NOT_IMPLEMENTED:
    case ExceptionType::MISSING_EXTENSION:
    case ExceptionType::AUTOLOAD:
      return ErrorCode::kUnimplemented;
    case ExceptionType::OUT_OF_MEMORY:
    case ExceptionType::IO:
    case ExceptionType::HTTP:
    case ExceptionType::NETWORK:
      return ErrorCode::kUnavailable;
    case ExceptionType::FATAL:
    case ExceptionType::INTERNAL:
    case ExceptionType::INVALID:
    case ExceptionType::NULL_POINTER:
      return ErrorCode::kInternal;
    default:
      return ErrorCode::kInvalidArgument;
  }
}

// DuckDB appends the line of the query and a caret: the query is a translation that the user never
// saw.
std::string_view WithoutQueryText(std::string_view message) {
  for (std::string_view mark :
       {"\n\nLINE ", "\nLINE ", "\n\nStack Trace", "\n\nPossible solutions", "\nPossible Solution",
        "\nPossible fixes", "\nTry setting 'auto_detect'", "\n  file = "}) {
    message = message.substr(0, message.find(mark));
  }
  return message;
}

std::string OneLine(std::string_view message) {
  std::string line;
  for (char c : message) {
    if (c == '\n' || c == '\r') {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else {
      line += c;
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

// All parts of `text` in double quotes.
std::vector<std::string> QuotedParts(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t begin = text.find('"');
    if (begin == std::string_view::npos) return parts;
    const std::size_t end = text.find('"', begin + 1);
    if (end == std::string_view::npos) return parts;
    parts.emplace_back(text.substr(begin + 1, end - begin - 1));
    text.remove_prefix(end + 1);
  }
}

// " - did you mean 'x'?" from `Candidate bindings: "a", "b"`, which are few of all columns.
std::string NearCandidate(std::string_view name, std::string_view message) {
  const std::size_t candidates = message.find("Candidate bindings");
  if (candidates == std::string_view::npos) return "";
  const auto nearest = NearestName(name, QuotedParts(message.substr(candidates)));
  return nearest ? fmt::format(" - did you mean '{}'?", *nearest) : "";
}

// Of a CSV file that fits no guess DuckDB lists what it tried and ten options that Spark lacks.
std::optional<Error> UnreadableCsv(std::string_view message) {
  constexpr std::string_view kMark = "Error when sniffing file \"";
  const std::size_t begin = message.find(kMark);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string_view path = message.substr(begin + kMark.size());
  return InvalidArgument(
      "the file is not CSV of these options: {} - look at sep, quote and escape, and for a quote "
      "that is not closed",
      path.substr(0, path.find('"')));
}

// The rest of the line behind `mark`.
std::string_view After(std::string_view message, std::string_view mark) {
  const std::size_t begin = message.find(mark);
  if (begin == std::string_view::npos) return "";
  const std::string_view rest = message.substr(begin + mark.size());
  return rest.substr(0, rest.find('\n'));
}

// `CSV Error on Line: 3`, the line, what is wrong with it, advice, and only then the file.
std::optional<Error> BadCsvLine(std::string_view message) {
  const std::string_view line = After(message, "CSV Error on Line: ");
  if (line.empty()) return std::nullopt;
  const std::string_view numbers = After(message, "Expected Number of Columns: ");
  std::string what = "the line is not CSV";
  if (const std::size_t found = numbers.find(" Found: "); found != std::string_view::npos) {
    what = fmt::format("the line has {} fields, not {}", numbers.substr(found + 8),
                       numbers.substr(0, found));
  } else if (message.find("unterminated quote") != std::string_view::npos ||
             message.find("not terminated") != std::string_view::npos) {
    what = "a quote is not closed";
  } else if (message.find("unicode") != std::string_view::npos) {
    what = "the line is not UTF-8";
  }
  return InvalidArgument("{}: {} line {} - correct the file, or give its delimiter", what,
                         After(message, "\n  file = "), line);
}

// `Scalar Function with name spark_foo does not exist!`
std::optional<Error> UnknownFunction(std::string_view message) {
  constexpr std::string_view kMark = "Function with name ";
  constexpr std::string_view kPrefix = "spark_";
  const std::size_t begin = message.find(kMark);
  if (begin == std::string_view::npos) return std::nullopt;
  std::string_view name = message.substr(begin + kMark.size());
  name = name.substr(0, name.find(' '));
  if (name.starts_with('"') && name.ends_with('"')) name = name.substr(1, name.size() - 2);
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  return Unimplemented("function '{}' is not supported - rewrite the query without it", name);
}

// DuckDB's errors of files end in the system's words: `Cannot open file "/x": Permission denied`.
std::optional<Error> FileProblem(std::string_view message) {
  const std::vector<std::string> names = QuotedParts(message);
  const std::string file = names.empty() ? ".gnomon/tmp" : names[0];
  const auto says = [&](std::string_view words) { return message.find(words) != message.npos; };
  if (says("No space left on device") || says("Disk quota exceeded")) {
    return Unavailable(
        "the disk is full: {} - free space, or raise EXECUTOR_MEMORY, and run the command again",
        file);
  }
  if (says("Permission denied")) {
    return Unavailable("reading a file: {} - no permission; give this user access to it", file);
  }
  if (says("No such file or directory")) {
    return Unavailable("a file is gone: {} - it was there a moment ago; run the command again",
                       file);
  }
  return std::nullopt;
}

// `column "x" must appear in the GROUP BY clause ...`
std::optional<Error> Ungrouped(std::string_view message) {
  if (message.find("must appear in the GROUP BY clause") == std::string_view::npos)
    return std::nullopt;
  const std::vector<std::string> columns = QuotedParts(message);
  if (columns.empty()) return std::nullopt;
  return InvalidArgument(
      "column '{}' is neither grouped by nor aggregated - add it to GROUP BY, or write max({})",
      columns.front(), columns.front());
}

// `No function matches the given name and argument types 'sum(STRUCT("an interval day" BIGINT))'`,
// where an interval is what types/interval_type.h says.
std::optional<Error> AggregateOfInterval(std::string_view message) {
  constexpr std::string_view kMark = "argument types '";
  const std::size_t begin = message.find(kMark);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string_view call = message.substr(begin + kMark.size());
  const std::string_view name = call.substr(0, call.find('('));
  if (!call.substr(name.size()).starts_with("(STRUCT(\"an interval ")) return std::nullopt;
  return Unimplemented(
      "{} of intervals is not proven equal to Spark's - compute with seconds, such as "
      "unix_timestamp(a) - unix_timestamp(b)",
      name);
}

// What is left in the words of the library: at least its kind and what to do are ours.
Error Rewritten(ErrorCode code, const std::string& message) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return InvalidArgument("the query is not valid ({}) - correct it", message);
    case ErrorCode::kUnimplemented:
      return Unimplemented("the query needs what is not supported ({}) - write it otherwise",
                           message);
    case ErrorCode::kUnavailable:
      return Unavailable("the query could not read or write ({}) - look at the disk, and try again",
                         message);
    default:
      return Internal("the query failed ({}) - please report this as a bug of gnomon", message);
  }
}

std::optional<Error> OwnError(const duckdb::ErrorData& error) {
  const auto& extra = error.ExtraInfo();
  const auto code = extra.find(kCodeKey);
  const auto message = extra.find(kMessageKey);
  if (code == extra.end() || message == extra.end()) return std::nullopt;
  const std::optional<std::int64_t> number = ParseInt(code->second);
  if (!number || *number < 0 || *number >= static_cast<std::int64_t>(kErrorCodes.size())) {
    return Internal("an error lost its code inside DuckDB: {}", message->second);
  }
  return Error{static_cast<ErrorCode>(*number), message->second};
}

}  // namespace

void ThrowThroughDuckDb(const Error& error) {
  const ExceptionType type =
      error.code == ErrorCode::kInternal ? ExceptionType::EXECUTOR : ExceptionType::BINDER;
  throw duckdb::Exception(
      {{kCodeKey, std::to_string(static_cast<int>(error.code))}, {kMessageKey, error.message}},
      type, error.message);
}

std::optional<std::string> UnknownColumnOf(const duckdb::ErrorData& error) {
  if (error.Type() != ExceptionType::BINDER) return std::nullopt;
  const std::string_view message = WithoutQueryText(error.RawMessage());
  // `Referenced column "x" not found in FROM clause!` and its kin. The last is of a name that is an
  // alias of the same SELECT only, as in `nope AS nope`.
  for (std::string_view mark : {"Referenced column \"", "column named \"", "Column \""}) {
    const std::size_t begin = message.find(mark);
    if (begin == std::string_view::npos) continue;
    const std::string_view rest = message.substr(begin + mark.size());
    const std::size_t end = rest.find('"');
    const bool is_hidden = rest.substr(std::min(end, rest.size()))
                               .starts_with("\" referenced that exists in the SELECT clause");
    if (mark.starts_with('C') && !is_hidden) continue;
    return std::string(rest.substr(0, end));
  }
  return std::nullopt;
}

Error UnknownColumn(const std::string& name, const std::string& suggestion) {
  return InvalidArgument("unknown column '{}'{}", name, suggestion);
}

Error FromDuckDb(const duckdb::ErrorData& error) {
  if (std::optional<Error> own = OwnError(error)) return *std::move(own);
  const std::string_view message = WithoutQueryText(error.RawMessage());
  switch (error.Type()) {
    case ExceptionType::OUT_OF_MEMORY:
      // It measured, when it began to spill, how much room the disk has.
      if (message.find("temp_directory") != message.npos) {
        return Unavailable(
            "rows that do not fit into the memory cannot be put aside on the disk: .gnomon/tmp - "
            "free space there, or raise EXECUTOR_MEMORY");
      }
      return Unavailable("the query needs more memory than it may use - raise EXECUTOR_MEMORY: {}",
                         OneLine(message));
    case ExceptionType::INTERRUPT:
      GNOMON_RETURN_IF_ERROR(CheckCancelled());
      return Cancelled("the statement was stopped - nothing of it is kept");
    case ExceptionType::BINDER:
      if (const auto column = UnknownColumnOf(error)) {
        return UnknownColumn(*column, NearCandidate(*column, message));
      }
      if (std::optional<Error> ungrouped = Ungrouped(message)) return *std::move(ungrouped);
      if (std::optional<Error> interval = AggregateOfInterval(message)) return *std::move(interval);
      break;
    case ExceptionType::IO:
      if (std::optional<Error> problem = FileProblem(message)) return *std::move(problem);
      break;
    case ExceptionType::INVALID_INPUT:
      if (std::optional<Error> csv = UnreadableCsv(message)) return *std::move(csv);
      if (std::optional<Error> csv = BadCsvLine(error.RawMessage())) return *std::move(csv);
      break;
    case ExceptionType::CATALOG:
      if (std::optional<Error> function = UnknownFunction(message)) return *std::move(function);
      break;
    default:
      break;
  }
  return Rewritten(CodeOf(error.Type()), OneLine(message));
}

}  // namespace gnomon::sql
