// The product itself: its version, which of its programs run on this machine, and how long the
// store's room lasts.
#include <utility>

#include "app/process/state_lock.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answers.h"
#include "json/writer.h"
#include "store/backends.h"

namespace penstock::console {

namespace {

http::Response get_system(Call&, Services& services) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("version", services.settings.version);
  writer.member("time", services.clock.wall_ms());
  writer.member("started_at", services.started_at_ms);
  writer.key("programs").begin_array();
  for (const std::string_view program :
       {app::kIngestProgram, app::kWorkerProgram, app::kConsoleProgram}) {
    const auto file = app::find_running(services.settings.state_dir, program);
    const bool is_running = file.has_value();
    writer.begin_object();
    writer.member("name", program);
    writer.member("running", is_running);
    writer.key("listen").begin_array();
    if (is_running) {
      for (const std::string& address : file->listen) writer.value(address);
    }
    writer.end_array().key("tls_listen").begin_array();
    if (is_running) {
      for (const std::string& address : file->tls_listen) writer.value(address);
    }
    writer.end_array().end_object();
  }
  writer.end_array();
  store::StoreOptions options;
  options.path = services.settings.store_path;
  options.retention_days = services.settings.retention_days;
  options.bytes_max = services.settings.store_bytes_max;
  std::string outlook;
  store::append_forecast_json(store::forecast_store(options, services.clock), outlook);
  writer.key("store").raw(outlook).end_object();
  return json_answer(std::move(body));
}

constexpr const char* kSystem =
    R"({"title":"System","type":"object","properties":{"version":{"type":"string"},
  "time":{"type":"integer"},"started_at":{"type":"integer"},
  "programs":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},
    "running":{"type":"boolean"},"listen":{"type":"array","items":{"type":"string"}},
    "tls_listen":{"type":"array","items":{"type":"string"}}}}},
  "store":{"type":"object","properties":{"bytes":{"type":"integer"},"days":{"type":"integer"},
    "max_bytes":{"type":"integer"},"limit":{"type":"string","enum":["disk","max_bytes"]},
    "limit_bytes":{"type":"integer"},"bytes_per_day":{"type":["number","null"]},
    "days_that_fit":{"type":["number","null"]},
    "full_in_days":{"type":["number","null"]}}}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/system",
     .access = Access::kViewer,
     .endpoint = get_system,
     .summary = "Version, programs and the store's room",
     .answer_schema = kSystem},
};

}  // namespace

std::span<const Route> system_routes() { return kRoutes; }

}  // namespace penstock::console
