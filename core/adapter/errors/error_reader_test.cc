#include "adapter/errors/error_reader.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/completion.h"
#include "adapter/contract/list_sink.h"
#include "base/bytes.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr Pick kPicks[] = {
    {"errors", Part::kError},
    {"errors.type", Part::kClass},
    {"errors.value", Part::kMessage},
    {"errors.inner", Part::kInnerError},
    {"errors.handled", Part::kHandled},
    {"errors.stack.frames", Part::kFrame},
    {"errors.stack.frames.file", Part::kFile},
    {"errors.stack.frames.path", Part::kFile},
    {"errors.stack.frames.name", Part::kFunction},
    {"errors.stack.frames.line", Part::kLine},
    {"errors.stack.frames.own", Part::kIsOwn},
    {"frames", Part::kFrame},
    {"frames.file", Part::kFile},
    {"message", Part::kMessage},
    {"unhandled", Part::kUnhandled},
    {"fingerprint", Part::kFingerprint},
    {"release", Part::kRelease},
    {"environment", Part::kEnvironment},
    {"level", Part::kLevel},
    {"breadcrumbs", Part::kBreadcrumbs},
    {"breadcrumbs.values", Part::kBreadcrumbs},
    {"user", Part::kUser},
    {"culprit", Part::kName},
};
constexpr ErrorShape kOuterFirst{.picks = kPicks};
constexpr ErrorShape kOuterLast{
    .picks = kPicks, .is_outermost_first = false, .is_innermost_frame_first = false};
constexpr ErrorShape kAnyCase{.picks = kPicks, .ignores_case = true};

constexpr Rule kRules[] = {{"key", Place::kKey}};
constexpr Rules kTable(kRules);

class ErrorReaderTest : public ::testing::Test {
 protected:
  ErrorReaderTest() {
    origin_.project = "shop";
    origin_.received_at_ms = 1'795'602'237'000;
  }
  event::Record made(std::string_view json, const ErrorShape& shape = kOuterFirst) {
    text_ = json;
    reserve_padding(text_);
    item_.start();
    const auto read = workspace_.reader.read(
        text_, [&](json::Value& root) { return take_error(root, shape, item_, context_); });
    EXPECT_TRUE(read) << json;
    item_.finish(origin_);
    Completion completion(origin_, "test", workspace_, sink_);
    EXPECT_EQ(completion.add_draft(), Completion::End::kAdded) << json;
    return sink_[sink_.size() - 1];
  }
  bool is_refused(std::string_view json) {
    text_ = json;
    reserve_padding(text_);
    item_.start();
    const auto read = workspace_.reader.read(
        text_, [&](json::Value& root) { return take_error(root, kOuterFirst, item_, context_); });
    return read && workspace_.draft.fault().has_value();
  }
  std::string fingerprint(std::string_view json) {
    const std::string properties(made(json).properties);
    const auto at = properties.find(R"("fingerprint":")");
    return at == std::string::npos ? "" : properties.substr(at + 15, 32);
  }

  Origin origin_;
  Workspace workspace_{Random(1)};
  ListSink sink_;
  // Keys are all the one of the shop that has rules 2.
  bool open(std::string_view) {
    origin_.fingerprint_rules = 2;
    return true;
  }
  std::function<bool(std::string_view)> open_ = [this](std::string_view key) { return open(key); };
  Context context_{origin_, workspace_, sink_, open_};
  std::string text_;
  Item item_{kTable, workspace_, workspace_.draft};
};

TEST_F(ErrorReaderTest, PutsAChainIntoTheShape) {
  const event::Record record = made(
      R"({"errors":[{"type":"TypeError","value":"Cannot ship","handled":true,"stack":{"frames":[)"
      R"({"file":"shop.js","name":"checkout","line":15,"own":true},)"
      R"({"file":"","path":"/a/node_modules/x.js","name":"next","line":"3"}]}},)"
      R"({"type":"RangeError","value":"out of stock"}],"other":1})");
  EXPECT_EQ(record.kind, "error");
  EXPECT_EQ(record.name, "TypeError");
  for (const std::string_view part :
       {R"("class":"TypeError","message":"Cannot ship")",
        R"("frames":[{"file":"shop.js","function":"checkout","line":15,"in_app":true},)"
        R"({"file":"/a/node_modules/x.js","function":"next","line":3,"in_app":false}])",
        R"("causes":[{"class":"RangeError","message":"out of stock"}])", R"("handled":true)",
        R"("other":1)", R"("fingerprint_rules":1)"}) {
    EXPECT_THAT(record.properties, HasSubstr(std::string(part)));
  }
  EXPECT_THAT(record.properties, Not(HasSubstr(R"("sent")")));
}

// The project is known when the fingerprint is made, also where its key stands in the report.
TEST_F(ErrorReaderTest, GoesByTheRulesOfTheProject) {
  const std::string report =
      R"("errors":[{"type":"E","stack":{"frames":[{"file":"a.js","name":"lambda$run$3"}]}}])";
  const std::string by_1 = fingerprint("{" + report + "}");
  const event::Record record = made("{" + report + R"(,"key":"k"})");
  EXPECT_THAT(record.properties, HasSubstr(R"("fingerprint_rules":2)"));
  EXPECT_THAT(record.properties, Not(HasSubstr(by_1)));
  // The client's own is one by any rules, also one that is too long.
  origin_.fingerprint_rules = 1;
  const std::string own = R"("fingerprint":")" + std::string(300, 'x') + "\"";
  const std::string own_by_1 = fingerprint("{" + report + "," + own + "}");
  EXPECT_EQ(own_by_1, fingerprint("{" + report + R"(,"key":"k",)" + own + "}"));
}

TEST_F(ErrorReaderTest, TurnsWhatComesTheOtherWayAround) {
  const event::Record record =
      made(R"({"errors":[{"type":"A"},{"type":"B"},{"type":"C","stack":{"frames":[)"
           R"({"file":"outer"},{"file":"inner"}]}}]})",
           kOuterLast);
  EXPECT_EQ(record.name, "C");
  EXPECT_THAT(record.properties,
              HasSubstr(R"("frames":[{"file":"inner","in_app":true},{"file":"outer",)"));
  EXPECT_THAT(record.properties, HasSubstr(R"("causes":[{"class":"B"},{"class":"A"}])"));
}

TEST_F(ErrorReaderTest, FollowsErrorsThatLieInEachOtherInAnyCase) {
  const event::Record record = made(
      R"({"Errors":{"Inner":{"Type":"B","Value":"b","Inner":{"Type":"C"}},"Type":"A"}})", kAnyCase);
  EXPECT_EQ(record.name, "A");
  EXPECT_THAT(record.properties,
              HasSubstr(R"("causes":[{"class":"B","message":"b"},{"class":"C"}])"));
}

TEST_F(ErrorReaderTest, ANamelessErrorHasItsMessageForAName) {
  const event::Record record =
      made(R"({"message":"Payment 17 is slow","errors":[{"stack":{"frames":[{"file":"x"}]}}]})");
  EXPECT_EQ(record.name, "Payment 17 is slow");
  EXPECT_THAT(record.properties, HasSubstr(R"("class":"Payment 17 is slow")"));
  EXPECT_EQ(fingerprint(R"({"message":"Payment 17 is slow"})"),
            fingerprint(R"({"message":"Payment 18 is slow"})"));
}

TEST_F(ErrorReaderTest, TheClientsFingerprintWins) {
  for (const auto& [sent, shown] : {std::pair(R"(["own"])", R"("fingerprint":"own")"),
                                    {R"("own")", R"("fingerprint":"own")"},
                                    {R"(["a","b",7])", R"("fingerprint":"a b 7")"}}) {
    const auto record = made(str_cat(R"({"message":"m","fingerprint":)", sent, "}"));
    EXPECT_THAT(record.properties, HasSubstr(shown));
    EXPECT_THAT(record.properties, Not(HasSubstr("fingerprint_rules")));
  }
  const std::string plain = fingerprint(R"({"message":"m"})");
  EXPECT_EQ(plain.size(), 32u);
  for (const std::string_view sent : {R"([])", R"(["{{ default }}"])", R"(null)", R"([""])"}) {
    EXPECT_EQ(fingerprint(str_cat(R"({"message":"m","fingerprint":)", sent, "}")), plain) << sent;
  }
  const auto mixed = made(R"({"message":"m","fingerprint":["{{ default }}","x"]})");
  EXPECT_THAT(mixed.properties, HasSubstr(str_cat(R"("fingerprint":")", plain, R"( x")")));
  EXPECT_THAT(mixed.properties, HasSubstr(R"("sent":{"fingerprint":["{{ default }}","x"]})"));
}

TEST_F(ErrorReaderTest, NothingThatWasSentIsLost) {
  const event::Record record =
      made(R"({"message":{"deep":"kept"},"class":"mine","environment":{"PATH":"p"},"sent":1,)"
           R"("release":"r","level":"fatal","frames":[{"file":"f","vars":2}],"unhandled":true,)"
           R"("errors":{"type":"E"},"breadcrumbs":{"values":[{"a":1}]},)"
           R"("user":{"identifier":"u","fullName":"N","x":[1]}})");
  for (const std::string_view part :
       {R"("sent":{"message":{"deep":"kept"},"class":"mine","environment":{"PATH":"p"},"sent":1,)"
        R"("frames":[{"file":"f","vars":2}]})",
        R"("release":"r")", R"("level":"fatal")", R"("handled":false)",
        R"("breadcrumbs":[{"a":1}])",
        R"("user":{"identifier":"u","fullName":"N","x":[1],"id":"u","name":"N"})"}) {
    EXPECT_THAT(record.properties, HasSubstr(std::string(part)));
  }
}

TEST_F(ErrorReaderTest, TakesOddShapesForWhatTheyAre) {
  for (const std::string_view json :
       {R"({"message":"m","errors":[1,null,[{"type":"no"}],"x",{"type":{"a":1}}]})",
        R"({"message":"m","errors":{"stack":{"frames":7}},"fingerprint":{"a":1},"user":"u"})",
        R"({"message":"m","breadcrumbs":"b","handled":"yes","errors":true})"}) {
    EXPECT_EQ(made(json).name, "m") << json;
  }
  EXPECT_EQ(made(R"({"culprit":"f"})").name, "f");
  for (const std::string_view json :
       {"{}", R"({"message":""})", R"({"errors":[{}],"level":"x"})"}) {
    EXPECT_TRUE(is_refused(json)) << json;
  }
}

TEST_F(ErrorReaderTest, HoldsNoMoreThanItShows) {
  std::string frames;
  for (int i = 0; i < 1000; ++i) frames += str_cat(R"({"file":"f)", i, R"("},)");
  frames += R"({"file":"last"})";
  const auto inner_last =
      made(str_cat(R"({"errors":{"type":"E","stack":{"frames":[)", frames, "]}}}"), kOuterLast);
  EXPECT_THAT(inner_last.properties, HasSubstr(R"("frames":[{"file":"last",)"));
  std::string errors;
  for (int i = 0; i < 40; ++i) errors += str_cat(R"({"type":"E)", i, R"("},)");
  errors += R"({"type":"Last"})";
  EXPECT_EQ(made(str_cat(R"({"errors":[)", errors, "]}"), kOuterLast).name, "Last");
  EXPECT_EQ(made(str_cat(R"({"errors":[)", errors, "]}")).name, "E0");
}

// Whoever repeats a name a million times costs no more than what is read.
TEST_F(ErrorReaderTest, OfMembersWithOneNameTheLastCounts) {
  std::string json = R"({"message":"m")";
  for (int i = 0; i < 20'000; ++i) json += str_cat(R"(,"class":)", i);
  const event::Record record = made(json + "}");
  EXPECT_THAT(record.properties, HasSubstr(R"("sent":{"class":19999})"));
  EXPECT_THAT(record.properties, HasSubstr(R"("class":"m")"));
}

}  // namespace
}  // namespace penstock::adapter
