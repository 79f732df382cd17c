#include "console/api/request/answers.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace penstock::console {
namespace {

TEST(FailureAnswer, SaysWhetherToTryAgain) {
  const struct {
    ErrorCode code;
    int status;
    bool has_retry;
  } cases[] = {
      {ErrorCode::kRejected, 400, false},      {ErrorCode::kOverloaded, 503, true},
      {ErrorCode::kDisconnected, 503, true},   {ErrorCode::kExhausted, 503, true},
      {ErrorCode::kConfiguration, 500, false}, {ErrorCode::kCorrupt, 500, false},
  };
  for (const auto& c : cases) {
    const auto answer = failure_answer(Error{c.code, 0, "read the secret path"});
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(!answer.headers.empty(), c.has_retry);
    if (c.status == 500) {
      EXPECT_EQ(answer.body.find("secret"), std::string::npos);
    }
  }
}

// The status and detail of reading `text`, or "fine".
std::string read(std::string text, std::string& a, std::string& b) {
  reserve_padding(text);
  http::Response refusal;
  return read_texts(text, {{"a", &a}, {"b", &b}}, refusal) ? "fine" : refusal.body;
}

TEST(ReadTexts, TakesAnObjectWithAllItsTexts) {
  std::string a;
  std::string b;
  EXPECT_EQ(read(R"({"b":"\u00e9","other":[1,{"a":2}],"a":"x"})", a, b), "fine");
  EXPECT_EQ(a, "x");
  EXPECT_EQ(b, "é");
  EXPECT_NE(read(R"({"a":"x"})", a, b).find("b: it is missing"), std::string::npos);
  for (const char* bad : {"", "[]", "{", "null", R"({"a":1,"b":"x"})", R"({"a":"x","b":null})",
                          R"({"a":"x","b":"y"}!)", "\"a\""}) {
    EXPECT_NE(read(bad, a, b).find("invalid_json"), std::string::npos) << bad;
  }
}

TEST(BadParameter, NamesItInTheContractsShape) {
  EXPECT_EQ(bad_parameter("limit", "too much").body,
            R"({"error":"bad_parameter","detail":"limit: too much"})");
  EXPECT_EQ(no_content().status, 204);
  EXPECT_EQ(json_answer("{}").content_type, "application/json");
}

}  // namespace
}  // namespace penstock::console
