#include "control/worker_state.h"

#include <algorithm>
#include <utility>

#include "json/reader.h"
#include "json/writer.h"

namespace penstock::control {
namespace {

// The numbers' names, for both directions.
struct Numbers {
  std::string_view name;
  std::int64_t WorkerState::*time;
  std::uint64_t WorkerState::*count;
};
constexpr Numbers kNumbers[] = {
    {"started_at", &WorkerState::started_ms, nullptr},
    {"now", &WorkerState::now_ms, nullptr},
    {"turned_at", &WorkerState::turned_ms, nullptr},
    {"claimed_at", &WorkerState::claimed_ms, nullptr},
    {"claimed", nullptr, &WorkerState::claimed},
    {"released", nullptr, &WorkerState::released},
    {"stored", nullptr, &WorkerState::stored},
    {"dead", nullptr, &WorkerState::dead},
};

Result<void> read_member(std::string_view key, json::Value& value, WorkerState& state) {
  if (key == "identity") {
    const auto text = value.string();
    if (!text) return fail(text.error());
    state.identity = *text;
    return {};
  }
  if (key == "troubles") {
    return value.elements([&](json::Value& element) -> Result<void> {
      const auto text = element.string();
      if (!text) return fail(text.error());
      state.troubles.emplace_back(*text);
      return {};
    });
  }
  for (const Numbers& one : kNumbers) {
    if (one.name != key) continue;
    const auto number = value.integer();
    if (!number) return fail(number.error());
    if (one.time != nullptr) state.*one.time = *number;
    if (one.count != nullptr) {
      state.*one.count = static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 0));
    }
  }
  return {};
}

}  // namespace

std::string to_json(const WorkerState& state) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object().member("identity", std::string_view(state.identity));
  for (const Numbers& one : kNumbers) {
    writer.key(one.name);
    if (one.time != nullptr) {
      writer.value(state.*one.time);
    } else {
      writer.value(state.*one.count);
    }
  }
  writer.key("troubles").begin_array();
  for (const std::string& trouble : state.troubles) writer.value(std::string_view(trouble));
  writer.end_array().end_object();
  return text;
}

Result<WorkerState> read_worker_state(std::string_view json) {
  WorkerState state;
  json::Reader reader;
  const auto read = reader.read(json, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      return read_member(key, value, state);
    });
  });
  if (!read) return fail(read.error());
  if (state.identity.empty()) return fail(ErrorCode::kRejected, "read a worker's state: nobody's");
  return state;
}

Act worker_state_act(std::function<WorkerState()> state) {
  return {http::Method::kGet, std::string(kWorkerStatePath),
          [state = std::move(state)](std::string_view /*segment*/, std::string_view /*body*/) {
            http::Response response;
            response.body = to_json(state());
            return response;
          }};
}

}  // namespace penstock::control
