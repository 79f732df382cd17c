#include "import/own_export.h"

#include <gtest/gtest.h>

#include "import/contract/reader_probe.h"

namespace penstock::importing {
namespace {

class OwnExport : public ::testing::Test {
 protected:
  std::unique_ptr<RowReader> reader_ = make_own_export_reader({});
  ReaderProbe probe_{*reader_};
};

TEST_F(OwnExport, KeepsWhatARecordHas) {
  const event::Record record = probe_.line(
      R"({"id":"019ac0ffee007000800000000000000a","project":"p","source":"mixpanel",)"
      R"("kind":"error",)"
      R"("name":"n","received_at":1795696984700,"occurred_at":1795696984629,"url":"https://a/",)"
      R"("referrer":"https://r/","ip":"192.0.2.7","user_agent":"UA","user_id":"u",)"
      R"("anonymous_id":"a","session_id":"s","properties":{"x":[1.50,"y"]},"host":"a",)"
      R"("browser":"Firefox","is_bot":false,"country":null})");
  EXPECT_EQ(record.id.hex(), "019ac0ffee007000800000000000000a");
  EXPECT_EQ(record.project, "p");
  EXPECT_EQ(record.source, "mixpanel");
  EXPECT_EQ(record.kind, "error");
  EXPECT_EQ(record.name, "n");
  EXPECT_EQ(record.received_at_ms, 1'795'696'984'700);
  EXPECT_EQ(record.occurred_at_ms, 1'795'696'984'629);
  EXPECT_EQ(record.url, "https://a/");
  EXPECT_EQ(record.referrer, "https://r/");
  EXPECT_EQ(record.ip, "192.0.2.7");
  EXPECT_EQ(record.user_agent, "UA");
  EXPECT_EQ(record.user_id, "u");
  EXPECT_EQ(record.anonymous_id, "a");
  EXPECT_EQ(record.session_id, "s");
  EXPECT_EQ(record.properties, R"({"x":[1.50,"y"]})");
}

TEST_F(OwnExport, ReadsCells) {
  const event::Record record = probe_.cells({{"name", "'=1+1"},
                                             {"occurred_at", "1795696984629"},
                                             {"properties", R"({"a": 1})"},
                                             {"user_id", "\xff"}});
  EXPECT_EQ(record.name, "=1+1");
  EXPECT_EQ(record.properties, R"({"a":1})");
  EXPECT_EQ(record.user_id, "\xef\xbf\xbd");
  EXPECT_EQ(record.project, "shop");
  EXPECT_EQ(record.id, event::Id());
}

TEST_F(OwnExport, TellsWhatIsWrong) {
  for (const char* line : {"", "[]", "{\"name\":\"n\"", R"({"name":""})", R"({"occurred_at":1})",
                           R"({"name":"n","id":"7"})", R"({"name":"n","occurred_at":-1})",
                           R"({"name":"n","kind":"what"})"}) {
    probe_.line(line);
    EXPECT_EQ(probe_.outcome.status, 422) << line;
  }
  probe_.cells({{"name", "n"}, {"properties", "[1]"}});
  EXPECT_EQ(probe_.outcome.status, 422);
  EXPECT_EQ(probe_.sink.size(), 0u);
}

}  // namespace
}  // namespace penstock::importing
