// A producer's listener that remembers outcomes, and submissions to feed it. For tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "queue/contract/queue.h"

namespace penstock::testing {

class Outcomes final : public queue::ProducerListener {
 public:
  void on_done(std::uint64_t ticket, queue::Stored outcome) override {
    is_answered_twice_ |= !outcomes_.emplace(ticket, outcome).second;
  }

  bool is_answered_twice() const { return is_answered_twice_; }
  std::size_t size() const { return outcomes_.size(); }
  std::size_t count(queue::Stored outcome) const {
    return static_cast<std::size_t>(
        std::count_if(outcomes_.begin(), outcomes_.end(),
                      [outcome](const auto& entry) { return entry.second == outcome; }));
  }
  bool has(std::uint64_t ticket) const { return outcomes_.contains(ticket); }
  queue::Stored at(std::uint64_t ticket) const { return outcomes_.at(ticket); }

 private:
  std::map<std::uint64_t, queue::Stored> outcomes_;
  bool is_answered_twice_ = false;
};

inline queue::Submission submission_of(std::uint64_t ticket, std::vector<std::string> messages) {
  queue::Submission submission;
  submission.ticket = ticket;
  submission.events = static_cast<std::uint32_t>(messages.size());
  for (const std::string& message : messages) submission.bytes += message.size();
  submission.messages = std::move(messages);
  return submission;
}

}  // namespace penstock::testing
