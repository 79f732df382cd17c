#include "import/importer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/list_sink.h"
#include "base/text.h"

namespace penstock::importing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kNowMs = 1'795'696'990'000;  // 2026-11-26T12:43:10Z

class Listener final : public ImportListener {
 public:
  void on_fault(const ImportFault& fault) override {
    faults.push_back(str_cat(fault.line, ": ", fault.problem));
  }
  void on_row_done(std::uint64_t row, std::string_view /*text*/) override { rows.push_back(row); }

  std::vector<std::string> faults;
  std::vector<std::uint64_t> rows;
};

struct Imported {
  ImportCounts counts;
  std::vector<std::string> ids;
  std::vector<std::string> faults;
  std::vector<std::uint64_t> rows;
  std::vector<std::int64_t> times;
  bool is_hopeless = false;
};

Imported import_text(std::string_view format, std::string_view text, ImportOptions options = {},
                     std::uint64_t done_rows = 0) {
  options.now_ms = kNowMs;
  adapter::ListSink sink;
  Listener listener;
  Importer importer(*format_named(format), std::move(options), sink, listener);
  std::string problem;
  EXPECT_TRUE(importer.begin_file(done_rows, problem)) << problem;
  importer.feed(text);
  importer.end_file();
  Imported imported{importer.counts(), {}, listener.faults,
                    listener.rows,     {}, importer.is_hopeless()};
  for (std::size_t i = 0; i < sink.size(); ++i) {
    imported.ids.push_back(sink[i].id.hex());
    imported.times.push_back(sink[i].occurred_at_ms);
  }
  return imported;
}

std::string line(int second, std::string_view path = "/a") {
  return str_cat("192.0.2.7 - - [26/Nov/2026:12:43:0", second, " +0000] \"GET ", path,
                 " HTTP/1.1\" 200 1\n");
}

TEST(Importer, GivesTheSameRowsTheSameIds) {
  const std::string log = line(1) + line(1) + line(2);
  const Imported first = import_text("common", log);
  EXPECT_EQ(first.counts.events, 3u);
  EXPECT_NE(first.ids[0], first.ids[1]) << "two requests that look alike are two";
  EXPECT_EQ(import_text("common", log).ids, first.ids);
  // The file has grown.
  const Imported later = import_text("common", log + line(3));
  EXPECT_TRUE(std::equal(first.ids.begin(), first.ids.end(), later.ids.begin()));
  // Another server's log, and another project.
  EXPECT_NE(import_text("common", line(2) + line(1)).ids[1], first.ids[1]);
  EXPECT_NE(import_text("common", log, {.project = "other"}).ids, first.ids);
  for (const std::string& id : first.ids) {
    EXPECT_FALSE(event::Id::from_hex(id)->is_from_client());
    EXPECT_EQ(event::start_of_day(event::Id::from_hex(id)->time_ms()), event::start_of_day(kNowMs));
  }
}

TEST(Importer, GoesOnBehindWhatIsDone) {
  const std::string log = line(1) + "bad\n" + line(2) + line(3);
  const Imported all = import_text("common", log);
  const Imported rest = import_text("common", log, {}, 2);
  EXPECT_THAT(rest.ids, ElementsAre(all.ids[1], all.ids[2]));
  EXPECT_THAT(all.faults, ElementsAre("2: is not of the format, from byte 0 on"));
  EXPECT_THAT(rest.faults, IsEmpty());
  EXPECT_THAT(rest.rows, ElementsAre(2, 3, 4));
  EXPECT_EQ(rest.counts.rows, 4u);
}

TEST(Importer, LeavesOutWhatTheStoreWouldNotKeep) {
  const Imported imported =
      import_text("common", line(1) + line(5), {.oldest_kept_ms = kNowMs - 6'000});
  EXPECT_EQ(imported.counts.too_old, 1u);
  EXPECT_EQ(imported.counts.events, 1u);
  const Imported ahead =
      import_text("common", "h - - [28/Nov/2026:12:43:04 +0000] \"GET / HTTP/1.1\" 200 1\n");
  EXPECT_THAT(ahead.faults, ElementsAre("1: has a time that is still to come"));
}

TEST(Importer, GivesUpAFileOfAnotherFormat) {
  std::string text;
  for (std::uint64_t i = 0; i < kHopelessRows; ++i) text += "nonsense\n";
  EXPECT_TRUE(import_text("common", text).is_hopeless);
  EXPECT_FALSE(import_text("common", line(1) + text).is_hopeless);
}

TEST(Importer, ReadsMixpanelsTimesAsTheProjects) {
  const std::string_view event =
      R"({"event":"E","properties":{"time":1795696984,"distinct_id":"u","$insert_id":"i"}})";
  const Imported utc = import_text("mixpanel", event);
  const Imported local = import_text(
      "mixpanel", event, {.format = {.to_utc = [](std::int64_t ms) { return ms - 3'600'000; }}});
  EXPECT_THAT(utc.times, ElementsAre(1'795'696'984'000));
  EXPECT_THAT(local.times, ElementsAre(1'795'696'984'000 - 3'600'000));
  EXPECT_EQ(event::Id::from_hex(local.ids[0])->time_ms(), local.times[0]);
  // What a client sent with the same id is the same event.
  EXPECT_EQ(utc.ids[0], event::id_of_client("default", "i", 1'795'696'984'000).hex());
}

TEST(Importer, WantsATime) {
  EXPECT_THAT(import_text("mixpanel", R"({"event":"E","properties":{}})").faults,
              ElementsAre("1: has no time"));
}

TEST(Importer, KeepsTheIdsOfOwnEvents) {
  const std::string_view row =
      R"({"id":"019ac0ffee007000800000000000000a","project":"p","kind":"event","name":"n",)"
      R"("received_at":1795696984700,"occurred_at":1795696984629,"host":"h","is_bot":false,)"
      R"("properties":{"a":[1.50,{"b":"c"}]}})";
  EXPECT_THAT(import_text("penstock", row).ids, ElementsAre("019ac0ffee007000800000000000000a"));
  EXPECT_THAT(import_text("penstock",
                          "id,name,occurred_at\r\n"
                          "019ac0ffee007000800000000000000a,n,1795696984629\r\n")
                  .ids,
              ElementsAre("019ac0ffee007000800000000000000a"));
}

}  // namespace
}  // namespace penstock::importing
