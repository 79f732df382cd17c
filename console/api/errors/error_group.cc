#include "console/api/errors/error_group.h"

namespace penstock::console {
namespace {

constexpr std::string_view kStates[] = {"open", "resolved", "muted", "ignored"};
constexpr std::string_view kReopenings[] = {"came_back", "new_release", "count", "growth"};

}  // namespace

std::string_view to_text(GroupState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<GroupState> group_state_of(std::string_view text) {
  for (std::size_t i = 0; i < std::size(kStates); ++i) {
    if (kStates[i] == text) return static_cast<GroupState>(i);
  }
  return std::nullopt;
}

std::string_view to_text(Reopening reopening) {
  return kReopenings[static_cast<std::size_t>(reopening)];
}

}  // namespace penstock::console
