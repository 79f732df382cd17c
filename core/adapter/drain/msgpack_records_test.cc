#include "adapter/drain/msgpack_records.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

using ::testing::ElementsAre;

using namespace std::string_literals;

// [[EventTime, {}], record] and [EventTime, record], up to the record.
const std::string kEntry = "\x92\x92\xd7\0\x6b\x06\x6b\x80\x07\x54\xd4\xc0\x80"s;
const std::string kOldEntry = "\x92\xd7\0\x6b\x06\x6b\x80\0\0\0\x01"s;

std::vector<std::string> all_of(std::string_view body, std::string_view problem = {}) {
  MsgpackRecords records(body);
  std::vector<std::string> all;
  for (std::string record; records.next(record);) all.push_back(record);
  EXPECT_EQ(records.problem(), problem);
  return all;
}

// What a record's one value is written as.
std::string value_of(const std::string& value) {
  const auto all = all_of("\x81\xa1v" + value);
  return all.size() == 1 ? all[0].substr(5, all[0].size() - 6) : "";
}

TEST(MsgpackRecords, AreWrittenWithTheirTimes) {
  EXPECT_THAT(
      all_of(kEntry + "\x81\xa1n\x01" + kOldEntry + "\x80" + "\x92\x2a\x80" + "\x81\xa1m\xc0"),
      ElementsAre(R"({"date":1795582848.123000000,"n":1})", R"({"date":1795582848.000000001})",
                  R"({"date":42})", R"({"m":null})"));
  EXPECT_THAT(all_of("\x92\x92\xcb\x41\xda\xc1\x9a\xe0\x07\xdf\x3b\x81\xa1t\x01\x80"s),
              ElementsAre(R"({"date":1795582848.123,"metadata":{"t":1}})"));
}

TEST(MsgpackRecords, HaveValuesOfEveryType) {
  EXPECT_EQ(value_of("\xc3"), "true");
  EXPECT_EQ(value_of("\xc2"), "false");
  EXPECT_EQ(value_of("\xff"), "-1");
  EXPECT_EQ(value_of("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"), "18446744073709551615");
  EXPECT_EQ(value_of("\xd3\x80\0\0\0\0\0\0\0"s), "-9223372036854775808");
  EXPECT_EQ(value_of("\xd0\x80"), "-128");
  EXPECT_EQ(value_of("\xca\x40\x20\0\0"s), "2.5");
  EXPECT_EQ(value_of("\xcb\x3f\xe0\0\0\0\0\0\0"s), "0.5");
  EXPECT_EQ(value_of("\xa3\xffhi"), "\"\xef\xbf\xbdhi\"");
  EXPECT_EQ(value_of("\xd9\0"s), R"("")");
  EXPECT_EQ(value_of("\xc4\x02hi"), R"("hi")");
  EXPECT_EQ(value_of("\xc4\x02\xff\0"s), R"("/wA=")");
  EXPECT_EQ(value_of("\x92\x01\x90"), "[1,[]]");
  EXPECT_EQ(value_of("\x82\x01\x02\xfe\x80"), R"({"1":2,"-2":{}})");
  EXPECT_EQ(value_of("\xd7\0\0\0\0\x01\0\0\0\x02"s), "1.000000002");
  EXPECT_EQ(value_of("\xd4\x05x"), R"("eA==")");
}

TEST(MsgpackRecords, StopAtWhatIsBroken) {
  const std::string good = "\x81\xa1n\x01";
  for (const std::string& cut :
       {"\x81"s, "\x81\xa1"s, "\x81\xa1v\xdd\xff\xff\xff\xff"s, "\x81\xa1v\xdb\xff\xff\xff\xffx"s,
        "\x81\xa1v\xdf\xff\xff\xff\xff"s, "\x92"s, "\x92\x92"s, "\xdc\0"s, "\x92\xd7\0\x01"s,
        "\x81\xa1v\xc6\xff\xff\xff\xff"s}) {
    EXPECT_THAT(all_of(good + cut, "ends inside a value"), ElementsAre(R"({"n":1})"));
  }
  EXPECT_THAT(all_of(good + "\xc1", "is no MessagePack"), ElementsAre(R"({"n":1})"));
  for (const std::string& other : {"\x01"s, "\x92\x01\x01"s, "\x93\x01\x80\x80"s, "\x92\xc0\x80"s,
                                   "\x92\x93\x01\x80\x80\x80"s, "\xa1x"s}) {
    all_of(other, "is no record of Fluent Bit's");
  }
  all_of("\x81\x90\x01", "has a name that is no text");
}

TEST(MsgpackRecords, AreBounded) {
  all_of("\x81\xa1v" + std::string(100'000, '\x91'), "nests too deep");
  all_of("\x81\xa1v\xdd\x01\0\0\0"s + std::string(1 << 24, '\xc0'), "is too large");
}

}  // namespace
}  // namespace penstock::adapter
