// A remote that does what a test tells it to, and keeps what it has stored.
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

class ScriptedRemote final : public Remote {
 public:
  // What becomes of a push.
  struct Fate {
    bool is_stored = true;
    bool is_told = true;        // False: told as not stored, as where the connection goes.
    std::int64_t after_ms = 0;  // Until it is stored and told, at least one turn.
  };
  using Decide = std::function<Fate(const Submission& submission)>;

  // Borrows both; `decide` without a call stores all. Everything happens on `loop`.
  explicit ScriptedRemote(io::Loop& loop, Decide decide = nullptr)
      : loop_(loop), decide_(std::move(decide)) {}

  bool can_take() const override { return is_open_; }
  void push(Submission submission, OnPushed on_pushed) override {
    ++pushes;
    const Fate fate = decide_ ? decide_(submission) : Fate();
    underway_.emplace_back();
    const auto at = std::prev(underway_.end());
    at->timer = std::make_unique<io::Timer>(loop_, [this, at, fate] { finish(at, fate); });
    at->submission = std::move(submission);
    at->on_pushed = std::move(on_pushed);
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
  std::size_t underway() const { return underway_.size(); }

  int pushes = 0;
  std::vector<std::string> stored;  // In the order in which it came.

 private:
  struct Push {
    Submission submission;
    OnPushed on_pushed;
    std::unique_ptr<io::Timer> timer;
  };

  // May be the end of us.
  void finish(std::list<Push>::iterator at, const Fate& fate) {
    Push push = std::move(*at);
    underway_.erase(at);
    if (fate.is_stored) {
      stored.insert(stored.end(), push.submission.messages.begin(), push.submission.messages.end());
    }
    push.on_pushed(std::move(push.submission), fate.is_stored && fate.is_told);
  }

  io::Loop& loop_;
  const Decide decide_;
  bool is_open_ = true;
  std::function<void()> on_open_;
  std::list<Push> underway_;
};

}  // namespace penstock::queue
