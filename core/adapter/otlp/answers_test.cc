#include "adapter/otlp/answers.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

TEST(OtlpAnswers, TellProtobufByItsType) {
  for (const char* type :
       {"application/x-protobuf", "Application/X-Protobuf; a=b", "application/protobuf"}) {
    EXPECT_TRUE(is_protobuf_type(type)) << type;
  }
  for (const char* type : {"", "application/json", "application/x-protobuf2"}) {
    EXPECT_FALSE(is_protobuf_type(type)) << type;
  }
}

TEST(OtlpAnswers, SayWhatWasPassedOver) {
  EXPECT_EQ(otlp_answer(false, 0, ""),
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(otlp_answer(false, 300, "a \"b\""),
            "Content-Type: application/json\r\nContent-Length: 72\r\n\r\n"
            R"({"partialSuccess":{"rejectedLogRecords":"300","errorMessage":"a \"b\""}})");
  EXPECT_EQ(otlp_answer(true, 0, ""),
            "Content-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(otlp_answer(true, 300, "no"),
            "Content-Type: application/x-protobuf\r\nContent-Length: 9\r\n\r\n"
            "\x0a\x07\x08\xac\x02\x12\x02no");
}

TEST(OtlpAnswers, RefuseByAStatus) {
  EXPECT_EQ(otlp_refusal(false, 413, "x").body, R"({"code":8,"message":"x"})");
  const http::Response response = otlp_refusal(true, 503, std::string(5000, 'x'));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.content_type, "application/x-protobuf");
  EXPECT_EQ(response.body, "\x08\x0e\x12\x80\x08" + std::string(1024, 'x'));
}

}  // namespace
}  // namespace penstock::adapter
