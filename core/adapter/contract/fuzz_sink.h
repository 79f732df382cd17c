// A sink that checks what every record must be, for the adapters' fuzz targets.
#pragma once

#include "adapter/contract/adapter.h"
#include "base/check.h"
#include "base/text.h"
#include "event/batch.h"
#include "event/limits.h"
#include "json/reader.h"

namespace penstock::adapter {

class FuzzSink final : public RecordSink {
 public:
  bool add(const event::Record& record) override {
    for (const std::string_view text :
         {record.project, record.source, record.name, record.url, record.referrer, record.ip,
          record.user_agent, record.user_id, record.anonymous_id, record.session_id}) {
      PENSTOCK_CHECK(is_valid_utf8(text) && text.find('\0') == std::string_view::npos);
    }
    PENSTOCK_CHECK(!record.name.empty() && record.name.size() <= event::kNameBytesMax);
    PENSTOCK_CHECK(record.url.size() <= event::kUrlBytesMax);
    PENSTOCK_CHECK(record.user_agent.size() <= event::kUserAgentBytesMax);
    if (!record.properties.empty()) check_properties(record.properties);
    writer_.add(record);
    ++count_;
    return true;
  }

  std::uint32_t count() const { return count_; }

 private:
  // Compact, so that reading and copying gives the same text.
  void check_properties(std::string_view properties) {
    std::string copy;
    const auto read = reader_.read(properties, [&](json::Value& root) {
      PENSTOCK_CHECK(root.kind() == json::Kind::kObject);
      return root.append_to(copy, event::kPropertiesDepthMax);
    });
    PENSTOCK_CHECK(read.has_value() && copy == properties);
  }

  json::Reader reader_;
  event::BatchWriter writer_;
  std::uint32_t count_ = 0;
};

}  // namespace penstock::adapter
