// Stored events that a person deletes or changes, while others store and ask.
//
// What was done is durable when a call returns, and each question from then on is answered by it.
// An event is looked for in the day of its id. One object a thread.
#pragma once

#include <cstdint>
#include <span>

#include "base/error.h"
#include "base/function_ref.h"
#include "event/id.h"
#include "event/row.h"

namespace penstock::store {

class EventEdits {
 public:
  virtual ~EventEdits() = default;

  // How many were there. Some at a time, so that nobody who stores is held up: after an error some
  // may be deleted, and asking again deletes the rest. kOverloaded: somebody held the file for too
  // long. A client's id stays known: sent again within its week, the event is not stored again.
  virtual Result<std::uint64_t> remove(std::span<const event::Id> ids) = 0;

  // `make` is given the row as it is stored, and makes of it what stands there afterwards: its id,
  // project and times stay as they are. Views of the new row last until `make`'s caller returns.
  // False: there is no such event.
  virtual Result<bool> change(const event::Id& id,
                              FunctionRef<event::Row(const event::Row&)> make) = 0;
};

}  // namespace penstock::store
