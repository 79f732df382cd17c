// What the console tells of the intake's protocols, over a real store.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapter/guide.h"
#include "adapter/table.h"
#include "base/bytes.h"
#include "console/api/endpoints/test_console.h"
#include "json/reader.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kEventsNow;
using testing::StoredEvents;

struct Source {
  std::string name;
  std::string setting;
  bool is_enabled = false;
  std::size_t paths = 0;
  std::size_t fields = 0;
  std::uint64_t events = 0;
  std::optional<std::int64_t> last_event_at;
};

Result<std::size_t> count_of(json::Value& array) {
  std::size_t elements = 0;
  PENSTOCK_TRY(array.elements([&](json::Value&) -> Result<void> {
    ++elements;
    return {};
  }));
  return elements;
}

Result<void> take(Source& source, std::string_view key, json::Value& value) {
  if (key == "name") source.name = *value.string();
  if (key == "setting") source.setting = *value.string();
  if (key == "is_enabled") source.is_enabled = *value.boolean();
  if (key == "paths") source.paths = *count_of(value);
  if (key == "fields") source.fields = *count_of(value);
  if (key == "events") source.events = static_cast<std::uint64_t>(*value.integer());
  if (key == "last_event_at" && value.kind() != json::Kind::kNull) {
    source.last_event_at = *value.integer();
  }
  return {};
}

std::vector<Source> sources_of(const Answer& answer) {
  EXPECT_EQ(answer.status, 200) << answer.body;
  std::string body = answer.body;
  reserve_padding(body);
  std::vector<Source> sources;
  json::Reader reader;
  const auto read = reader.read(body, [&](json::Value& root) {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "sources") return {};
      return value.elements([&](json::Value& element) {
        Source& source = sources.emplace_back();
        return element.members(
            [&](std::string_view name, json::Value& member) { return take(source, name, member); });
      });
    });
  });
  EXPECT_TRUE(read) << answer.body;
  return sources;
}

Source find(const std::vector<Source>& sources, std::string_view name) {
  const auto found = std::find_if(sources.begin(), sources.end(),
                                  [&](const Source& source) { return source.name == name; });
  EXPECT_NE(found, sources.end()) << name;
  return found == sources.end() ? Source() : *found;
}

event::Row row_of(std::string_view source, std::string_view project, std::int64_t at_ms,
                  event::IdMaker& ids) {
  event::Row row;
  row.record.occurred_at_ms = at_ms;
  row.record.received_at_ms = at_ms + 5'000;
  row.record.id = ids.make(at_ms);
  row.record.project = project;
  row.record.source = source;
  row.record.name = "order";
  return row;
}

class Sources : public StoredEvents {
 protected:
  // All are on but the second.
  void SetUp() override {
    are_on_.fill(true);
    are_on_[1] = false;
    switches_.set(are_on_);
    console_.use_switches(switches_);
    StoredEvents::SetUp();
  }

  std::array<bool, adapter::kProtocolsMax> are_on_{};
  ProtocolSwitches switches_;
};

TEST_F(Sources, AreAllOfTheTableInItsOrder) {
  const auto sources = sources_of(get("/sources"));
  ASSERT_EQ(sources.size(), adapter::protocols().size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const adapter::Protocol& protocol = *adapter::protocols()[i];
    EXPECT_EQ(sources[i].name, protocol.name);
    EXPECT_EQ(sources[i].setting, protocol.guide.setting);
    EXPECT_EQ(sources[i].paths, protocol.routes.size());
    EXPECT_EQ(sources[i].fields,
              static_cast<std::size_t>(std::count_if(protocol.guide.rules.begin(),
                                                     protocol.guide.rules.end(), adapter::is_told)))
        << protocol.name;
  }
}

TEST_F(Sources, SayWhatIsSwitchedOff) {
  const auto sources = sources_of(get("/sources"));
  for (std::size_t i = 0; i < sources.size(); ++i) {
    EXPECT_EQ(sources[i].is_enabled, i != 1) << sources[i].name;
  }
}

TEST_F(Sources, DeliverWhatIsStored) {
  event::IdMaker ids(Random(2));
  console_.store({row_of("sentry", "shop", kEventsNow - 7'200'000, ids),
                  row_of("sentry", "shop", kEventsNow - 1'800'000, ids),
                  row_of("sentry", "default", kEventsNow - 3'600'000, ids)});
  const auto sources = sources_of(get("/sources"));
  EXPECT_EQ(find(sources, "events").events, 10U);
  EXPECT_EQ(find(sources, "events").last_event_at, kEventsNow - 60'000);
  EXPECT_EQ(find(sources, "sentry").events, 3U);
  EXPECT_EQ(find(sources, "sentry").last_event_at, kEventsNow - 1'800'000);
  EXPECT_EQ(find(sources, "pixel").events, 0U);
  EXPECT_EQ(find(sources, "pixel").last_event_at, std::nullopt);
}

TEST_F(Sources, KeepToRangeAndProject) {
  event::IdMaker ids(Random(2));
  console_.store({row_of("sentry", "shop", kEventsNow - 7'200'000, ids),
                  row_of("sentry", "shop", kEventsNow - 1'800'000, ids),
                  row_of("sentry", "default", kEventsNow - 3'600'000, ids)});
  const auto of_project = sources_of(get("/sources?project=default"));
  EXPECT_EQ(find(of_project, "sentry").events, 1U);
  EXPECT_EQ(find(of_project, "sentry").last_event_at, kEventsNow - 3'600'000);
  EXPECT_EQ(find(of_project, "events").events, 10U);
  const auto of_range = sources_of(
      get(str_cat("/sources?from=", kEventsNow - 10'800'000, "&to=", kEventsNow - 3'000'000)));
  EXPECT_EQ(find(of_range, "sentry").events, 2U);
  EXPECT_EQ(find(of_range, "sentry").last_event_at, kEventsNow - 3'600'000);
  EXPECT_EQ(find(of_range, "events").events, 0U);
  const auto filtered = sources_of(get("/sources?source=sentry"));
  EXPECT_EQ(find(filtered, "sentry").events, 3U);
  EXPECT_EQ(find(filtered, "events").events, 0U);
}

TEST_F(Sources, RefuseWhatIsNoParameter) {
  EXPECT_EQ(get("/sources?shoe_size=44").status, 400);
  EXPECT_EQ(get("/sources?from=yesterday").status, 400);
}

TEST_F(Sources, AreSwitchedWhileTheConsoleRuns) {
  settle();
  const std::string target = str_cat("/sources?from=", kEventsNow - 3'600'000, "&to=", kEventsNow);
  const Answer before = get(target);
  are_on_[1] = true;
  switches_.set(are_on_);
  const Answer after = get(target, before.header("ETag"));
  EXPECT_TRUE(find(sources_of(after), adapter::protocols()[1]->name).is_enabled);
}

TEST(SourcesByDefault, AreOnAsTheTableSays) {
  testing::TestConsole console;
  console.add_user("ada@x", Role::kViewer);
  console.start();
  const auto sources =
      sources_of(console.ask("GET", "/api/v1/sources", console.sign_in("ada@x").headers()));
  for (std::size_t i = 0; i < sources.size(); ++i) {
    EXPECT_EQ(sources[i].is_enabled, adapter::protocols()[i]->is_enabled_by_default);
  }
}

TEST_F(Sources, AreNotRepeated) {
  settle();
  const std::string target = str_cat("/sources?from=", kEventsNow - 3'600'000, "&to=", kEventsNow);
  const Answer first = get(target);
  ASSERT_NE(first.header("ETag"), "") << first.head;
  EXPECT_EQ(get(target, first.header("ETag")).status, 304);
  EXPECT_EQ(get(str_cat(target, "&name=signup"), first.header("ETag")).status, 200);
}

// The page knows of Markdown that backticks are code, and nothing else.
TEST(SourcesGuide, IsTextWithCodeAtMost) {
  for (const adapter::Protocol* protocol : adapter::protocols()) {
    const adapter::Guide& guide = protocol->guide;
    for (const std::string_view text :
         {guide.title, guide.clients, guide.setting, guide.left_out}) {
      EXPECT_EQ(std::count(text.begin(), text.end(), '`') % 2, 0) << text;
      for (const char* other : {"``", "**", "](", "\n"}) {
        EXPECT_EQ(text.find(other), std::string_view::npos) << text;
      }
    }
  }
}

}  // namespace
}  // namespace penstock::console
