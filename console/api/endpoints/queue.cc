// What waits to be stored.
#include <filesystem>
#include <utility>

#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answers.h"
#include "json/writer.h"
#include "queue/backend.h"

namespace penstock::console {

namespace {

// Bytes of the spool's segments. Files come and go while it counts, so it is about right.
std::uint64_t bytes_below(const std::string& folder) {
  namespace fs = std::filesystem;
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone)) continue;
    const std::uintmax_t size = entry->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

std::string_view kind_of(const queue::QueueOptions& options) {
  const queue::Backend* backend = queue::find_backend(options.url);
  return backend != nullptr ? backend->name : "";
}

http::Response get_queue(Call&, Services& services) {
  const auto state = services.inspector->state();
  const auto dead = services.inspector->dead_letters();
  const auto warnings = services.inspector->warnings();
  const bool is_reachable = state && dead;

  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("kind", kind_of(services.settings.queue.queue));
  writer.member("reachable", is_reachable);
  if (is_reachable) {
    writer.member("depth", state->depth);
    writer.member("oldest_seconds", state->oldest_seconds);
    writer.member("dead", *dead);
  } else {
    // Unknown is not none: a page that showed 0 here would hide the trouble.
    writer.key("depth").null().key("oldest_seconds").null().key("dead").null();
    writer.member("detail", to_text(state ? dead.error() : state.error()));
  }
  writer.key("warnings").begin_array();
  if (warnings) {
    for (const std::string& warning : *warnings) writer.value(std::string_view(warning));
  }
  writer.end_array();
  writer.member("timed", services.look->has_timed_jobs());
  writer.member("spool_bytes", bytes_below(services.settings.spool_path));
  writer.end_object();
  return json_answer(std::move(body));
}

constexpr const char* kQueue = R"({"title":"Queue","type":"object","properties":{
  "kind":{"type":"string","enum":["redis","spool"]},"reachable":{"type":"boolean"},
  "depth":{"type":["integer","null"],"description":"Messages; null where it is not reachable"},
  "oldest_seconds":{"type":["number","null"]},"dead":{"type":["integer","null"]},
  "warnings":{"type":"array","items":{"type":"string"},
    "description":"By what the queue may lose events that were answered"},
  "timed":{"type":"boolean","description":"Whether it has jobs that wait for their time"},
  "spool_bytes":{"type":"integer"},"detail":{"type":"string","x-optional":true}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/queue",
     .access = Access::kViewer,
     .endpoint = get_queue,
     .lane = Lane::kQueue,
     .summary = "What waits to be stored",
     .answer_schema = kQueue},
};

}  // namespace

std::span<const Route> queue_routes() { return kRoutes; }

}  // namespace penstock::console
