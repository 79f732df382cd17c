#include "intake/intake_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::intake {
namespace {

using ::testing::HasSubstr;

std::string lines_for(std::string_view origin) {
  std::string scratch;
  return std::string(lines_open_to(origin, scratch));
}

TEST(IntakeAnswers, AreOpenToThePageThatAsks) {
  EXPECT_EQ(lines_for("https://a.example"),
            "Access-Control-Allow-Origin: https://a.example\r\n"
            "Access-Control-Allow-Credentials: true\r\n"
            "Vary: Origin\r\n"
            "Cross-Origin-Resource-Policy: cross-origin\r\n");
  // A sandboxed frame's and a file's.
  EXPECT_THAT(lines_for("null"), HasSubstr("Access-Control-Allow-Origin: null\r\n"));
}

// The Fetch standard forbids credentials with a star.
TEST(IntakeAnswers, AreOpenToAnyPageWhereNoneIsNamed) {
  for (const std::string& origin : {std::string(), std::string(301, 'o')}) {
    EXPECT_EQ(lines_for(origin),
              "Access-Control-Allow-Origin: *\r\n"
              "Vary: Origin\r\n"
              "Cross-Origin-Resource-Policy: cross-origin\r\n");
  }
}

TEST(IntakeAnswers, RefuseInTheSameWords) {
  for (const char* origin : {"", "https://a.example"}) {
    http::Response response = http::error_response(422, "x", "y");
    open_to(origin, response);
    std::string lines;
    for (const auto& [name, value] : response.headers) lines += name + ": " + value + "\r\n";
    EXPECT_EQ(lines, lines_for(origin) +
                         "Access-Control-Expose-Headers: Retry-After, "
                         "X-Sentry-Rate-Limits, X-Sentry-Error, X-RateLimit-Delay\r\n");
  }
}

TEST(IntakeAnswers, LetAPreflightLastADay) {
  std::string answer;
  append_preflight(answer, {"POST, OPTIONS", "Authorization, X-Own"});
  EXPECT_EQ(answer,
            "Access-Control-Allow-Methods: POST, OPTIONS\r\n"
            "Access-Control-Allow-Headers: Authorization, X-Own\r\n"
            "Access-Control-Max-Age: 86400\r\n"
            "Allow: POST, OPTIONS\r\n\r\n");
}

}  // namespace
}  // namespace penstock::intake
