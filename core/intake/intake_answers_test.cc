#include "intake/intake_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "intake/page_script.h"

namespace penstock::intake {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// The body that the answer holds must be as long as it says: the next answer follows at once.
void expect_whole(std::string_view answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  ASSERT_NE(end, std::string_view::npos);
  const std::string head(answer.substr(0, end + 2));
  const std::size_t at = head.find("Content-Length: ");
  const std::size_t bytes = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  EXPECT_EQ(answer.size() - end - 4, bytes) << head;
  EXPECT_THAT(head, HasSubstr("Access-Control-Allow-Origin: *\r\n"));
}

TEST(IntakeAnswers, AreAsLongAsTheySayAndOpenToPages) {
  std::string scratch;
  expect_whole(pixel_answer());
  expect_whole(collected_answer());
  expect_whole(preflight_answer());
  expect_whole(refused_answer());
  expect_whole(accepted_answer(1, scratch));
  expect_whole(accepted_answer(12'345, scratch));
  expect_whole(accepted_answer("{}"));
  expect_whole(script_answer());
  expect_whole(script_unchanged_answer());
}

TEST(IntakeAnswers, CountWhatWasAccepted) {
  std::string scratch;
  EXPECT_THAT(std::string(accepted_answer(1, scratch)), EndsWith("{\"accepted\":1}"));
  EXPECT_THAT(std::string(accepted_answer(0, scratch)), EndsWith("{\"accepted\":0}"));
  EXPECT_THAT(std::string(accepted_answer(250, scratch)), EndsWith("{\"accepted\":250}"));
}

TEST(IntakeAnswers, NameWhatWasRejected) {
  adapter::Outcome outcome;
  outcome.accepted = 2;
  outcome.rejected.push_back({1, "name is missing"});
  outcome.rejected.push_back({3, "a \"quoted\" fault"});
  EXPECT_EQ(partial_body(outcome),
            R"({"accepted":2,"rejected":[{"index":1,"error":"name is missing"},)"
            R"({"index":3,"error":"a \"quoted\" fault"}]})");
}

TEST(IntakeAnswers, HoldAGifOf43BytesThatNobodyCaches) {
  const std::string answer(pixel_answer());
  const std::string image = answer.substr(answer.find("\r\n\r\n") + 4);
  EXPECT_EQ(image.size(), 43u);
  EXPECT_EQ(image.substr(0, 6), "GIF89a");
  EXPECT_EQ(image.back(), ';');
  EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
}

TEST(IntakeAnswers, LetAPreflightLastADay) {
  const std::string answer(preflight_answer());
  EXPECT_THAT(answer, HasSubstr("Access-Control-Max-Age: 86400\r\n"));
  for (const char* name : {"Authorization", "Content-Type", "Content-Encoding", "X-Penstock-Key"}) {
    EXPECT_THAT(answer, HasSubstr(name));
  }
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
}

TEST(IntakeAnswers, SayWhenToComeBack) {
  EXPECT_THAT(std::string(refused_answer()), HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(std::string(refused_answer()), HasSubstr("\"error\":\"unavailable\""));
}

TEST(IntakeAnswers, LetTheScriptBeCachedForAnHour) {
  EXPECT_THAT(script_answer(), HasSubstr("Cache-Control: public, max-age=3600\r\n"));
  EXPECT_THAT(script_answer(), HasSubstr("ETag: " + page_script_etag() + "\r\n"));
  EXPECT_THAT(script_answer(), EndsWith(std::string(page_script())));
}

}  // namespace
}  // namespace penstock::intake
