// Whatever is posted, in each mode; what stands before the first line end is a ce- header as well.
#include "adapter/cloudevents/cloudevents.h"
#include "adapter/contract/protocol_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view line = text.substr(0, text.find('\n'));
  ProtocolProbe probe(kCloudeventsProtocol);
  check(probe.post("/cloudevents", text, {{"Content-Type", "application/cloudevents+json"}}));
  for (const std::string_view type : {"", "application/json", "text/plain"}) {
    check(probe.post("/cloudevents", text,
                     {{"Content-Type", type},
                      {"ce-specversion", "1.0"},
                      {"ce-id", line},
                      {"ce-source", "/s"},
                      {"ce-type", line},
                      {"ce-subject", line},
                      {"ce-time", line}}));
  }
  return 0;
}
