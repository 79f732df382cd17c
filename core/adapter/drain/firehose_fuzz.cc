// Whatever is posted, and then as what the one record of a request stands for.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/drain/firehose.h"
#include "base/text.h"
#include "crypto/base64.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  using namespace penstock::adapter;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string record = str_cat(R"({"requestId":"r","timestamp":1795697074063,"records":[)",
                                     R"({"data":")", crypto::encode_base64(text), "\"}]}");
  for (const std::string_view body : {text, std::string_view(record)}) {
    ProtocolProbe probe(kFirehoseProtocol);
    check(probe.post("/drain/firehose", body, {{"X-Amz-Firehose-Request-Id", text.substr(0, 64)}}));
  }
  return 0;
}
