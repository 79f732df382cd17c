// The acts on stored events: both sides' names for them, and the worker's side.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "control/act.h"
#include "event/id.h"
#include "store/contract/event_edits.h"

namespace penstock::control {

inline constexpr std::string_view kDeleteEvents = "/v1/events/delete";
inline constexpr std::size_t kDeletedAtOnceMax = 2'000;

// Of kDeleteEvents, for at most kDeletedAtOnceMax ids.
std::string delete_body(std::span<const event::Id> ids);

std::string change_path(const event::Id& id);

// Each a POST. 503 where the store cannot be had.
//   kDeleteEvents  a delete_body(). 200 {"deleted":12}: those that were there; 400.
//   change_path()  an event_patch.h. 200 {"changed":1}; 404; 422 {"error":"not_storable"} with what
//                  is wrong with it.
std::vector<Act> stored_event_acts(const std::shared_ptr<store::EventEdits>& edits);

}  // namespace penstock::control
