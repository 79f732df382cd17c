// A remote that does what a test tells it to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/loop.h"
#include "io/timer.h"
#include "queue/contract/remote.h"

namespace penstock::queue {

// What is elsewhere, and outlives those who push there.
struct ScriptedQueue {
  std::vector<std::string> stored;  // In the order in which it came.
  // Of these, what was not told as stored, and so may come again.
  std::vector<std::string> doubted;
};

class ScriptedRemote final : public Remote {
 public:
  // What becomes of a push.
  struct Fate {
    bool is_stored = true;
    bool is_told = true;        // False: told as not stored, as where the connection goes.
    std::int64_t after_ms = 0;  // Until it is stored, and then until it is told: a turn each.
    std::int64_t told_after_ms = 0;
  };
  using Decide = std::function<Fate(const Submission& submission)>;

  // Borrows both; everything happens on `loop`. Without `decide` all is stored.
  ScriptedRemote(io::Loop& loop, ScriptedQueue& queue, Decide decide = nullptr)
      : loop_(loop), queue_(queue), decide_(std::move(decide)) {}

  ~ScriptedRemote() override {
    for (const Push& push : underway_) {
      if (push.has_arrived) doubt(push.submission);
    }
  }

  bool can_take() const override { return is_open_; }
  void push(Submission submission, OnPushed on_pushed) override {
    ++pushes;
    const Fate fate = decide_ ? decide_(submission) : Fate();
    underway_.emplace_back();
    const auto at = std::prev(underway_.end());
    at->fate = fate;
    at->submission = std::move(submission);
    at->on_pushed = std::move(on_pushed);
    at->timer = std::make_unique<io::Timer>(loop_, [this, at] { go_on(at); });
    at->timer->start_once(fate.after_ms);
  }
  void set_on_open(std::function<void()> on_open) override { on_open_ = std::move(on_open); }
  RemoteState state() const override {
    return {is_open_, is_open_, false, is_open_ ? "" : "closed by the script"};
  }

  void set_open(bool is_open) {
    is_open_ = is_open;
    if (is_open_ && on_open_) on_open_();
  }
  // A push of this ticket.
  bool has_underway(std::uint64_t ticket) const {
    return std::any_of(underway_.begin(), underway_.end(),
                       [ticket](const Push& push) { return push.submission.ticket == ticket; });
  }

  int pushes = 0;

 private:
  struct Push {
    Fate fate;
    Submission submission;
    OnPushed on_pushed;
    std::unique_ptr<io::Timer> timer;
    bool has_arrived = false;  // And is stored.
  };

  void go_on(std::list<Push>::iterator at) {
    if (!at->fate.is_stored || at->has_arrived) return finish(at);
    at->has_arrived = true;
    const std::vector<std::string>& messages = at->submission.messages;
    queue_.stored.insert(queue_.stored.end(), messages.begin(), messages.end());
    at->timer->start_once(at->fate.told_after_ms);
  }

  // May be the end of us.
  void finish(std::list<Push>::iterator at) {
    Push push = std::move(*at);
    underway_.erase(at);
    const bool is_told = push.has_arrived && push.fate.is_told;
    if (push.has_arrived && !is_told) doubt(push.submission);
    push.on_pushed(std::move(push.submission), is_told);
  }

  void doubt(const Submission& submission) {
    queue_.doubted.insert(queue_.doubted.end(), submission.messages.begin(),
                          submission.messages.end());
  }

  io::Loop& loop_;
  ScriptedQueue& queue_;
  const Decide decide_;
  bool is_open_ = true;
  std::function<void()> on_open_;
  std::list<Push> underway_;
};

}  // namespace penstock::queue
