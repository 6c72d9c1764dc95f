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
        "--key-json='{\"user_id\":\"user_1\"}'",
    .run = &Fetch,
};

namespace {

struct Options {
  std::string repo, type = "join", name, key_json, key_json_file;
  std::int64_t at_millis = 0;
  double interval_s = 1;
  bool loop = false;
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

void Print(const online::Features& features, double elapsed_ms) {
  if (!features.values) {
    fmt::print("No data present for the provided key.\n");
  } else {
    // nlohmann::json keeps its keys sorted.
    const nlohmann::json sorted = nlohmann::json(*features.values);
    fmt::print("--- [FETCHED RESULT] ---\n{}\n",
               sorted.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  }
  fmt::print("Fetched in: {:.3f} ms\n", elapsed_ms);
}

Status FetchOne(online::Fetcher& fetcher, const std::string& name, const Json& keys, bool first) {
  fmt::print("--- [START FETCHING for {}] ---\n", Text(keys, -1));
  const auto begin = std::chrono::steady_clock::now();
  GNOMON_ASSIGN_OR_RETURN(const online::Features features, fetcher.FetchGroupBy(name, keys));
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - begin;
  Print(features, elapsed.count());
  // The answer of batch_end's own day is exact; later ones may miss events (design, invariant 4).
  if (first && Clock::System().Today() > features.batch_end) {
    LogInfo("note: these are the features at the end of {} - upload a later day for newer ones",
            FormatDay(features.batch_end - 1));
  }
  return Ok();
}

Status Fetch(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app;
  app.add_option("--repo", options.repo, "the repository's root");
  app.add_option("--type,-t", options.type, "join (default) or group-by");
  app.add_option("--name,-n", options.name, "team/file.variable, or the documented name")
      ->required();
  app.add_option("--key-json,-k", options.key_json,
                 "the key columns as a JSON object, or an array of them");
  app.add_option("--key-json-file,-f", options.key_json_file,
                 "a file with one such object per line");
  app.add_option("--at-millis", options.at_millis,
                 "time of the request; makes no difference to SNAPSHOT features");
  app.add_option("--interval", options.interval_s, "seconds between the rounds of --loop")
      ->check(CLI::PositiveNumber);
  app.add_flag("--loop", options.loop, "fetch again and again");
  GNOMON_ASSIGN_OR_RETURN(const bool go_on, ParseArguments(app, kFetch, arguments));
  if (!go_on) return Ok();
  if (options.type != "group-by") {
    if (options.type != "join" && options.type != "join-stats") {
      return InvalidArgument("unknown type to fetch: --type - use group-by: {}", options.type);
    }
    return Unimplemented("fetching a {} is not supported yet: --type - use --type=group-by",
                         options.type);
  }
  GNOMON_ASSIGN_OR_RETURN(const std::vector<Json> keys, ReadKeys(options));
  GNOMON_ASSIGN_OR_RETURN(const auto root, Workspace::FindRoot(options.repo));
  GNOMON_ASSIGN_OR_RETURN(const Workspace workspace, Workspace::Open(root));
  GNOMON_ASSIGN_OR_RETURN(const auto fetcher,
                          online::Fetcher::Open("lmdb://" + workspace.kv_dir().string()));
  fetcher->set_remedy(
      [root](const std::string& name) { return config::CommandThatUploads(root, name); });
  for (bool first = true;; first = false) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      GNOMON_RETURN_IF_ERROR(FetchOne(*fetcher, options.name, keys[i], first && i == 0));
    }
    std::fflush(stdout);
    if (!options.loop) return Ok();
    const std::chrono::duration<double> interval(options.interval_s);
    SleepUnlessCancelled(std::chrono::duration_cast<std::chrono::milliseconds>(interval));
    GNOMON_RETURN_IF_ERROR(CheckCancelled());
  }
}

}  // namespace
}  // namespace gnomon::cli
