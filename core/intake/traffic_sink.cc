#include "intake/traffic_sink.h"

#include "base/bytes.h"
#include "base/text.h"
#include "event/limits.h"
#include "json/writer.h"

namespace penstock::intake {
namespace {

// The object's members without the one that is ours to write. The text was checked before.
void append_others(std::string& out, std::string_view properties, json::Reader& reader) {
  json::Writer writer(out);
  const auto take = [&](std::string_view key, json::Value& value) -> Result<void> {
    if (key == kTrafficProperty) return {};
    std::string member;
    PENSTOCK_TRY(value.append_to(member, event::kPropertiesDepthMax));
    writer.key(key).raw(member);
    return {};
  };
  std::string text(properties);
  reserve_padding(text);
  writer.begin_object();
  const auto read = reader.read(text, [&](json::Value& root) { return root.members(take); });
  static_cast<void>(read);
  writer.end_object();
}

}  // namespace

void append_marked(std::string& out, std::string_view properties, std::string_view reason,
                   json::Reader& reader) {
  const std::size_t begin = out.size();
  if (properties.find(kTrafficProperty) == std::string_view::npos) {
    out += properties.empty() ? "{}" : properties;
  } else {
    append_others(out, properties, reader);
  }
  out.pop_back();
  out += str_cat(out.size() - begin > 1 ? "," : "", "\"", kTrafficProperty, "\":\"", reason, "\"}");
}

void TrafficSink::begin_request(const TrafficRules& rules) {
  rules_ = &rules;
  dropped_ = 0;
  dropped_by_ = {};
  marked_by_ = {};
}

bool TrafficSink::add(const event::Record& record) {
  const TrafficRules::Verdict verdict = rules_->judge(record);
  switch (verdict.fate) {
    case TrafficRules::Fate::kKept:
      return sink_.add(record);
    case TrafficRules::Fate::kMarked:
      return add_marked(record, verdict.reason);
    case TrafficRules::Fate::kDropped:
      break;
  }
  ++dropped_;
  ++dropped_by_[static_cast<std::size_t>(verdict.reason)];
  return true;
}

bool TrafficSink::add_marked(const event::Record& record, TrafficReason reason) {
  const auto index = static_cast<std::size_t>(reason);
  marked_.clear();
  append_marked(marked_, record.properties, kTrafficReasons[index], reader_);
  event::Record marked = record;
  marked.properties = marked_;
  if (!sink_.add(marked)) return false;
  ++marked_by_[index];
  return true;
}

void TrafficSink::count_into(TrafficCounters& counters) const {
  for (std::size_t i = 0; i < std::size(kTrafficReasons); ++i) {
    counters.dropped[i].add(dropped_by_[i]);
    counters.marked[i].add(marked_by_[i]);
  }
}

}  // namespace penstock::intake
