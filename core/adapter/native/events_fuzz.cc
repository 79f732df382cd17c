// Reads a body as each format, whole and partial. The first byte chooses what the origin is.
#include <cstdint>
#include <string>

#include "adapter/contract/fuzz_sink.h"
#include "adapter/native/native.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  if (size == 0) return 0;
  adapter::Origin origin;
  origin.project = "default";
  origin.ip = "192.0.2.1";
  origin.user_agent = "Mozilla/5.0 \xff";
  origin.is_server_side = (data[0] & 1) != 0;
  origin.received_at_ms = 1'795'515'837'312;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  adapter::Workspace workspace{Random(1)};
  for (const std::string_view type : {"application/json", "application/x-ndjson"}) {
    for (const bool partial : {false, true}) {
      adapter::FuzzSink sink;
      const adapter::ReadOutcome outcome =
          adapter::read_events(body, type, partial, origin, workspace, sink);
      PENSTOCK_CHECK((outcome.status == 202) == outcome.error.empty());
      PENSTOCK_CHECK(outcome.status != 202 || outcome.accepted == sink.count());
      PENSTOCK_CHECK(outcome.status == 202 || outcome.accepted == 0);
      PENSTOCK_CHECK(partial || outcome.rejected.empty());
    }
  }
  return 0;
}
