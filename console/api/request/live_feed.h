// What is stored just now, for all who watch it: one thread follows the store for all of them,
// however many they are, and looks at nothing while nobody does.
//
// The thread yields to all others of the machine, and a tick looks at kRowsMax rows and for
// kLookMsMax at most: past that it goes on with what is stored next, and says so. Each watcher gets
// messages of server-sent events (WHATWG HTML, 9.2); one that is slow misses some, and is told how
// many events they had. Whoever may watch no longer, because his session has ended, is let go.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "console/api/request/answer_parts.h"
#include "console/api/request/call.h"
#include "console/api/request/services.h"
#include "store/contract/filter.h"

namespace penstock::console {

class LiveFeed {
 public:
  static constexpr std::size_t kWatchersMax = 1'000;
  static constexpr std::size_t kWatchersOfUserMax = 50;
  static constexpr std::int64_t kTickMs = 500;
  static constexpr std::uint32_t kRowsMax = 20'000;
  static constexpr std::int64_t kLookMsMax = 100;
  // Of a tick's events that a filter leaves: a person reads no more. Then it is one of so many.
  static constexpr std::uint64_t kShownMax = 25;
  static constexpr std::size_t kShownBytesMax = 256 << 10;
  // So often something is sent, be it a comment: what is between us keeps the connection open.
  static constexpr std::int64_t kBeatMs = 15'000;
  // So often sessions are asked for again, and whether the store has changed.
  static constexpr std::int64_t kSessionMs = 15'000;
  static constexpr std::int64_t kChangeMs = 2'000;

  enum class Kind : std::uint8_t {
    // "events": {"stored", "left", "ms", "is_cut", "missed", "events"}, where something was stored.
    kEvents,
    // "store": {}, where what is stored has changed.
    kChanges,
  };
  struct Watcher {
    Kind kind = Kind::kEvents;
    const Route* route = nullptr;  // Static.
    Call call;                     // By which he may watch.
    std::shared_ptr<AnswerParts> answer;
    store::Filter filter;
    std::string question;  // The filter as text: those of one text are looked for once.
    // The feed's own.
    std::uint64_t missed = 0;  // Events left that he was not told of.
    bool has_change_missed = false;
    std::int64_t sent_at_us = 0;  // Something, and
    std::int64_t seen_at_us = 0;  // that he may still watch.
  };

  // `services` is for its thread alone.
  explicit LiveFeed(std::unique_ptr<Services> services);
  // Ends no answer: their server goes with it.
  ~LiveFeed();
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  // His answer has begun when it returns, with all that is stored from then on. Any thread; waits
  // for the tick in hand. False, and nothing is begun: too many, of all or of his, or it ends.
  bool add(Watcher watcher);
  // Lets all go and takes no more. Any thread.
  void end_all();

 private:
  // What a tick has for all who ask the same.
  struct Found {
    const store::Filter* filter = nullptr;  // Of one of them.
    std::uint64_t left = 0;
    std::uint64_t one_of = 1;  // Each so manieth is shown.
    std::uint64_t shown = 0;
    std::string events;  // JSON objects, with commas.
  };
  struct Tick {
    std::int64_t now_us = 0;
    std::int64_t passed_ms = 0;  // Since the one before.
    std::uint64_t stored = 0;
    bool is_cut = false;  // More was stored than was looked at.
    bool has_changed = false;
    std::string trouble;  // Why the store cannot be read, where that is new.
  };

  void run();
  // Waits for the next tick; takes who has come. False: it is over.
  bool wait();
  void take_coming(std::unique_lock<std::mutex>& lock);
  void let_go();
  void follow_store(Tick& tick);
  void look_for_change(Tick& tick);
  void look_at(const event::Row& row);
  void tell(Watcher& watcher, const Tick& tick);

  const std::unique_ptr<Services> services_;
  std::atomic<bool> is_stopping_{false};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Watcher> coming_;                 // Guarded by mutex_, as the next ones.
  std::map<std::string, std::size_t> by_user_;  // Those that watch or come.
  std::size_t count_ = 0;
  std::uint64_t came_ = 0;   // Watchers, ever; and those of them
  std::uint64_t taken_ = 0;  // whose answers have begun.
  bool is_ending_ = false;

  // The thread's own.
  std::vector<Watcher> watchers_;
  std::map<std::string, Found> found_;  // By question.
  std::string position_;                // Of Queries::follow(); "" where nobody watches events.
  std::string row_json_;                // Of the row in hand, once somebody wants it.
  std::int64_t ticked_at_us_ = 0;
  std::int64_t change_at_us_ = 0;
  std::uint64_t stamp_ = 0;
  bool is_in_trouble_ = false;
  std::thread thread_;  // Last: it uses all of the others.
};

}  // namespace penstock::console
