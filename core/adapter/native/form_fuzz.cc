// Reads pairs as a form. The first byte chooses what the origin is.
#include <cstdint>
#include <string>

#include "adapter/contract/fuzz_sink.h"
#include "adapter/native/native.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  if (size == 0) return 0;
  const std::string pairs(reinterpret_cast<const char*>(data) + 1, size - 1);
  adapter::Origin origin;
  origin.project = "default";
  origin.ip = "192.0.2.1";
  origin.is_server_side = (data[0] & 1) != 0;
  origin.referrer = (data[0] & 2) != 0 ? "https://page.example/\xff" : "";
  origin.received_at_ms = 1'795'515'837'312;
  adapter::Workspace workspace{Random(1)};
  for (const bool is_body : {false, true}) {
    adapter::FuzzSink sink;
    const http::Header headers[] = {{"X-Penstock-Url", pairs}};
    const adapter::ReadOutcome outcome =
        adapter::read_collect({is_body ? "name=n" : pairs, is_body ? pairs : "", "",
                               (data[0] & 4) != 0 ? std::span<const http::Header>(headers)
                                                  : std::span<const http::Header>()},
                              origin, workspace, sink);
    PENSTOCK_CHECK((outcome.status == 204) == outcome.error.empty());
    PENSTOCK_CHECK(outcome.accepted == (outcome.status == 204 ? sink.count() : 0));
  }
  return 0;
}
