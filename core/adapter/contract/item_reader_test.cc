#include "adapter/contract/item_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/list_sink.h"
#include "base/bytes.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::ElementsAre;

constexpr Rule kRules[] = {{"n", Place::kName}, {"key", Place::kKey}, {"u", Place::kUserId}};
constexpr Rule kCommon[] = {{"key", Place::kKey}, {"u", Place::kUserId}};

std::string_view prepare(Item& item) {
  if (item.text(Place::kName) == "bad") return "is bad";
  item.set_kind("log");
  return {};
}

constexpr ItemShape kShape{.rules = kRules, .list = "list", .common = kCommon, .prepare = prepare};

class ItemReaderTest : public ::testing::Test {
 protected:
  ItemReaderTest() { origin_.project = "default"; }

  // "project name user {properties}" of each.
  std::vector<std::string> read(std::string_view text, bool is_lines = false) {
    const auto open = [this](std::string_view key) {
      ++opened_;
      project_ = key;
      origin_.project = project_;
      return true;
    };
    const Context context{origin_, workspace_, sink_, open};
    ItemReader reader(kShape, "test", context);
    text_ = text;
    reserve_padding(text_);
    is_lines ? reader.read_lines(text_) : reader.read_document(text_);
    outcome_ = reader.outcome(204);
    std::vector<std::string> out;
    for (; seen_ < sink_.size(); ++seen_) {
      const event::Record record = sink_[seen_];
      EXPECT_EQ(record.kind, "log");
      out.push_back(
          str_cat(record.project, " ", record.name, " ", record.user_id, " ", record.properties));
    }
    return out;
  }

  Origin origin_;
  Workspace workspace_{Random(1)};
  ListSink sink_;
  std::string text_;
  std::string project_;
  std::size_t seen_ = 0;
  int opened_ = 0;
  ReadOutcome outcome_;
};

TEST_F(ItemReaderTest, ReadsOneAnArrayAndAList) {
  EXPECT_THAT(read(R"({"n":"a"})"), ElementsAre("default a  "));
  EXPECT_THAT(read(R"([{"n":"a"},{"n":"b","x":1}])"),
              ElementsAre("default a  ", R"(default b  {"x":1})"));
  EXPECT_THAT(read(R"({"list":[{"n":"a"},{"n":"b"}]})"), ElementsAre("default a  ", "default b  "));
  EXPECT_THAT(read(R"([])"), ElementsAre());
  EXPECT_EQ(outcome_.status, 204);
}

TEST_F(ItemReaderTest, KnowsWhatStandsBesideTheListBeforeItsItems) {
  EXPECT_THAT(
      read(R"({"list":[{"n":"a"},{"n":"b","u":"2","x":[2]}],"u":1,"x":"\u0041","key":"shop"})"),
      ElementsAre(R"(shop a 1 {"x":"\u0041"})", R"(shop b 2 {"x":[2]})"));
  EXPECT_EQ(opened_, 1);
}

TEST_F(ItemReaderTest, OpensAProjectForEachItemThatNamesAnother) {
  EXPECT_THAT(read(R"([{"n":"a","key":"p"},{"n":"b","key":"p"},{"n":"c","key":"q"}])"),
              ElementsAre("p a  ", "p b  ", "q c  "));
  EXPECT_EQ(opened_, 2);
}

TEST_F(ItemReaderTest, PassesOverWhatIsNoItem) {
  EXPECT_THAT(read(R"([{"n":"a"},5,{"n":"bad"},{"x":1},{"n":"b"}])"),
              ElementsAre("default a  ", "default b  "));
  EXPECT_EQ(outcome_.accepted, 2u);
  ASSERT_EQ(outcome_.rejected.size(), 3u);
  EXPECT_EQ(outcome_.rejected[0].index, 1u);
  EXPECT_EQ(outcome_.rejected[1].error, "is bad");
  EXPECT_EQ(outcome_.rejected[2].error, "has neither a name nor a url");
}

TEST_F(ItemReaderTest, RefusesARequestWithoutAGoodItem) {
  EXPECT_THAT(read(R"([5,{"n":"bad"}])"), ElementsAre());
  EXPECT_EQ(outcome_.status, 422);
  EXPECT_EQ(outcome_.detail, "event 0: is not an object");
  read(R"({"n":"a"}, )");
  EXPECT_EQ(outcome_.status, 400);
  EXPECT_EQ(outcome_.error, "invalid_json");
  sink_.bytes_max = 1;
  read(R"([{"n":"a"}])");
  EXPECT_EQ(outcome_.status, 413);
}

TEST_F(ItemReaderTest, CountsMoreThanItLists) {
  std::string text = "[{\"n\":\"a\"}";
  for (int i = 0; i < 1'200; ++i) text += ",0";
  EXPECT_EQ(read(text + "]").size(), 1u);
  EXPECT_EQ(outcome_.rejected.size(), kRejectedMax);
  EXPECT_EQ(outcome_.rejected_unlisted, 200u);
}

TEST_F(ItemReaderTest, ReadsLines) {
  EXPECT_THAT(read("{\"n\":\"a\"}\n\nx\n{\"list\":[{\"n\":\"b\"}]}", true),
              ElementsAre("default a  ", "default b  "));
  EXPECT_EQ(outcome_.rejected.size(), 1u);
}

// An item whose paths alone do not tell what it is.
Result<void> take_backwards(json::Value& value, Item& item, const Context& context) {
  PENSTOCK_TRY(item.take(value));
  Workspace& workspace = context.workspace;
  workspace.text.assign(item.text(Place::kName).rbegin(), item.text(Place::kName).rend());
  item.set(Place::kName, workspace.text);
  workspace.draft.keep("x", "2");
  return {};
}

TEST_F(ItemReaderTest, LetsAProtocolTakeAnItemItself) {
  const auto open = [](std::string_view) { return true; };
  const Context context{origin_, workspace_, sink_, open};
  const ItemShape shape{.rules = kRules, .take = take_backwards};
  ItemReader reader(shape, "test", context);
  text_ = R"({"n":"abc","x":1})";
  reserve_padding(text_);
  reader.read_document(text_);
  EXPECT_EQ(reader.outcome().accepted, 1u);
  EXPECT_EQ(sink_[0].name, "cba");
  EXPECT_EQ(sink_[0].properties, R"({"x":2,"n":"abc"})");
  EXPECT_EQ(reader.item().text_at("n"), "abc");
  EXPECT_EQ(reader.id(), sink_[0].id);
}

}  // namespace
}  // namespace penstock::adapter
