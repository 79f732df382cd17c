#include "adapter/otlp/protobuf_json.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

std::string json_of(OtlpMessage message, std::string_view bytes) {
  std::string json;
  EXPECT_EQ(otlp_json_of(message, bytes, json), "");
  return json;
}

// A field of protobuf's that holds fewer than 128 bytes.
std::string field(int number, std::string_view bytes) {
  std::string out(1, static_cast<char>(number << 3 | 2));
  out += static_cast<char>(bytes.size());
  return out.append(bytes);
}

TEST(ProtobufJson, WritesARecord) {
  const std::string attribute = field(
      6, field(1, "k") + field(2, std::string("\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)));
  EXPECT_EQ(json_of(OtlpMessage::kLogRecord,
                    std::string("\x09\x40\x42\x0f\0\0\0\0\0", 9) + attribute + "\x10\x09" +
                        field(3, "INFO") + field(5, field(1, "a \"b\"")) + attribute +
                        field(9, "\x0a\xf7") + std::string("\x45\x01\0\0\0", 5)),
            R"({"timeUnixNano":"1000000","severityNumber":9,"severityText":"INFO",)"
            R"("body":{"stringValue":"a \"b\""},"traceId":"0af7","flags":1,)"
            R"("attributes":[{"key":"k","value":{"intValue":-1}},)"
            R"({"key":"k","value":{"intValue":-1}}]})");
}

TEST(ProtobufJson, WritesEveryValue) {
  const auto value_of = [](std::string_view value) {
    const std::string json = json_of(OtlpMessage::kLogRecord, field(5, value));
    constexpr std::string_view kBefore = R"({"body":)";
    constexpr std::string_view kBehind = R"(,"attributes":[]})";
    return json.substr(kBefore.size(), json.size() - kBefore.size() - kBehind.size());
  };
  EXPECT_EQ(value_of(""), "{}");
  EXPECT_EQ(value_of(field(1, "")), R"({"stringValue":""})");
  EXPECT_EQ(value_of(std::string("\x10\0", 2)), R"({"boolValue":false})");
  EXPECT_EQ(value_of(std::string("\x21\0\0\0\0\0\0\xe0\x3f", 9)), R"({"doubleValue":0.5})");
  EXPECT_EQ(value_of(std::string("\x21\0\0\0\0\0\0\xf0\xff", 9)), R"({"doubleValue":"-Infinity"})");
  EXPECT_EQ(value_of(field(5, field(1, field(1, "a")))),
            R"({"arrayValue":{"values":[{"stringValue":"a"}]}})");
  EXPECT_EQ(value_of(field(6, field(1, field(1, "a") + field(2, "")))),
            R"({"kvlistValue":{"values":[{"key":"a","value":{}}]}})");
  EXPECT_EQ(value_of(field(7, std::string("\0\x01\x02", 3))), R"({"bytesValue":"AAEC"})");
}

TEST(ProtobufJson, LeavesOutWhatIsNotOfTheTables) {
  EXPECT_EQ(
      json_of(OtlpMessage::kScope, field(1, "shop") + std::string("\x10\x01", 2) + field(9, "x")),
      R"({"name":"shop","attributes":[]})");
  EXPECT_EQ(json_of(OtlpMessage::kResource, std::string("\x10\0", 2)), R"({"attributes":[]})");
}

TEST(ProtobufJson, SaysWhatIsWrong) {
  std::string json;
  EXPECT_EQ(otlp_json_of(OtlpMessage::kLogRecord, "\xff", json), "is no protobuf of its kind");
  EXPECT_EQ(otlp_json_of(OtlpMessage::kLogRecord, field(5, field(5, "\xff")), json),
            "is no protobuf of its kind");
  // Two bytes each, which are many times that in JSON.
  std::string many;
  for (int i = 0; i < 1 << 20; ++i) many += std::string("\x38\x01", 2);
  EXPECT_EQ(otlp_json_of(OtlpMessage::kLogRecord, many, json), "is too large");
  EXPECT_LE(json.size(), kMessageJsonBytesMax + 64);
}

}  // namespace
}  // namespace penstock::adapter
