// What an exporter is told, in the encoding in which it asked: an ExportLogsServiceResponse, or a
// google.rpc.Status.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

inline constexpr std::string_view kProtobufType = "application/x-protobuf";

bool is_protobuf_type(std::string_view content_type);

// Of a request of which `rejected` records were passed over; 0: an empty response.
std::string otlp_answer(bool is_protobuf, std::uint64_t rejected, std::string_view problem);

http::Response otlp_refusal(bool is_protobuf, std::uint16_t status, std::string_view message);

}  // namespace penstock::adapter
