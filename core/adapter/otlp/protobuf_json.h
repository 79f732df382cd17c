// OTLP's protobuf in OTLP's JSON, so that what comes in either has one way into an event.
//
// Members stand in the order of their fields but for a message's list, which is written last and
// whole, wherever its elements stood. Texts that are not UTF-8 are repaired. What has its default
// value, is not in the tables, or is of another type than they say is left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::adapter {

enum class OtlpMessage : std::uint8_t { kResource, kScope, kLogRecord };

// Numbers of the fields by which a request is walked through to these.
inline constexpr std::uint32_t kResourceLogsField = 1;  // Of the request.
inline constexpr std::uint32_t kResourceField = 1;      // Of what a resource logged.
inline constexpr std::uint32_t kScopeLogsField = 2;
inline constexpr std::uint32_t kScopeField = 1;  // Of what a scope of it logged.
inline constexpr std::uint32_t kLogRecordsField = 2;
inline constexpr std::uint32_t kSchemaUrlField = 3;  // Of either.

// Messages inside one another. A value within a value is up to three.
inline constexpr int kMessageDepthMax = 256;
// Of the JSON of one message. Two bytes of a field's may be thirty of JSON.
inline constexpr std::size_t kMessageJsonBytesMax = 16 << 20;

// Replaces `out`. Returns what is wrong with the message, a literal; else "".
std::string_view otlp_json_of(OtlpMessage message, std::string_view bytes, std::string& out);

}  // namespace penstock::adapter
