// A sink that keeps what it is given, for the adapters' tests.
#pragma once

#include <string>
#include <vector>

#include "adapter/contract/adapter.h"
#include "event/batch.h"

namespace penstock::adapter {

class ListSink final : public RecordSink {
 public:
  bool add(const event::Record& record) override {
    event::BatchWriter writer;
    writer.add(record);
    if (writer.bytes() > bytes_max) return false;
    messages_.push_back(writer.take());
    return true;
  }

  std::size_t size() const { return messages_.size(); }
  // The views live as long as the sink.
  event::Record operator[](std::size_t index) const {
    event::Record record;
    auto reader = event::BatchReader::open(messages_.at(index));
    if (!reader || !reader->next(record).value_or(false)) return {};
    return record;
  }

  std::size_t bytes_max = 262'144;

 private:
  std::vector<std::string> messages_;
};

}  // namespace penstock::adapter
