#include "adapter/otlp/otlp.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "adapter/otlp/answers.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// One record in a request.
std::string with(std::string_view record) {
  return str_cat(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[)", record, "]}]}]}");
}

// A field of protobuf's that holds bytes.
std::string field(int number, std::string_view bytes) {
  std::string out(1, static_cast<char>(number << 3 | 2));
  std::size_t size = bytes.size();
  for (; size > 127; size >>= 7) out += static_cast<char>(128 | (size & 127));
  out += static_cast<char>(size);
  return out.append(bytes);
}

std::string with_proto(std::string_view record) { return field(1, field(2, field(2, record))); }

// The body of a request of the corpus.
std::string specimen(std::string_view name) {
  std::ifstream in(str_cat(PENSTOCK_SOURCE_DIR, "/tests/corpus/protocols/otlp/", name, ".http"),
                   std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  return text.substr(text.find("\n\n") + 2);
}

// Of an object's text: each member's, whatever their order.
std::vector<std::string> sorted_members(std::string_view object) {
  std::vector<std::string> members;
  std::string text(object);
  reserve_padding(text);
  json::Reader reader;
  EXPECT_TRUE(reader.read(text, [&](json::Value& root) {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      std::string member = str_cat(key, "=");
      if (value.kind() == json::Kind::kString) {
        member += value.string().value_or("?");  // However it is escaped.
      } else {
        EXPECT_TRUE(value.append_to(member, event::kPropertiesDepthMax));
      }
      members.push_back(member);
      return {};
    });
  }));
  std::sort(members.begin(), members.end());
  return members;
}

class OtlpTest : public ::testing::Test {
 protected:
  ProtocolProbe::Got json(std::string_view body) {
    return probe_.post("/v1/logs", body, {{"Content-Type", "application/json"}});
  }
  ProtocolProbe::Got protobuf(std::string_view body) {
    return probe_.post("/v1/logs", body, {{"Content-Type", "application/x-protobuf"}});
  }
  event::Record only(std::string_view record) {
    const auto got = json(with(record));
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    EXPECT_THAT(got.answer, EndsWith("\r\n\r\n{}"));
    EXPECT_EQ(got.events.size(), 1u) << record;
    return got.events.empty() ? event::Record() : got.events[0];
  }

  ProtocolProbe probe_{kOtlpProtocol};
};

TEST_F(OtlpTest, ReadsARecord) {
  const event::Record record = only(
      R"({"timeUnixNano":"1795697044496000000","observedTimeUnixNano":"1795697044499000000",)"
      R"("severityNumber":9,"severityText":"INFO","body":{"stringValue":"done"},)"
      R"("eventName":"checkout.done","traceId":"0af7651916cd43dd8448eb211c80319c","flags":1,)"
      R"("attributes":[{"key":"count","value":{"intValue":3}},)"
      R"({"key":"big","value":{"intValue":"9007199254740993"}},)"
      R"({"key":"paid","value":{"boolValue":true}},{"key":"ratio","value":{"doubleValue":0.5}},)"
      R"({"key":"list","value":{"arrayValue":{"values":[{"intValue":"1"},)"
      R"({"stringValue":"b"},{}]}}},)"
      R"({"key":"url.full","value":{"stringValue":"https://shop.example/cart"}},)"
      R"({"key":"user.id","value":{"stringValue":"user-1"}},)"
      R"({"key":"session.id","value":{"stringValue":"s-1"}}],"droppedAttributesCount":0})");
  EXPECT_EQ(record.source, "otlp");
  EXPECT_EQ(record.kind, "log");
  EXPECT_EQ(record.name, "checkout.done");
  EXPECT_EQ(record.occurred_at_ms, 1'795'697'044'496);
  EXPECT_EQ(record.url, "https://shop.example/cart");
  EXPECT_EQ(record.user_id, "user-1");
  EXPECT_EQ(record.session_id, "s-1");
  for (const char* kept :
       {R"("body":"done")", R"("count":3)", R"("big":9007199254740993)", R"("paid":true)",
        R"("ratio":0.5)", R"("list":[1,"b",null])", R"("severityText":"INFO")",
        R"("severityNumber":9)", R"("traceId":"0af7651916cd43dd8448eb211c80319c")", R"("flags":1)",
        R"("timeUnixNano":"1795697044496000000")"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
  EXPECT_THAT(record.properties, Not(HasSubstr("droppedAttributesCount")));
}

TEST_F(OtlpTest, GivesARecordWhatItsResourceAndScopeHave) {
  const auto got = json(
      R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityText":"INFO","attributes":)"
      R"([{"key":"service.name","value":{"stringValue":"own"}}]},{"severityText":"WARN"}],)"
      R"("scope":{"version":"1","name":"shop","attributes":[{"key":"a","value":{"intValue":1}}]},)"
      R"("schemaUrl":"https://s.example/1"},{"logRecords":[{}]}],"resource":{"attributes":)"
      R"([{"value":{"stringValue":"api"},"key":"service.name"}]},"schemaUrl":"u"},)"
      R"({"scopeLogs":[{"logRecords":[{"severityNumber":17}]}]}]})");
  ASSERT_EQ(got.events.size(), 4u);
  EXPECT_THAT(got.events[0].properties, HasSubstr(R"("service.name":"own")"));
  EXPECT_THAT(got.events[0].properties, HasSubstr(R"("penstock_item":{"service.name":"api"})"));
  EXPECT_EQ(got.events[1].name, "WARN");
  EXPECT_THAT(got.events[1].properties, HasSubstr(R"("severityText":"WARN")"));
  EXPECT_THAT(got.events[1].properties, HasSubstr(R"("service.name":"api")"));
  EXPECT_THAT(got.events[1].properties, HasSubstr(R"("resource.schemaUrl":"u")"));
  EXPECT_THAT(got.events[1].properties,
              HasSubstr(R"("scope":{"version":"1","name":"shop","attributes":{"a":1},)"
                        R"("schemaUrl":"https://s.example/1"})"));
  EXPECT_EQ(got.events[2].name, "log");
  EXPECT_THAT(got.events[2].properties, HasSubstr(R"("service.name":"api")"));
  EXPECT_THAT(got.events[2].properties, Not(HasSubstr("scope")));
  EXPECT_EQ(got.events[3].name, "ERROR");
  EXPECT_EQ(got.events[3].properties, R"({"severityNumber":17})");
}

TEST_F(OtlpTest, TakesTheTimeOfObservationWhereThereIsNoOther) {
  EXPECT_EQ(
      only(R"({"timeUnixNano":"0","observedTimeUnixNano":"1795697044499000000"})").occurred_at_ms,
      1'795'697'044'499);
  EXPECT_EQ(only(R"({"timeUnixNano":0})").occurred_at_ms, ProtocolProbe::kNowMs);
}

TEST_F(OtlpTest, MakesAnErrorOfASevereException) {
  constexpr std::string_view kException =
      R"("severityText":"ERROR","attributes":[{"key":"exception.type","value":{"stringValue":)"
      R"("OrderFailed"}},{"key":"exception.message","value":{"stringValue":"no \"7\""}},)"
      R"({"key":"message","value":{"stringValue":"mine"}}])";
  const event::Record error = only(str_cat(R"({"severityNumber":17,)", kException, "}"));
  EXPECT_EQ(error.kind, "error");
  EXPECT_EQ(error.name, "OrderFailed");
  for (const char* kept :
       {R"("class":"OrderFailed")", R"("message":"no \"7\"")", R"("level":"ERROR")",
        R"("fingerprint":")", R"("exception.type":"OrderFailed")",
        R"("penstock_item":{"message":"mine"})"}) {
    EXPECT_THAT(error.properties, HasSubstr(kept));
  }
  const event::Record log = only(str_cat(R"({"severityNumber":13,)", kException, "}"));
  EXPECT_EQ(log.kind, "log");
  EXPECT_EQ(log.name, "ERROR");
}

// The same content in both encodings, as a collector and as the JavaScript exporters write it.
TEST_F(OtlpTest, ReadsBothEncodingsAlike) {
  const auto of_json = json(specimen("collector_json"));
  const auto of_protobuf = protobuf(specimen("collector_proto"));
  EXPECT_EQ(of_json.events.size(), 6u);
  ASSERT_EQ(of_json.events.size(), of_protobuf.events.size());
  EXPECT_THAT(of_protobuf.answer,
              testing::AllOf(StartsWith("Content-Type: application/x-protobuf\r\n"),
                             EndsWith("Content-Length: 0\r\n\r\n")));
  for (std::size_t i = 0; i < of_json.events.size(); ++i) {
    SCOPED_TRACE(i);
    const event::Record& a = of_json.events[i];
    const event::Record& b = of_protobuf.events[i];
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.occurred_at_ms, b.occurred_at_ms);
    EXPECT_EQ(a.url, b.url);
    EXPECT_EQ(a.user_id, b.user_id);
    EXPECT_EQ(a.user_agent, b.user_agent);
    EXPECT_EQ(sorted_members(a.properties), sorted_members(b.properties));
  }
  EXPECT_EQ(of_protobuf.events[5].kind, "error");
  EXPECT_EQ(of_protobuf.events[5].user_id, "7");
  EXPECT_THAT(of_protobuf.events[5].properties, HasSubstr(R"("environment":"production")"));
}

TEST_F(OtlpTest, StoresAgainWhatIsSentAgainAsTheSame) {
  for (const bool is_protobuf : {false, true}) {
    const std::string body = specimen(is_protobuf ? "node_proto_batch" : "node_json_batch");
    const auto first = is_protobuf ? protobuf(body) : json(body);
    const auto again = is_protobuf ? protobuf(body) : json(body);
    ASSERT_EQ(first.events.size(), 16u);
    for (std::size_t i = 0; i < first.events.size(); ++i) {
      EXPECT_TRUE(first.events[i].id.is_from_client());
      EXPECT_EQ(first.events[i].id, again.events[i].id);
      EXPECT_NE(first.events[i].id, first.events[(i + 1) % 16].id);
    }
  }
  // Two of one text are two.
  const auto twins = json(with(R"({"severityText":"A"},{"severityText":"A"})"));
  ASSERT_EQ(twins.events.size(), 2u);
  EXPECT_NE(twins.events[0].id, twins.events[1].id);
}

TEST_F(OtlpTest, TellsWhichRecordsItPassedOver) {
  std::string deep = R"({"intValue":1})";
  for (int i = 0; i < 70; ++i) deep = str_cat(R"({"arrayValue":{"values":[)", deep, "]}}");
  const auto got =
      json(with(str_cat(R"({"severityText":"A"},3,{"body":)", deep, R"(},{"severityText":"B"})")));
  EXPECT_EQ(got.outcome.status, 200);
  EXPECT_EQ(got.events.size(), 2u);
  EXPECT_THAT(got.answer, EndsWith(R"({"partialSuccess":{"rejectedLogRecords":"2","errorMessage":)"
                                   R"("record 1: is not an object"}})"));
  const auto of_protobuf =
      protobuf(field(1, field(2, field(2, field(3, "A")) + field(2, "\xff\xff"))));
  EXPECT_EQ(of_protobuf.events.size(), 1u);
  const std::string partial =
      field(1, std::string("\x08\x01", 2) + field(2, "record 1: is no protobuf of its kind"));
  EXPECT_THAT(of_protobuf.answer, EndsWith("\r\n\r\n" + partial));
}

TEST_F(OtlpTest, BoundsWhatNests) {
  std::string value = field(1, "x");
  for (int i = 0; i < 1000; ++i) value = field(5, field(1, value));
  const auto got = protobuf(with_proto(field(5, value)));
  EXPECT_EQ(got.outcome.status, 400);
  EXPECT_EQ(got.outcome.detail, "event 0: nests too deep");
  EXPECT_TRUE(got.events.empty());
}

TEST_F(OtlpTest, RepairsTextsOfProtobuf) {
  const auto got = protobuf(with_proto(field(3,
                                             "\xff"
                                             "A") +
                                       field(5, field(1, "a\0b\xed\xa0\x80"))));
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events[0].name,
            "\xef\xbf\xbd"
            "A");
}

TEST_F(OtlpTest, TellsAnEncodingThatIsNotSaid) {
  EXPECT_EQ(probe_.post("/v1/logs", with("{}")).events.size(), 1u);
  EXPECT_EQ(probe_.post("/v1/logs", with_proto(field(3, "A"))).events.size(), 1u);
}

TEST_F(OtlpTest, RefusesWhatIsNoRequest) {
  for (const char* body : {"", "x", "3", "[]", "{", R"({"resourceLogs":[{"scopeLogs":[)"}) {
    const auto got = json(body);
    EXPECT_EQ(got.outcome.status, 400) << body;
    EXPECT_TRUE(got.events.empty());
  }
  for (const std::string& body :
       {std::string("\x0a\x7f"), std::string("\xff"), std::string("\x0b"), std::string("\x00", 1),
        with_proto("").substr(0, 3), field(1, field(1, "\xff"))}) {
    const auto got = protobuf(body);
    EXPECT_EQ(got.outcome.status, 400) << body;
    EXPECT_TRUE(got.events.empty());
  }
  for (const char* body : {"{}", R"({"resourceLogs":3})", R"({"resourceLogs":[3,{}]})"}) {
    EXPECT_EQ(json(body).outcome.status, 200) << body;
  }
  EXPECT_EQ(protobuf("").outcome.status, 200);
}

TEST_F(OtlpTest, RefusesInTheEncodingOfTheRequest) {
  const std::vector<http::Header> headers = {{"Content-Type", "application/x-protobuf; v=1"}};
  http::Request request;
  EXPECT_EQ(refusal_of(kOtlpProtocol, {503, "e", "d", echo_of(kOtlpProtocol, request), 0}).body,
            R"({"code":14,"message":"d"})");
  request.headers = headers;
  const http::Response refusal =
      refusal_of(kOtlpProtocol, {401, "e", "d", echo_of(kOtlpProtocol, request), 0});
  EXPECT_EQ(refusal.content_type, "application/x-protobuf");
  EXPECT_EQ(refusal.body, std::string("\x08\x10", 2) + field(2, "d"));
}

}  // namespace
}  // namespace penstock::adapter
