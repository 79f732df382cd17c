#include "console/api/errors/error_event.h"

#include <gtest/gtest.h>

#include "store/contract/row_testing.h"

namespace penstock::console {
namespace {

class ErrorEventTest : public ::testing::Test {
 protected:
  ErrorEvent read(std::string_view properties, std::string_view name = "ValueError") {
    event::Row row = store::row_at(store::kToday, 1);
    row.record.kind = kErrorKind;
    row.record.name = name;
    row.record.properties = properties;
    return error_event_of(row, reader_);
  }
  json::Reader reader_;
};

TEST_F(ErrorEventTest, IsWhatTheTrackersSay) {
  const ErrorEvent error = read(R"({"fingerprint":"abc","class":"shop.OutOfStock",
    "message":"no \u00fc left","release":"shop@1.2","level":"fatal","frames":[
    {"file":"lib/json.py","function":"load","line":3,"in_app":false},
    {"file":"shop/cart.py","function":"add","line":8,"in_app":true},
    {"file":"shop/main.py","function":"main","in_app":true}]})");
  EXPECT_EQ(error.key, (ErrorKey{"default", "abc", "", ""}));
  EXPECT_EQ(error.class_name, "shop.OutOfStock");
  EXPECT_EQ(error.message, "no \xc3\xbc left");
  EXPECT_EQ(error.place, "add (shop/cart.py)");
  EXPECT_EQ(error.level, "fatal");
  EXPECT_EQ(error.release, "shop@1.2");
  EXPECT_EQ(error.occurred_at_ms, store::kToday);
  EXPECT_EQ(error.received_at_ms, store::kToday + 5);
  EXPECT_EQ(error.id.size(), 32u);
}

TEST_F(ErrorEventTest, WithoutFingerprintIsOneByNameAndMessage) {
  const ErrorEvent error = read(R"({"message":"out of \"beans\"","fingerprint":["a","b"]})");
  EXPECT_EQ(error.key, (ErrorKey{"default", "", "ValueError", "out of \"beans\""}));
  EXPECT_EQ(error.class_name, "ValueError");
  EXPECT_EQ(read("{}").key, (ErrorKey{"default", "", "ValueError", ""}));
  EXPECT_EQ(read("").key.name, "ValueError");
  EXPECT_EQ(read("[1]").key.name, "ValueError");
  // What is damaged behind it makes nothing of what stands before.
  EXPECT_EQ(read(R"({"fingerprint":"x",)").key, (ErrorKey{"default", "", "ValueError", ""}));
}

TEST_F(ErrorEventTest, HasValuesAsTheStoreHasThem) {
  EXPECT_EQ(read(R"({"fingerprint":42})").key.fingerprint, "42");
  EXPECT_EQ(read(R"({"fingerprint":"a","fingerprint":"b"})").key.fingerprint, "b");
  EXPECT_EQ(read(R"({"fingerprint":"a","fingerprint":{"b":1}})").key.fingerprint, "a");
  const std::string longer(3'000, 'm');
  const ErrorEvent error = read(str_cat(R"({"message":")", longer, R"("})"));
  EXPECT_EQ(error.key.said.size(), 256u);
  EXPECT_EQ(error.message.size(), kErrorMessageBytesMax);
}

TEST_F(ErrorEventTest, HasAPlaceOfWhateverFramesThereAre) {
  EXPECT_EQ(read(R"({"frames":[{"file":"a.js"},{"function":"f"}]})").place, "a.js");
  EXPECT_EQ(read(R"({"frames":[7,{"in_app":true,"function":"f"}]})").place, "f");
  EXPECT_EQ(read(R"({"frames":{"a":[{"b":1}]}})").place, "");
  EXPECT_EQ(read(R"({"frames":[]})").place, "");
}

}  // namespace
}  // namespace penstock::console
