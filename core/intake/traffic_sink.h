// Stands between an adapter and the batch where there are traffic rules: drops and marks each of a
// request's records by them.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "adapter/contract/adapter.h"
#include "intake/intake_settings.h"
#include "intake/traffic_rules.h"
#include "json/reader.h"

namespace penstock::intake {

class TrafficSink final : public adapter::RecordSink {
 public:
  // Borrows the sink.
  explicit TrafficSink(adapter::RecordSink& sink) : sink_(sink) {}

  // For what follows, up to the next call. Borrows the rules.
  void begin_request(const TrafficRules& rules);
  // A record that is dropped is as good as added.
  bool add(const event::Record& record) override;

  // Of the request.
  std::uint32_t dropped() const { return dropped_; }
  // Once the request is taken.
  void count_into(TrafficCounters& counters) const;

 private:
  using Counts = std::array<std::uint32_t, std::size(kTrafficReasons)>;

  bool add_marked(const event::Record& record, TrafficReason reason);

  adapter::RecordSink& sink_;
  const TrafficRules* rules_ = nullptr;
  std::uint32_t dropped_ = 0;
  Counts dropped_by_{};
  Counts marked_by_{};
  std::string marked_;  // Properties of the record that is added.
  json::Reader reader_;
};

// Appends `properties`, an object's text or "", with kTrafficProperty as its last member in place
// of any that a client gave it.
void append_marked(std::string& out, std::string_view properties, std::string_view reason,
                   json::Reader& reader);

}  // namespace penstock::intake
