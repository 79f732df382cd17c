#include "event/sidekiq/job.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "event/limits.h"

namespace penstock::event {
namespace {

constexpr std::int64_t kNow = 1'795'515'837'312;
constexpr SidekiqTarget kTarget{"default", "ProcessRequestJob"};

Record sample() {
  Record record;
  record.id = *Id::from_hex("01a20d9b9a807abc8def0123456789ab");
  record.received_at_ms = kNow;
  record.occurred_at_ms = kNow - 5000;
  record.project = "shop";
  record.source = "events";
  record.kind = "identify";
  record.name = "sign\"up";
  record.url = "https://example.com/?a=1&b=2";
  record.referrer = "https://example.org/";
  record.ip = "192.0.2.1";
  record.user_agent = "Mozilla/5.0 \xe2\x82\xac";
  record.user_id = "u1";
  record.anonymous_id = "a1";
  record.session_id = "s1";
  record.properties = R"({"plan":"pro","time":"old"})";
  return record;
}

TEST(SidekiqJob, IsWrittenAsSidekiqWritesIt) {
  std::string out;
  Record record;
  record.id = *Id::from_hex("01a20d9b9a807abc8def0123456789ab");
  record.received_at_ms = kNow;
  record.occurred_at_ms = kNow - 312;
  record.project = "default";
  record.source = "events";
  record.kind = "event";
  record.name = "signup";
  append_sidekiq_job(record, kTarget, 1'795'515'837'002, out);
  EXPECT_EQ(
      out,
      R"({"class":"ProcessRequestJob","args":[{"id":"01a20d9b9a807abc8def0123456789ab",)"
      R"("project":"default","source":"events","kind":"event","name":"signup",)"
      R"("received_at":1795515837312,"occurred_at":1795515837000,)"
      R"("url":"","referrer":"","ip":"","user_agent":"","user_id":"",)"
      R"("anonymous_id":"","session_id":"","properties":{}}],"jid":"9a807abc8def0123456789ab",)"
      R"("queue":"default","created_at":1795515837.002,"enqueued_at":1795515837.002,)"
      R"("retry":true})");
}

TEST(SidekiqJob, GivesBackTheRecordThatWasWritten) {
  std::string job;
  append_sidekiq_job(sample(), kTarget, kNow, job);
  SidekiqJobReader reader;

  const auto record = reader.read(job, kNow + 1'000'000);

  ASSERT_TRUE(record) << to_text(record.error());
  EXPECT_EQ(record->id, sample().id);
  EXPECT_EQ(record->received_at_ms, sample().received_at_ms);
  EXPECT_EQ(record->occurred_at_ms, sample().occurred_at_ms);
  EXPECT_EQ(record->project, "shop");
  EXPECT_EQ(record->source, "events");
  EXPECT_EQ(record->kind, "identify");
  EXPECT_EQ(record->name, "sign\"up");
  EXPECT_EQ(record->url, sample().url);
  EXPECT_EQ(record->referrer, sample().referrer);
  EXPECT_EQ(record->ip, "192.0.2.1");
  EXPECT_EQ(record->user_agent, sample().user_agent);
  EXPECT_EQ(record->user_id, "u1");
  EXPECT_EQ(record->anonymous_id, "a1");
  EXPECT_EQ(record->session_id, "s1");
  EXPECT_EQ(record->properties, sample().properties);
}

TEST(SidekiqJob, ReadsAPlainJobOfAnotherClient) {
  SidekiqJobReader reader;
  const auto record = reader.read(
      R"({"retry":true,"queue":"default","class":"ProcessRequestJob","args":[{"name":"buy",
          "user_id":7,"plan":"pro","source":"web","time":"2026-11-24T10:00:00Z"},"more"],
          "jid":"f9d5d557a58eb9907205c58f","created_at":1795515837.25,"enqueued_at":1795515838.5})",
      kNow + 60'000);
  ASSERT_TRUE(record) << to_text(record.error());
  EXPECT_EQ(record->received_at_ms, 1'795'515'837'250);
  EXPECT_EQ(record->occurred_at_ms, 1'795'514'400'000);
  EXPECT_EQ(record->id, id_of_client("", "f9d5d557a58eb9907205c58f", 1'795'514'400'000));
  EXPECT_EQ(record->project, "default");
  EXPECT_EQ(record->source, "sidekiq");
  EXPECT_EQ(record->user_id, "7");
  EXPECT_EQ(record->properties, R"({"plan":"pro","source":"web"})");
}

TEST(SidekiqJob, ReadsAnActiveJob) {
  SidekiqJobReader reader;
  const auto record = reader.read(
      R"({"retry":true,"queue":"default",
          "class":"ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper",
          "wrapped":"ProcessRequestJob","args":[{"job_class":"ProcessRequestJob","job_id":"UUID",
          "provider_job_id":null,"queue_name":"default","arguments":[{"ip":"192.0.2.9",
          "user_agent":"curl/8","path":"/x","_aj_hash_with_indifferent_access":true}],
          "executions":0,"exception_executions":{},"locale":"en"}],
          "jid":"f9d5d557a58eb9907205c58f","created_at":1795515837.3124151})",
      kNow + 60'000);
  ASSERT_TRUE(record) << to_text(record.error());
  EXPECT_EQ(record->name, "ProcessRequestJob");
  EXPECT_EQ(record->ip, "192.0.2.9");
  EXPECT_EQ(record->user_agent, "curl/8");
  EXPECT_EQ(record->properties, R"({"path":"/x"})");
  EXPECT_EQ(record->id, id_of_client("", "f9d5d557a58eb9907205c58f", start_of_day(kNow)));
}

// Sidekiq 8 writes integer milliseconds, 6 and 7 float seconds, the npm client nothing.
TEST(SidekiqJob, ReadsTheTimesOfEveryClient) {
  SidekiqJobReader reader;
  const auto received = [&](std::string_view members) {
    const auto record =
        reader.read(str_cat(R"({"class":"X","args":[{"name":"n"}],"jid":"j")", members, "}"), kNow);
    return record ? record->received_at_ms : -1;
  };
  EXPECT_EQ(received(R"(,"created_at":1795515800.5)"), 1'795'515'800'500);
  EXPECT_EQ(received(R"(,"created_at":1795515800123)"), 1'795'515'800'123);
  EXPECT_EQ(received(R"(,"created_at":1795515800123.0)"), 1'795'515'800'123);
  EXPECT_EQ(received(R"(,"enqueued_at":1795515800.5)"), 1'795'515'800'500);
  EXPECT_EQ(received(""), kNow);
  EXPECT_EQ(received(R"(,"created_at":"soon")"), kNow);
  EXPECT_EQ(received(R"(,"created_at":9e15)"), kNow);
  EXPECT_EQ(received(R"(,"created_at":-1.5)"), kNow);
}

TEST(SidekiqJob, StoresAJobThatIsDeliveredTwiceOnce) {
  SidekiqJobReader reader;
  const auto id = [&](std::string_view job, std::int64_t now) { return reader.read(job, now)->id; };
  const std::string_view job = R"({"class":"X","args":[{"name":"n"}],"jid":"j"})";
  EXPECT_EQ(id(job, kNow), id(job, kNow + 1000));
  const std::string_view without_jid = R"({"class":"X","args":[{"name":"n"}]})";
  EXPECT_EQ(id(without_jid, kNow), id(without_jid, kNow + 1000));
  EXPECT_NE(id(job, kNow), id(without_jid, kNow));
  const std::string_view with_id = R"({"class":"X","args":[{"name":"n","id":"c1"}],"jid":"k"})";
  EXPECT_EQ(id(with_id, kNow), id_of_client("default", "c1", start_of_day(kNow)));
}

TEST(SidekiqJob, RefusesWhatIsNoSuchJobAndSaysWhy) {
  const std::pair<std::string, std::string_view> cases[] = {
      {"", "read JSON: the text ends too early"},
      {"hello", "read JSON: not a value"},
      {"[]", "read JSON: not an object"},
      {"{}", "read a job: it has no class"},
      {R"({"class":"X"})", "read a job: it has no args"},
      {R"({"class":"X","args":{}})", "read a job: it has no args"},
      {R"({"class":"X","args":[]})", "read a job: it has no arguments"},
      {R"({"class":"X","args":[5]})", "read a job: its first argument is no object"},
      {R"({"class":"Sidekiq::ActiveJob::Wrapper","args":[{"arguments":["x"]}]})",
       "read a job: its first argument is no object"},
      {R"({"class":"X","args":[{"name":5}]})", "read a job: a member of its event breaks a rule"},
      {R"({"class":"X","args":[{"name":"n"}]} x)", "read JSON: more text after the document"},
      {"{\"class\":\"X\",\"args\":[" + std::string(200, '[') + std::string(200, ']') + "]}",
       "read JSON: nested too deep"},
  };
  SidekiqJobReader reader;
  for (const auto& [job, step] : cases) {
    const auto record = reader.read(job, kNow);
    ASSERT_FALSE(record) << job;
    EXPECT_EQ(record.error().step, step) << job;
    EXPECT_EQ(record.error().code, ErrorCode::kRejected) << job;
  }
  EXPECT_TRUE(reader.read(R"({"class":"X","args":[{"name":"n"}]})", kNow));
}

TEST(SidekiqJob, TakesTheKindThatAJobSaysOrTheDefault) {
  SidekiqJobReader reader;
  const auto read = [&](std::string_view event) {
    const std::string job = str_cat(R"({"class":"X","args":[)", event, "]}");
    const auto record = reader.read(job, kNow);
    return record ? str_cat(record->kind, " ", record->properties) : std::string("refused");
  };
  EXPECT_EQ(read(R"({"name":"n"})"), "event ");
  EXPECT_EQ(read(R"({"url":"https://a.example/"})"), "page ");
  EXPECT_EQ(read(R"({"name":"n","kind":"error"})"), "error ");
  EXPECT_EQ(read(R"({"name":"n","kind":"of blue"})"), R"(event {"kind":"of blue"})");
  EXPECT_EQ(read(R"({"name":"n","kind":7})"), R"(event {"kind":7})");
  // A record of ours: as the version before this one wrote it, and of a newer one.
  const std::string own = R"({"id":"01a20d9b9a807abc8def0123456789ab","name":"pageview",)"
                          R"("received_at":1795515837312,"occurred_at":1795515837312)";
  EXPECT_EQ(read(own + "}"), "page ");
  EXPECT_EQ(read(own + R"(,"kind":"span"})"), "span ");
  EXPECT_EQ(read(own + R"(,"kind":"quark"})"), "refused");
}

// An id alone does not make a record ours: a foreign client's UUID is its own name for the event.
TEST(SidekiqJob, DoesNotTakeAForeignUuidForAnAddress) {
  SidekiqJobReader reader;
  const auto record = reader.read(
      R"({"class":"X","args":[{"name":"n","id":"01a20d9b9a807abc8def0123456789ab"}],"jid":"j"})",
      kNow);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->id.time_ms(), start_of_day(kNow));
}

TEST(SidekiqJob, SpellsAnAddressAsEveryoneDoes) {
  SidekiqJobReader reader;
  const auto ip = [&](std::string_view text) {
    return std::string(
        reader.read(str_cat(R"({"class":"X","args":[{"ip":")", text, "\"}]}"), kNow)->ip);
  };
  EXPECT_EQ(ip("2001:DB8:0:0::9"), "2001:db8::9");
  EXPECT_EQ(ip("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(ip("unknown"), "unknown");
}

TEST(SidekiqJob, BelievesAnOldTime) {
  SidekiqJobReader reader;
  const auto record = reader.read(
      R"({"class":"X","args":[{"name":"n","time":"2015-03-01T00:00:00Z"}],"jid":"j"})", kNow);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->occurred_at_ms, 1'425'168'000'000);
}

TEST(SidekiqJob, CutsALongUserAgent) {
  const std::string job = str_cat(R"({"class":"X","args":[{"name":"n","user_agent":")",
                                  std::string(5000, 'u'), "\"}]}");
  SidekiqJobReader reader;
  EXPECT_EQ(reader.read(job, kNow)->user_agent.size(), kUserAgentBytesMax);
}

}  // namespace
}  // namespace penstock::event
