// A queue elsewhere: it may be gone, slow or full, and what it does not take is for somebody else.
//
// An engine pushes and says how it fares; the overflow (queue/overflow) has the spool behind it,
// and brings back what lies there. The same contract test runs over every one of them
// (tests/contract/remote_contract.cc).
#pragma once

#include <functional>
#include <string>

#include "queue/contract/queue.h"

namespace penstock::queue {

// What a remote tells about itself, for readiness and metrics.
struct RemoteState {
  bool is_up = false;        // Connected, and the last push was not refused but for room.
  bool has_room = false;     // Only where it is up.
  bool is_evicting = false;  // It may throw away what it has acknowledged.
  std::string last_error;    // "" when all is well.
};

// Belongs to one loop.
class Remote {
 public:
  // Gives the submission back as it was. Not stored: somebody else may take it. It may be stored
  // all the same, where the connection went on the way; ids make that harmless.
  using OnPushed = std::function<void(Submission submission, bool is_stored)>;

  // Pushes that have no outcome get none.
  virtual ~Remote() = default;

  // Up, with room, and not refusing. It costs nothing to ask.
  virtual bool can_take() const = 0;

  // Requires can_take(). Takes the messages and stores them in their order, whole or not at all.
  // `on_pushed` is called from the loop, once and never from within push(); it may be the end of
  // us. Stored: as durable as the queue is.
  virtual void push(Submission submission, OnPushed on_pushed) = 0;

  // `on_open` is called from the loop when it may take again, or more than before: a hint, which
  // need not come. At most one; an empty function takes it away.
  virtual void set_on_open(std::function<void()> on_open) = 0;

  // From any thread.
  virtual RemoteState state() const = 0;
};

}  // namespace penstock::queue
