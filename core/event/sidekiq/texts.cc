#include "event/sidekiq/texts.h"

#include "event/sidekiq/members.h"
#include "event/sidekiq/time.h"
#include "json/writer.h"

namespace penstock::event {
namespace {

constexpr std::string_view kNoJob =
    R"({"class":"Penstock::Batch","args":[],"jid":"000000000000000000000000"})";

}  // namespace

std::string sidekiq_info_text(const SidekiqProcessInfo& info) {
  std::string started_at;
  append_sidekiq_time(started_at, info.started_at_ms);
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("hostname", info.hostname);
  writer.key("started_at").raw(started_at);
  writer.member("pid", info.pid);
  writer.member("tag", info.tag);
  writer.member("concurrency", info.concurrency);
  writer.key("queues").begin_array().value(info.queue).end_array();
  writer.key("weights").begin_array().begin_object().member(info.queue, 0);
  writer.end_object().end_array();
  writer.key("labels").begin_array().end_array();
  writer.member("identity", info.identity);
  writer.member("version", info.version);
  writer.member("embedded", false);
  writer.end_object();
  return out;
}

std::string sidekiq_work_text(std::string_view queue, std::string_view message,
                              std::int64_t run_at_ms) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("queue", queue);
  writer.member("payload", SidekiqMembers::parse(message) ? message : kNoJob);
  writer.member("run_at", run_at_ms / 1000);
  writer.end_object();
  return out;
}

}  // namespace penstock::event
