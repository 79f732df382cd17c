// Whatever is posted as an envelope, as an event for the store, or as a broken policy's report.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/sentry/sentry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const std::string_view path : {"/api/42/envelope", "/api/42/store", "/api/42/security"}) {
    ProtocolProbe probe(kSentryProtocol);
    check(probe.post(path, body));
  }
  return 0;
}
