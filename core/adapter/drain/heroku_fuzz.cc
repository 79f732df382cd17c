// Whatever is posted as frames, with an id and without one.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/drain/heroku.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::adapter;
  for (const std::string_view id : {"", "F1"}) {
    ProtocolProbe probe(kHerokuProtocol);
    probe.origin.is_server_side = true;
    check(probe.post("/drain/heroku", {reinterpret_cast<const char*>(data), size},
                     {{"Logplex-Frame-Id", id}}));
  }
  return 0;
}
