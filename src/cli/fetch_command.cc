// SPDX-License-Identifier: Apache-2.0
// `gnomon fetch`: looks features up in the online store and prints them as Chronon's fetcher does
// (SPEC 3.3).
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/cancellation.h"
#include "base/clock.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/json_output.h"
#include "cli/option_table.h"
#include "config/table_writer.h"
#include "online/fetcher.h"
#include "storage/workspace.h"

namespace gnomon::cli {

namespace {

using Json = nlohmann::ordered_json;

Status Fetch(const std::vector<std::string>& arguments);

}  // namespace

extern const Command kFetch;
const Command kFetch = {
    .name = "fetch",
    .doc = "look up features in the online store",
    .examples =
        "  gnomon fetch --type=group-by --name=bootcamp/user_purchase_features.v1 "
        "--key-json='{\"user_id\":\"user_1\"}'\n"
        "  gnomon fetch --json -t group-by -n user_purchase_features "
        "-k '[{\"user_id\":\"user_1\"},{\"user_id\":\"user_2\"}]'",
    .run = &Fetch,
};

namespace {

struct Options {
  std::string repo, type = "join", name, key_json, key_json_file;
  std::int64_t at_millis = 0;
  double interval_s = 1;
  bool loop = false;
  bool json = false;
};

Result<Json> ParseKeys(const std::string& text, std::string_view where) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    return InvalidArgument("the keys are not JSON: {}: {} - write {{\"user_id\": \"user_1\"}}",
                           text, where);
  }
  return json;
}

// The key maps of --key-json (one object, or an array of them).
Status AddKeys(const Json& json, std::string_view where, std::vector<Json>& keys) {
  if (json.is_object()) {
    keys.push_back(json);
    return Ok();
  }
  if (!json.is_array() || json.empty()) {
    return InvalidArgument("the keys are not an object: {} - write {{\"user_id\": \"user_1\"}}",
                           where);
  }
  for (const Json& item : json) {
    if (!item.is_object())
      return InvalidArgument(
          "the keys are not a list of objects: {} - write [{{\"user_id\": \"user_1\"}}]", where);
    keys.push_back(item);
  }
  return Ok();
}

Status AddKeysOfFile(const std::string& path, std::vector<Json>& keys) {
  std::ifstream stream(path);
  if (!stream)
    return NotFound("the file of keys does not exist: {} - look at --key-json-file", path);
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const std::string where = fmt::format("{}:{}", path, number);
    GNOMON_ASSIGN_OR_RETURN(const Json json, ParseKeys(line, where));
    GNOMON_RETURN_IF_ERROR(AddKeys(json, where, keys));
  }
  return Ok();
}

Result<std::vector<Json>> ReadKeys(const Options& options) {
  std::vector<Json> keys;
  if (!options.key_json.empty()) {
    GNOMON_ASSIGN_OR_RETURN(const Json json, ParseKeys(options.key_json, "--key-json"));
    GNOMON_RETURN_IF_ERROR(AddKeys(json, "--key-json", keys));
  }
  if (!options.key_json_file.empty())
    GNOMON_RETURN_IF_ERROR(AddKeysOfFile(options.key_json_file, keys));
  if (keys.empty())
    return InvalidArgument(
        "no keys to fetch: gnomon fetch - add --key-json='{{\"user_id\": \"user_1\"}}'");
  return keys;
}

std::string Text(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

struct Fetched {
  online::Features features;
  double elapsed_ms;
};

Result<Fetched> FetchOne(online::Fetcher& fetcher, const std::string& name, const Json& keys) {
  const auto begin = std::chrono::steady_clock::now();
  GNOMON_ASSIGN_OR_RETURN(online::Features features, fetcher.FetchGroupBy(name, keys));
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - begin;
  return Fetched{std::move(features), elapsed.count()};
}

void Print(const Fetched& fetched) {
  if (!fetched.features.values) {
    fmt::print("No data present for the provided key.\n");
  } else {
    // nlohmann::json keeps its keys sorted.
    const nlohmann::json sorted = nlohmann::json(*fetched.features.values);
    fmt::print("--- [FETCHED RESULT] ---\n{}\n",
               sorted.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  fmt::print("Fetched in: {:.3f} ms\n", fetched.elapsed_ms);
}

Json ToJson(const Json& keys, const Fetched& fetched) {
  return {{"keys", keys},
          {"features", fetched.features.values ? *fetched.features.values : Json(nullptr)},
          {"last_day", FormatDay(fetched.features.batch_end - 1)},
          {"elapsed_ms", fetched.elapsed_ms}};
}

// The answer of batch_end's own day is exact; later ones may miss events (design, invariant 4).
void NoteAge(const online::Features& features) {
  if (Clock::System().Today() <= features.batch_end) return;
  LogInfo("note: these are the features at the end of {} - upload a later day for newer ones",
          FormatDay(features.batch_end - 1));
}

// Fetches every key once and prints the answers: as one document, or each when it is there.
Status FetchRound(online::Fetcher& fetcher, const Options& options, const std::vector<Json>& keys,
                  bool is_first) {
  Json results = Json::array();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!options.json) fmt::print("--- [START FETCHING for {}] ---\n", Text(keys[i], -1));
    GNOMON_ASSIGN_OR_RETURN(const Fetched fetched, FetchOne(fetcher, options.name, keys[i]));
    if (options.json) {
      results.push_back(ToJson(keys[i], fetched));
    } else {
      Print(fetched);
    }
    if (is_first && i == 0) NoteAge(fetched.features);
  }
  if (options.json) PrintJson({{"format", 1}, {"name", options.name}, {"results", results}});
  std::fflush(stdout);
  return Ok();
}

Status CheckOptions(const Options& options) {
  if (options.type != "group-by") {
    return Unimplemented("fetching a {} is not supported yet: --type - use --type=group-by",
                         options.type);
  }
  if (options.interval_s > 0 && options.interval_s <= 1e6) return Ok();
  return InvalidArgument("--interval must be above 0 and at most 1000000: {} - write --interval=1",
                         options.interval_s);
}

Status Fetch(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app;
  app.add_option("--repo", options.repo, "the repository's root")->type_name("FOLDER");
  TakeOneOf(*app.add_option("--type,-t", options.type, "what is fetched; join by default"), "TYPE",
            {"join", "group-by", "join-stats"});
  app.add_option("--name,-n", options.name, "team/file.variable, or the documented name")
      ->required()
      ->type_name("DATASET");
  app.add_option("--key-json,-k", options.key_json,
                 "the key columns as a JSON object, or an array of them")
      ->type_name("JSON");
  app.add_option("--key-json-file,-f", options.key_json_file,
                 "a file with one such object per line")
      ->type_name("FILE");
  TakeWholeNumber(*app.add_option("--at-millis", options.at_millis,
                                  "time of the request; makes no difference to SNAPSHOT features"),
                  "MILLISECONDS",
                  {.min = 0, .max = 253'402'300'799'999, .example = 1'701'388'800'000});
  app.add_option("--interval", options.interval_s, "seconds between the rounds of --loop")
      ->type_name("SECONDS");
  app.add_flag("--loop", options.loop, "fetch again and again");
  AddJsonFlag(app, options.json);
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kFetch, arguments));
  if (!go_on) return Ok();
  GNOMON_RETURN_IF_ERROR(CheckOptions(options));
  GNOMON_ASSIGN_OR_RETURN(const std::vector<Json> keys, ReadKeys(options));
  GNOMON_ASSIGN_OR_RETURN(const auto root, Workspace::FindRoot(options.repo));
  GNOMON_ASSIGN_OR_RETURN(const Workspace workspace, Workspace::Open(root));
  GNOMON_ASSIGN_OR_RETURN(const auto fetcher,
                          online::Fetcher::Open("lmdb://" + workspace.kv_dir().string()));
  fetcher->set_remedy(
      [root](const std::string& name) { return config::CommandThatUploads(root, name); });
  for (bool first = true;; first = false) {
    GNOMON_RETURN_IF_ERROR(FetchRound(*fetcher, options, keys, first));
    if (!options.loop) return Ok();
    const std::chrono::duration<double> interval(options.interval_s);
    SleepUnlessCancelled(std::chrono::duration_cast<std::chrono::milliseconds>(interval));
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
  }
}

}  // namespace
}  // namespace gnomon::cli
