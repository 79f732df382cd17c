#include "adapter/native/events_reader.h"

#include <gtest/gtest.h>

#include "adapter/contract/list_sink.h"
#include "base/bytes.h"

namespace penstock::adapter {
namespace {

// What stands beside the body is each event's, and the headers' word is the last.
TEST(EventsReader, GivesEveryEventTheLooseMembers) {
  Origin origin;
  origin.project = "shop";
  origin.received_at_ms = 1'795'515'837'312;
  Workspace workspace{Random(1)};
  ListSink sink;
  LooseMembers members;
  members.start(100);
  const http::Header headers[] = {{"X-Penstock-Kind", "log"}};
  members.add_headers(headers);
  members.add_pairs("user_id=q&plan=pro");
  std::string body = R"([{"name":"a","kind":"error"},{"name":"b","user_id":"own","plan":1}])";
  reserve_padding(body);

  EventsReader reader("collect", false, &members, origin, workspace, sink);
  EXPECT_EQ(reader.read_document(body).accepted, 2u);

  ASSERT_EQ(sink.size(), 2u);
  EXPECT_EQ(sink[0].kind, "log");
  EXPECT_EQ(sink[0].user_id, "q");
  EXPECT_EQ(sink[0].properties, R"({"plan":"pro"})");
  EXPECT_EQ(sink[1].user_id, "own");
  EXPECT_EQ(sink[1].properties, R"({"plan":1})");
}

// They are put into each event: many of both would be work without end.
TEST(EventsReader, RefusesManyLooseMembersForManyEvents) {
  Origin origin;
  origin.project = "shop";
  Workspace workspace{Random(1)};
  ListSink sink;
  LooseMembers members;
  std::string query;
  for (int i = 0; i < 2'000; ++i) query += "x=1&";
  members.start(query.size());
  members.add_pairs(query);
  std::string body = "[";
  for (int i = 0; i < 1'000; ++i) body += R"({"name":"n","x":1},)";
  body.back() = ']';
  reserve_padding(body);

  EventsReader reader("collect", false, &members, origin, workspace, sink);
  const ReadOutcome outcome = reader.read_document(body);

  EXPECT_EQ(outcome.status, 413);
  EXPECT_EQ(outcome.error, "request_too_large");
}

}  // namespace
}  // namespace penstock::adapter
